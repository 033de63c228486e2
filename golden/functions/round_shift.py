"""Division of integers with rounding to nearest, ties to even: ``round(values / 2^shift)``, ``round(a / b)``."""

import numpy as np

from golden.terms import integer_array

__all__ = ["divide", "round_shift"]


def round_shift(values, shift):
    """``round(values / 2^shift)``: int64 of the shape that both broadcast to.

    values: integers of magnitude below 2^62. shift: integers 0..62. ValueError otherwise.
    """
    values, shift = integer_array("values", values).astype(np.int64), integer_array("shift", shift).astype(np.int64)
    if values.size and max(int(values.max()), -int(values.min())) >= 1 << 62:
        raise ValueError(f"values are {values.min()}..{values.max()}, allowed are integers of magnitude below 2^62")
    if shift.size and (shift.min() < 0 or shift.max() > 62):
        raise ValueError(f"shift is {shift.min()}..{shift.max()}, allowed are integers 0..62")
    odd = values >> shift & 1
    half = np.where(shift > 0, (np.int64(1) << np.maximum(shift - 1, 0)) - 1, 0)  # just below a half
    return values + np.where(shift > 0, half + odd, 0) >> shift


def divide(numerator, denominator):
    """``round(numerator / denominator)``: int64. Integers of magnitude below 2^62; denominators > 0, else
    ValueError."""
    numerator, denominator = (integer_array(name, value).astype(np.int64) for name, value in (
        ("numerator", numerator), ("denominator", denominator)))
    if denominator.size and denominator.min() <= 0:
        raise ValueError(f"denominator is {denominator.min()}, allowed are integers > 0")
    quotient, rest = np.divmod(numerator, denominator)
    above = rest - (denominator - rest)  # twice the rest less the denominator, without overflow
    return quotient + (above > 0) + ((above == 0) & (quotient & 1))
