"""Storage formats of operands: what a code in memory stands for, and how real weights become codes.

A storage format is a file in this folder and a place in :data:`FORMATS`; its second statement, in hardware, is a file
in ``lowtide/hw/storage_formats`` and a place in the list there. Nothing else knows the formats one by one.

===========  =========  ================================================================  ====================
format       code bits  code -> integer                                                   needs
===========  =========  ================================================================  ====================
plain        bits       the integer itself
log4         4          bit 3 negative, bits 2..0 c: 0 if c = 0, else ±2^(c-1): to 2^6    signed, bits >= 8
log5         5          bit 4 negative, bits 3..0 c: 0 if c = 0, else ±2^(c-1): to 2^14   signed, bits >= 16
ternary      2          bit 0 nonzero, bit 1 negative: 0 -> 0, 1 -> 1, 3 -> -1; no 2      signed, bits >= 2
binary       1          0 -> -1, 1 -> 1                                                   signed, bits >= 2
codebook16   4          place in a table of 16 integers
codebook256  8          place in a table of 256 integers
two_digits   5          4a + b in two's complement, a and b from -2 to 2: -10 to 10       signed, bits >= 5
e2m1         4          bit 3 negative; bits 2..0: 0, 1, 2, 3, 4, 6, 8, 12                signed, bits >= 5
===========  =========  ================================================================  ====================
"""

from ..duck_types import AnyMode
from .binary import Binary
from .codebook import Codebook
from .format import StorageFormat, Stored
from .logarithmic import Logarithmic
from .plain import Plain
from .small_float import SmallFloat
from .ternary import Ternary
from .two_digits import TwoDigits

__all__ = [
    "BINARY",
    "DATA_FORMATS",
    "E2M1",
    "FORMATS",
    "PLAIN",
    "TERNARY",
    "TWO_DIGITS",
    "WEIGHT_FORMATS",
    "Codebook",
    "Logarithmic",
    "StorageFormat",
    "Stored",
    "find",
    "format_of",
]

PLAIN, BINARY, TERNARY, TWO_DIGITS, E2M1 = Plain(), Binary(), Ternary(), TwoDigits(), SmallFloat()

#: Every storage format of weights.
FORMATS = (PLAIN, Logarithmic(3), Logarithmic(4), TERNARY, BINARY, Codebook(16), Codebook(256), TWO_DIGITS, E2M1)

#: Those of data.
FORMATS_OF_DATA = (PLAIN, BINARY)

WEIGHT_FORMATS, DATA_FORMATS = (tuple(each.name for each in formats) for formats in (FORMATS, FORMATS_OF_DATA))
_BY_NAME = {each.name: each for each in FORMATS}


def find(name: str) -> StorageFormat:
    """The storage format of that name; ValueError where there is none."""
    if name not in _BY_NAME:
        raise ValueError(f"format is {name!r}, allowed are {', '.join(WEIGHT_FORMATS)}")
    return _BY_NAME[name]


def format_of(mode: AnyMode, side: str) -> StorageFormat:
    """The storage format of ``side``, "x" or "w"; ValueError unless it exists and fits bits and sign of the mode."""
    name, bits, signed = (getattr(mode, f"{side}_{field}") for field in ("format", "bits", "signed"))
    allowed = WEIGHT_FORMATS if side == "w" else DATA_FORMATS
    if name not in allowed:
        raise ValueError(f"mode.{side}_format is {name!r}, allowed are {', '.join(allowed)}")
    found = find(name)
    found.check_fit(bits, signed, f"mode.{side}_")
    return found
