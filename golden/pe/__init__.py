"""The kinds of processing element (PE), a file each: what a kind multiplies and how long it takes, per mode.

What a kind states is in `lowtide.golden.pe.kind`. A new kind is one more file here and one more entry in this list.
"""

from .bit_plane import BitPlane
from .bit_serial import BitSerial
from .digit import Digit
from .fused import Fused
from .kind import Kind
from .parallel import Parallel
from .subword import Subword
from .term import Term
from .term_pair import TermPair

__all__ = ["KINDS", "Kind"]

KINDS = {
    kind.name: kind
    for kind in (
        Parallel(),
        Term(),
        TermPair(),
        BitSerial(),
        BitPlane(),
        Fused(),
        Subword(),
        Digit(),
    )
}
