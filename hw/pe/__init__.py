"""The kinds of processing element. A new kind is one file here and one entry in this list."""

from .bit_plane.kind import BitPlane
from .bit_serial.kind import BitSerial
from .digit.kind import Digit
from .fused.kind import Fused
from .parallel.kind import Parallel
from .subword.kind import Subword
from .term.kind import Term
from .term_pair.kind import TermPair

__all__ = ["KINDS"]

KINDS = {
    kind.name: kind for kind in (Parallel(), Term(), TermPair(), BitSerial(), BitPlane(), Fused(), Subword(), Digit())
}
