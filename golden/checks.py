"""Checks of what callers hand in: integers, their widths and their ranges.

Whatever is not allowed raises ValueError with one line that names the field, the value and what is allowed.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "LARGEST_BITS",
    "SMALLEST_BITS",
    "check_bits",
    "check_integer",
    "check_range",
    "integer_array",
    "value_range",
]

SMALLEST_BITS = 2
LARGEST_BITS = 16


def integer_array(name: str, values: ArrayLike) -> NDArray[np.integer]:
    """``values`` as an array of their own dtype; ValueError that names ``name`` if that is not an integer one."""
    array = np.asarray(values)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} has dtype {array.dtype}, allowed are integer dtypes")
    return array


def check_integer(name: str, value: object, low: int, high: int | None = None) -> int:
    """``value`` as a Python int in low..high (no upper end if ``high`` is None), else ValueError."""
    if isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_)):
        if value >= low and (high is None or value <= high):
            return int(value)
    allowed = f"integers >= {low}" if high is None else f"integers {low}..{high}"
    raise ValueError(f"{name} is {value!r}, allowed are {allowed}")


def check_bits(name: str, bits: int, least: int = SMALLEST_BITS, most: int = LARGEST_BITS) -> int:
    """``bits`` as an int, ValueError unless it is ``least``..``most``."""
    return check_integer(name, bits, least, most)


def value_range(bits: int, signed: bool) -> tuple[int, int]:
    """(smallest, largest) integer of ``bits`` bits: two's complement if signed."""
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)


def check_range(name: str, values: ArrayLike, bits: int, signed: bool) -> NDArray[np.integer]:
    """``values`` as an integer array, every one a ``bits``-bit integer.

    Parameters
    ----------
    name : str
        What a message calls the values.
    values : array_like of int
        Any shape.
    bits : int
        1..16; one bit is -1..0 if signed, as two's complement has it, else 0..1.
    signed : bool

    Returns
    -------
    ndarray of an integer dtype
        The values, not copied.

    Raises
    ------
    ValueError
        For a dtype that is not integer, for other bits, and for values outside the range; the message names the
        smallest and largest offending value and the range allowed.
    """
    array = integer_array(name, values)
    bits = check_bits("bits", bits, 1)
    low, high = value_range(bits, signed)
    if array.size:
        smallest, largest = int(array.min()), int(array.max())
        if smallest < low or largest > high:
            offending = array[(array < low) | (array > high)]
            raise ValueError(
                f"{name} has values from {int(offending.min())} to {int(offending.max())} out of range, "
                f"allowed are {low}..{high} ({'signed' if signed else 'unsigned'} {bits} bits)"
            )
    return array
