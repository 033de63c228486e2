"""Division of integers, to nearest with halves upwards: ``floor(values / 2^shift + 1/2)``, ``floor(a / b + 1/2)``.

This is how integers are rounded everywhere in golden, in requantisation, tables' segments, softmax and LSTM cells: half
of the divisor is added before the shift, so hardware needs no more than the adder's carry. Real numbers become integers
by rounding ties to even, as NumPy and ONNX do: weights, biases, inputs, tables' entries.
"""

import numpy as np

from ..terms import integer_array

__all__ = ["divide", "round_shift"]


def round_shift(values, shift):
    """``floor(values / 2^shift + 1/2)``: int64 of the shape that both broadcast to.

    values: integers of magnitude below 2^62. shift: integers 0..62. ValueError otherwise.

    >>> round_shift(np.array([5, 6, 7, -5, -6, -7]), np.array(2)).tolist()
    [1, 2, 2, -1, -1, -2]
    """
    values, shift = integer_array("values", values).astype(np.int64), integer_array("shift", shift).astype(np.int64)
    if values.size and max(int(values.max()), -int(values.min())) >= 1 << 62:
        raise ValueError(f"values are {values.min()}..{values.max()}, allowed are integers of magnitude below 2^62")
    if shift.size and (shift.min() < 0 or shift.max() > 62):
        raise ValueError(f"shift is {shift.min()}..{shift.max()}, allowed are integers 0..62")
    half = np.where(shift > 0, np.int64(1) << np.maximum(shift - 1, 0), 0)
    return values + half >> shift


def divide(numerator, denominator):
    """``floor(numerator / denominator + 1/2)``: int64. Integers of magnitude below 2^62; denominators > 0, else
    ValueError."""
    numerator, denominator = (
        integer_array(name, value).astype(np.int64)
        for name, value in (("numerator", numerator), ("denominator", denominator))
    )
    if denominator.size and denominator.min() <= 0:
        raise ValueError(f"denominator is {denominator.min()}, allowed are integers > 0")
    quotient, rest = np.divmod(numerator, denominator)
    return quotient + (rest >= denominator - rest)
