"""Term encodings: an integer as a sum of signed powers of two.

A *term* is ``±2^e``. An *encoding* writes ``x`` as ``sum_e d_e 2^e`` with digits ``d_e`` in {-1, 0, 1}; digit
plane ``e`` weighs ``2^e`` and every digit that is not zero is one term.

========  ==========================================================================================
binary    sign-magnitude: the ones of ``abs(x)``, all with the sign of ``x``
booth     radix-4 Booth: digit ``i`` is ``-2 b[2i+1] + b[2i] + b[2i-1]``; ±1 is ±2^(2i), ±2 is ±2^(2i+1)
hese      HESE, the canonical non-adjacent form: fewest terms, no two adjacent, unique.
          ``plus = (3x & ~x) >> 1``, ``minus = (x & ~3x) >> 1`` on sign-extended two's complement
========  ==========================================================================================

Source: Kung, McDanel, Zhang, *Term Quantization* (Term Revealing), SC 2020, arXiv 2007.06389, sections on
quantisation-based encodings and HESE; radix-4 Booth: MacSorley 1961.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import check_bits, check_range, integer_array

ENCODINGS = ("binary", "booth", "hese")


def check_encoding(encoding: str) -> None:
    """ValueError unless ``encoding`` is one of ENCODINGS."""
    if encoding not in ENCODINGS:
        raise ValueError(f"encoding is {encoding!r}, allowed are {', '.join(ENCODINGS)}")


def positions(encoding: str, bits: int, signed: bool) -> int:
    """Number of digit planes that some ``bits``-bit value (2..16) needs: exponents are 0..positions-1."""
    check_encoding(encoding)
    bits = check_bits("bits", bits)
    return bits if signed or encoding == "binary" else bits + 1


def booth_count(bits: int, signed: bool) -> int:
    """Number of radix-4 Booth digits of a ``bits``-bit value, 1..16 bits."""
    return (check_bits("bits", bits, 1) + (not signed) + 1) // 2


def max_terms(encoding: str, bits: int, signed: bool) -> int:
    """The largest number of terms that any ``bits``-bit value (2..16) has in an encoding of ENCODINGS."""
    check_encoding(encoding)
    bits = check_bits("bits", bits)
    if encoding == "binary":
        return bits - 1 if signed else bits
    return (bits + (not signed) + 1) // 2  # booth: every digit; hese: every other plane


def _narrow(values: NDArray[np.integer], bits: int) -> NDArray[np.integer]:
    """Values of ``bits`` bits in the narrower of two dtypes that hold three times as much."""
    dtype: type[np.integer] = np.int16 if bits <= 12 else np.int32
    return values.astype(dtype)


def masks(
    values: NDArray[np.integer], encoding: str, bits: int, signed: bool
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """The terms of each value as two words: bit ``e`` is set where the term ``+2^e`` or ``-2^e`` belongs to the value.

    Parameters
    ----------
    values : ndarray of int
        Already known to be in the range of ``bits`` and ``signed``; any shape.
    encoding : str
        One of ENCODINGS.
    bits : int
    signed : bool

    Returns
    -------
    plus, minus : ndarray of int16 up to 12 bits, else of int32
        The shape of ``values``.
    """
    x = _narrow(values, bits)
    if encoding == "binary":
        magnitude, negative = np.abs(x), x < 0
        return np.where(negative, 0, magnitude), np.where(negative, magnitude, 0)
    if encoding == "booth":
        even = (1 << (2 * booth_count(bits, signed))) // 3  # ...010101: the places of the digits
        high = x >> 1  # b[2i+1] at place 2i
        one = (x ^ (x << 1)) & even  # b[2i] != b[2i-1]: the digit is ±1
        two = (x ^ high) & ~one & even  # 100 or 011: the digit is ±2
        magnitude = one | (two << 1)
        minus = (one & high) | ((two & high) << 1)
        return magnitude & ~minus, minus
    triple = x * 3
    return (triple & ~x) >> 1, (x & ~triple) >> 1


def digits(values: ArrayLike, encoding: str = "hese", *, bits: int = 8, signed: bool = True) -> NDArray[np.int8]:
    """Digit planes of ``values``, least significant first.

    Parameters
    ----------
    values : array_like of int
        Of ``bits`` bits, any shape.
    encoding : str
        One of ENCODINGS.
    bits : int
        2..16.
    signed : bool

    Returns
    -------
    ndarray of int8
        Digits -1, 0 and 1, of shape values.shape + (positions,).

    Raises
    ------
    ValueError
        For an unknown encoding, width, dtype or a value out of range.
    """
    planes = np.arange(positions(encoding, bits, signed))
    plus, minus = masks(check_range("values", values, bits, signed), encoding, bits, signed)
    plus, minus = (np.asarray(mask, np.int32)[..., None] >> planes & 1 for mask in (plus, minus))
    return (plus - minus).astype(np.int8)


def decode(planes: ArrayLike) -> NDArray[np.int64]:
    """The values that digit planes stand for, ``sum_e planes[..., e] 2^e``.

    Parameters
    ----------
    planes : array_like of int
        Shape (..., positions), the least significant digit first.

    Returns
    -------
    ndarray of int64
        Shape (...).
    """
    planes = integer_array("planes", planes)
    if planes.ndim == 0:
        raise ValueError("planes has 0 dimensions, allowed are 1 or more with the digit planes last")
    return planes.astype(np.int64) @ (np.int64(1) << np.arange(planes.shape[-1], dtype=np.int64))


def booth_digits(values: ArrayLike, *, bits: int = 8, signed: bool = True) -> NDArray[np.int8]:
    """Radix-4 Booth digits of ``values``, least significant first.

    Parameters
    ----------
    values : array_like of int
        Of ``bits`` bits, any shape.
    bits : int
        1..16.
    signed : bool

    Returns
    -------
    ndarray of int8
        Digits -2..2, of shape values.shape + (`booth_count`,).
    """
    x = check_range("values", values, bits, signed).astype(np.int32)[..., None]
    place = 2 * np.arange(booth_count(bits, signed))
    below = (x << 1) >> place & 1  # b[2i-1], with b[-1] = 0
    return (-2 * (x >> (place + 1) & 1) + (x >> place & 1) + below).astype(np.int8)


def count_terms(values: NDArray[np.integer], encoding: str, bits: int, signed: bool) -> NDArray[np.uint8]:
    """`count` without the range check: also for a HESE or binary value that revealing carried past the range."""
    x = _narrow(values, bits)
    if encoding == "binary":
        return np.bitwise_count(x)  # NumPy counts the ones of the magnitude
    if encoding == "booth":
        change = x ^ (x << 1)
        return np.bitwise_count((change | change >> 1) & (1 << (2 * booth_count(bits, signed))) // 3)
    return np.bitwise_count(x ^ (x * 3))


def count(values: ArrayLike, encoding: str = "hese", *, bits: int = 8, signed: bool = True) -> NDArray[np.uint8]:
    """Number of terms of each value.

    Parameters
    ----------
    values : array_like of int
        Of ``bits`` bits, any shape.
    encoding : str
        One of ENCODINGS.
    bits : int
        2..16.
    signed : bool

    Returns
    -------
    ndarray of uint8
        The shape of ``values``.

    Raises
    ------
    ValueError
        For an unknown encoding, width, dtype or a value out of range.
    """
    check_encoding(encoding)
    check_bits("bits", bits)
    return count_terms(check_range("values", values, bits, signed), encoding, bits, signed)
