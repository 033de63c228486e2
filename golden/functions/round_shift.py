"""Division of integers, to nearest with halves upwards: ``floor(values / 2^shift + 1/2)``, ``floor(a / b + 1/2)``.

This is how integers are rounded everywhere in golden, in requantisation, tables' segments, softmax and LSTM cells: half
of the divisor is added before the shift, so hardware needs no more than the adder's carry. Real numbers become integers
by rounding ties to even, as NumPy and ONNX do: weights, biases, inputs, tables' entries.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import integer_array

__all__ = ["divide", "round_shift"]


def round_shift(values: ArrayLike, shift: ArrayLike) -> NDArray[np.int64]:
    """``floor(values / 2^shift + 1/2)``.

    Parameters
    ----------
    values : array_like of int
        Of magnitude below 2^62; else ValueError.
    shift : array_like of int
        0..62.

    Returns
    -------
    ndarray of int64
        Of the shape that both broadcast to.

    Examples
    --------
    >>> round_shift(np.array([5, 6, 7, -5, -6, -7]), np.array(2)).tolist()
    [1, 2, 2, -1, -1, -2]
    """
    array, places = integer_array("values", values).astype(np.int64), integer_array("shift", shift).astype(np.int64)
    if array.size and max(int(array.max()), -int(array.min())) >= 1 << 62:
        raise ValueError(f"values are {array.min()}..{array.max()}, allowed are integers of magnitude below 2^62")
    if places.size and (places.min() < 0 or places.max() > 62):
        raise ValueError(f"shift is {places.min()}..{places.max()}, allowed are integers 0..62")
    half = np.where(places > 0, np.int64(1) << np.maximum(places - 1, 0), 0)
    return array + half >> places


def divide(numerator: ArrayLike, denominator: ArrayLike) -> NDArray[np.int64]:
    """``floor(numerator / denominator + 1/2)``.

    Parameters
    ----------
    numerator : array_like of int
        Of magnitude below 2^62.
    denominator : array_like of int
        > 0, else ValueError; of a shape that broadcasts.

    Returns
    -------
    ndarray of int64
    """
    dividend, divisor = (
        integer_array(name, value).astype(np.int64)
        for name, value in (("numerator", numerator), ("denominator", denominator))
    )
    if divisor.size and divisor.min() <= 0:
        raise ValueError(f"denominator is {divisor.min()}, allowed are integers > 0")
    quotient, rest = np.divmod(dividend, divisor)
    return quotient + (rest >= divisor - rest)
