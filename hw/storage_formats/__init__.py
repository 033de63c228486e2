"""Storage formats of operands: how a value lies in memory, and the hardware that turns it into an integer.

A storage format is a file in this folder and a place in :data:`FORMATS`; its second statement, in arithmetic, is a file
in ``lowtide/golden/storage_formats`` and a place in the list there. Nothing else knows the formats one by one.
"""

from lowtide.common.shown import shown

from .binary import Binary
from .codebook import Codebook
from .format import StorageFormat
from .logarithmic import Logarithmic
from .plain import Plain
from .small_float import SmallFloat
from .ternary import Ternary
from .two_digits import TwoDigits

__all__ = [
    "BINARY",
    "E2M1",
    "FORMATS_OF_DATA",
    "FORMATS",
    "PLAIN",
    "TERNARY",
    "TWO_DIGITS",
    "StorageFormat",
    "find",
    "number",
]

PLAIN, BINARY, TERNARY, TWO_DIGITS, E2M1 = Plain(), Binary(), Ternary(), TwoDigits(), SmallFloat()

#: Every storage format of weights. The place of a format is its number in the mode word: add new ones at the end.
FORMATS = (PLAIN, Logarithmic(3), Logarithmic(4), TERNARY, BINARY, Codebook(16), Codebook(256), TWO_DIGITS, E2M1)

#: Those of data, in the order of their numbers in the mode word.
FORMATS_OF_DATA = (PLAIN, BINARY)

_BY_NAME = {each.name: each for each in FORMATS}


def find(name: str) -> StorageFormat:
    """The storage format of that name.

    Raises
    ------
    ValueError
        Where there is none.
    """
    if name not in _BY_NAME:
        raise ValueError(f"storage format is {shown(name)}, allowed are {', '.join(_BY_NAME)}")
    return _BY_NAME[name]


def number(chosen: StorageFormat) -> int:
    """The number of a storage format of weights in the mode word."""
    return FORMATS.index(chosen)
