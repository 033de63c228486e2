"""The kinds of processing element. A new kind is one file here and one entry in this list."""

from .bit_plane import BitPlane
from .bit_serial import BitSerial
from .fused import Fused
from .parallel import Parallel
from .subword import Subword
from .term import Term
from .term_pair import TermPair

__all__ = ["KINDS"]

KINDS = {kind.name: kind
         for kind in (Parallel(), Term(), TermPair(), BitSerial(), BitPlane(), Fused(), Subword())}
