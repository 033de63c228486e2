"""The machine around an array, stated from its definition: records on arrays of bytes, without time.

======================================  ================================================
`lowtide.golden.machine.configuration`  what is built, and the sizes that follow from it
`lowtide.golden.machine.mode_word`      the fields of a mode word
`lowtide.golden.machine.bits`           fields of bits in bytes
`lowtide.golden.machine.memories`       memories, and the copies between them
`lowtide.golden.machine.limits`         what a record may state
`lowtide.golden.machine.nest`           where a record reads and writes
`lowtide.golden.machine.weights`        weights as they lie in memory
`lowtide.golden.machine.sums`           products and reductions
`lowtide.golden.machine.post`           what follows them
`lowtide.golden.machine.interpreter`    lists of records
======================================  ================================================

What the records are is stated in `lowtide.common.records`. The hardware's own configuration can be handed in as it is.
"""

from .configuration import Machine
from .interpreter import Interpreter

__all__ = ["Interpreter", "Machine"]
