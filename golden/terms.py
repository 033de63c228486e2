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

ENCODINGS = ("binary", "booth", "hese")
SMALLEST_BITS = 2
LARGEST_BITS = 16


def integer_array(name, values):
    """``values`` as an array; ValueError that names ``name`` if its dtype is not an integer one."""
    array = np.asarray(values)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} has dtype {array.dtype}, allowed are integer dtypes")
    return array


def check_integer(name, value, low, high=None):
    """``value`` as a Python int in low..high (no upper end if ``high`` is None), else ValueError."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))
    if not whole or value < low or (high is not None and value > high):
        allowed = f"integers >= {low}" if high is None else f"integers {low}..{high}"
        raise ValueError(f"{name} is {value!r}, allowed are {allowed}")
    return int(value)


def check_bits(name, bits, least=SMALLEST_BITS, most=LARGEST_BITS):
    """``bits`` as an int, ValueError unless it is ``least``..``most``."""
    return check_integer(name, bits, least, most)


def check_encoding(encoding):
    """ValueError unless ``encoding`` is one of ENCODINGS."""
    if encoding not in ENCODINGS:
        raise ValueError(f"encoding is {encoding!r}, allowed are {', '.join(ENCODINGS)}")


def value_range(bits, signed):
    """(smallest, largest) integer of ``bits`` bits: two's complement if signed."""
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)


def check_range(name, values, bits, signed):
    """``values`` as an integer array, every one a ``bits``-bit integer.

    bits: 1..16; one bit is -1..0 if signed, as two's complement has it, else 0..1. Raises ValueError for a
    dtype that is not integer, for other bits, and for values outside the range; the message names the
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


def positions(encoding, bits, signed):
    """Number of digit planes that some ``bits``-bit value needs: exponents are 0..positions-1."""
    check_encoding(encoding)
    bits = check_bits("bits", bits)
    return bits if signed or encoding == "binary" else bits + 1


def booth_count(bits, signed):
    """Number of radix-4 Booth digits of a ``bits``-bit value, 1..16 bits."""
    return (check_bits("bits", bits, 1) + (not signed) + 1) // 2


def max_terms(encoding, bits, signed):
    """The largest number of terms that any ``bits``-bit value has."""
    check_encoding(encoding)
    bits = check_bits("bits", bits)
    if encoding == "binary":
        return bits - 1 if signed else bits
    return (bits + (not signed) + 1) // 2  # booth: every digit; hese: every other plane


def masks(values, encoding, bits, signed):
    """(plus, minus): bit ``e`` is set where the term ``+2^e`` (``-2^e``) belongs to the value.

    ``values`` are integers already known to be in range. int16 arrays up to 12 bits, else int32, same shape.
    """
    x = values.astype(np.int16 if bits <= 12 else np.int32)
    if encoding == "binary":
        magnitude, minus = np.abs(x), x < 0
        return np.where(minus, 0, magnitude), np.where(minus, magnitude, 0)
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


def digits(values, encoding="hese", *, bits=8, signed=True):
    """Digit planes of ``values``, least significant first.

    values: integers of ``bits`` bits, any shape. Returns int8 of shape values.shape + (positions,), digits in
    {-1, 0, 1}. Raises ValueError for an unknown encoding, width, dtype or a value out of range.
    """
    planes = np.arange(positions(encoding, bits, signed))
    plus, minus = masks(check_range("values", values, bits, signed), encoding, bits, signed)
    plus, minus = (np.asarray(mask, np.int32)[..., None] >> planes & 1 for mask in (plus, minus))
    return (plus - minus).astype(np.int8)


def decode(planes):
    """The int64 values ``sum_e planes[..., e] 2^e``; planes: integers of shape (..., positions)."""
    planes = integer_array("planes", planes)
    if planes.ndim == 0:
        raise ValueError("planes has 0 dimensions, allowed are 1 or more with the digit planes last")
    return planes.astype(np.int64) @ (np.int64(1) << np.arange(planes.shape[-1], dtype=np.int64))


def booth_digits(values, *, bits=8, signed=True):
    """Radix-4 Booth digits -2..2, least significant first: int8 of shape values.shape + (digits,)."""
    x = check_range("values", values, bits, signed).astype(np.int32)[..., None]
    place = 2 * np.arange(booth_count(bits, signed))
    below = (x << 1) >> place & 1  # b[2i-1], with b[-1] = 0
    return (-2 * (x >> (place + 1) & 1) + (x >> place & 1) + below).astype(np.int8)


def count_terms(values, encoding, bits, signed):
    """`count` without the range check: also for a HESE or binary value that revealing carried past the
    range."""
    x = values.astype(np.int16 if bits <= 12 else np.int32)
    if encoding == "binary":
        return np.bitwise_count(x)  # NumPy counts the ones of the magnitude
    if encoding == "booth":
        change = x ^ (x << 1)
        return np.bitwise_count((change | change >> 1) & (1 << (2 * booth_count(bits, signed))) // 3)
    return np.bitwise_count(x ^ (x * 3))


def count(values, encoding="hese", *, bits=8, signed=True):
    """Number of terms of each value: uint8, same shape. Errors as `digits`."""
    check_encoding(encoding)
    check_bits("bits", bits)
    return count_terms(check_range("values", values, bits, signed), encoding, bits, signed)
