"""What fitting shares: checked values, axes and codes, and scales that are never zero.

A scale of zero, that of values which are all zero, becomes one: ``0 / 1`` rounds to zero in every format that has a
zero. Scales with a power-of-two rule become the smallest power of two that is not below them.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import check_integer, integer_array
from ...quantise import finite_array

REAL_BITS = 32  # stored bits of a real scale
EXPONENT_BITS = 8  # stored bits of a power-of-two scale


def checked_values(values: ArrayLike) -> NDArray[np.float64]:
    """``values`` as float64; ValueError for NaN, infinities, other dtypes than real ones and no values."""
    values = finite_array("values", values)
    if values.size == 0:
        raise ValueError(f"values has shape {values.shape}, allowed is at least one value")
    return values


def checked_axis(axis: int | tuple[int, ...] | None, dimensions: int) -> tuple[int, ...] | None:
    """``axis`` as a tuple of axes 0..dimensions-1, or None; ValueError for others."""
    if axis is None:
        return None
    axes = axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(check_integer("axis", each, -dimensions, dimensions - 1) % dimensions for each in axes)
    if not axes or len(set(axes)) < len(axes):
        raise ValueError(f"axis is {axis!r}, allowed are one or more different axes")
    return axes


def checked_codes(codes: ArrayLike, low: int, high: int) -> NDArray[np.integer]:
    """``codes`` as an integer array; ValueError unless all are in low..high."""
    array = integer_array("codes", codes)
    if array.size and (array.min() < low or array.max() > high):
        beyond = array[(array < low) | (array > high)]
        raise ValueError(f"codes has codes from {beyond.min()} to {beyond.max()}, allowed are {low}..{high}")
    return array


def check_fits(name: str, array: NDArray[np.integer | np.floating], scale: ArrayLike) -> None:
    """ValueError unless ``scale`` broadcasts to the shape of ``array`` and leaves it as it is."""
    try:
        fits = np.broadcast_shapes(array.shape, np.shape(scale)) == array.shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{name} has shape {array.shape}, allowed are those that scales {np.shape(scale)} fit")


def reduced(
    function: Callable[..., Any], values: NDArray[np.float64], axis: tuple[int, ...] | None
) -> NDArray[np.float64]:
    """``function`` (np.max, np.mean ...) over ``axis``, which stays with length one; a scalar array if None."""
    return np.asarray(function(values, axis=axis, keepdims=axis is not None))


def one_where_zero(scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """``scale`` with ones instead of zeros."""
    return np.where(scale > 0, scale, 1.0)


def power_of_two_above(scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest powers of two that are not below ``scale``, numbers > 0."""
    fraction, exponent = np.frexp(scale)
    return np.ldexp(1.0, exponent - (fraction == 0.5))
