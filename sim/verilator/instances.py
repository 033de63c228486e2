"""How Verilator compiles modules that occur many times.

Verilator puts a module with several instances into every place of the design, or keeps it whole: a class, with
functions of their own for each instance, since what it optimises across modules (dfg, gate) differs from one to the
next. Of a large design that is more code than the caches of a processor take, and an hour of compilation. Without these
optimisations all instances share their functions; then every instance has a clock of its own and what its ports pass is
copied, which costs small designs a fifth of their speed.
"""

import re
from collections import Counter
from functools import cache

__all__ = ["control_lines", "flat_size", "instance_flags"]

_MODULE = re.compile(r"^module (\w+)\(.*?$(.*?)^endmodule", flags=re.M | re.S)
_INSTANCE = re.compile(r"^  (\w+) \w+ \($", flags=re.M)
#: Bytes of Verilog, every instance counted, from which shared functions are faster: with 4.9 MB (`small`) 67 thousand
#: cycles a second instead of 60, with 1.6 MB (a quarter of its rows) 212 instead of 264.
_LARGE = 4_000_000


def control_lines(verilog: str) -> list[str]:
    """Control lines that keep modules with several instances whole: built in half the time of one copy an instance."""
    instances = Counter(_INSTANCE.findall(verilog))
    return [f'no_inline -module "{module}"' for module, count in sorted(instances.items()) if count > 1]


def instance_flags(verilog: str) -> list[str]:
    """Flags for Verilator: instances of a large design share their functions."""
    return ["-fno-dfg", "-fno-gate"] if flat_size(verilog) > _LARGE else []


def flat_size(verilog: str) -> int:
    """Bytes of the text of all modules, each as often as it has instances, as Lowtide writes Verilog."""
    modules = {name: body for name, body in _MODULE.findall(verilog)}
    found = {name: Counter(_INSTANCE.findall(body)) for name, body in modules.items()}
    below = {name: {each: count for each, count in counts.items() if each in modules} for name, counts in found.items()}

    @cache
    def size(name: str) -> int:
        return len(modules[name]) + sum(count * size(each) for each, count in below[name].items())

    inner = {each for counts in below.values() for each in counts}
    return sum(size(name) for name in modules if name not in inner)
