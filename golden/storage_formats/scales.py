"""Scales of rounded values: of the largest magnitude, or of the least squared error.

With few levels the scale of the largest magnitude would spend them on a few large values. The other one is::

    s = argmin sum (v - s q(v / s))^2       over shares of the scale of the largest magnitude

Source: Jacob et al., arXiv 1712.05877; least squared error: Banner et al., arXiv 1810.05723.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..quantise import quantise, scale_of

__all__ = ["integer_scale", "least_error_scale"]

WHOLE = 8  #: bits from which the largest value sets the scale
SHARES = np.arange(100, 9, -1) / 100  #: of the scale of the largest value


def integer_scale(values: ArrayLike, bits: int, signed: bool = True) -> float:
    """The scale of ``values`` (any shape, float) as integers of ``bits`` bits, 2 to 16: of the largest magnitude from 8
    bits on, of the least squared error below."""
    whole = float(scale_of(values, bits=bits, signed=signed))
    if bits >= WHOLE:
        return whole
    return least_error_scale(values, whole, lambda scale: quantise(values, scale, bits=bits, signed=signed))


def least_error_scale(
    values: ArrayLike, whole: float, integers: Callable[[float], NDArray[np.integer | np.floating]]
) -> float:
    """The share of a scale with the least squared error.

    Parameters
    ----------
    values : array_like of real numbers
    whole : float
        The scale of which shares are tried.
    integers : callable
        Of a scale: the values over it, rounded, of their shape.
    """
    errors = [np.square(scale * integers(scale) - values).sum() for scale in whole * SHARES]
    return float(whole * SHARES[np.argmin(errors)])
