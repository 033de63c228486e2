"""The kinds of processing element. A new kind is one file here and one entry in this list."""

from .parallel import Parallel
from .term import Term

__all__ = ["KINDS"]

KINDS = {kind.name: kind for kind in (Parallel(), Term())}
