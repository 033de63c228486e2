"""Uniform symmetric quantisation of real numbers and of the accumulators of fixed-point layers.

``q = clip(round(v / s))`` with the scale ``s = max|v| / (2^(b-1) - 1)`` and the range ``±(2^(b-1) - 1)`` if
signed, ``s = max v / (2^b - 1)`` and ``0 .. 2^b - 1`` if unsigned. The smallest two's complement value is
left out, so that the range is symmetric. A layer ``Y_q = clip(round(s_c (H_q X_q + V_q)))`` has the scale
``s_c = s_H s_X / s_Y`` and its bias the scale ``s_V = s_H s_X`` at 32 bits. Rounding is to nearest, ties to
even, and factors are real numbers: what ONNX defines. `lowtide.golden.network.integers.requantisation` has the rule of
hardware, which networks are computed with: integer multipliers, one shift, halves upwards.

Source: Jacob et al., arXiv 1712.05877; Krishnamoorthi, arXiv 1806.08342; Redfern, xNN Implementation, 2018.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import check_bits, integer_array

_BIAS_LIMIT = 1 << 31


def quantised_range(bits: int = 8, signed: bool = True) -> tuple[int, int]:
    """(smallest, largest) quantised value: -127..127 or 0..255 at 8 bits. bits: 2..16, else ValueError."""
    largest = (1 << (check_bits("bits", bits) - bool(signed))) - 1
    return (-largest, largest) if signed else (0, largest)


def scale_of(
    values: ArrayLike, *, bits: int = 8, signed: bool = True, axis: int | tuple[int, ...] | None = None
) -> NDArray[np.float64]:
    """The scale with which the largest of ``values`` becomes the largest quantised value.

    Parameters
    ----------
    values : array_like of real numbers
        At least one, not all zero; none negative if unsigned.
    bits : int
        2..16.
    signed : bool
    axis : int, tuple of int or None
        Axes to take the maximum over, all if None.

    Returns
    -------
    ndarray of float64
        Of no dimension if ``axis`` is None; else the axes stay with length one, so that the scales broadcast.

    Raises
    ------
    ValueError
        For NaN, infinities, no values, values that are all zero (they have no scale), and negative ones if unsigned.
    """
    largest = quantised_range(bits, signed)[1]
    values = finite_array("values", values)
    if values.size == 0:
        raise ValueError(f"values has shape {values.shape}, allowed is at least one value")
    if not signed and values.min() < 0:
        raise ValueError(f"values has the smallest value {values.min()}, allowed are values >= 0 if unsigned")
    scale = np.abs(values).max(axis=axis, keepdims=axis is not None) / largest
    return check_scale(scale)


def quantise(values: ArrayLike, scale: ArrayLike, *, bits: int = 8, signed: bool = True) -> NDArray[np.int32]:
    """``clip(round(values / scale))``: real numbers as integers of `quantised_range`.

    Values beyond the range become its nearest end (so negative values become 0 if unsigned).

    Parameters
    ----------
    values : array_like of real numbers
    scale : array_like of real numbers
        One or more, > 0, of a shape that broadcasts.
    bits : int
        2..16.
    signed : bool

    Returns
    -------
    ndarray of int32
        Of the shape that values and scale broadcast to.

    Raises
    ------
    ValueError
        For NaN or infinite values and scales that are not > 0.
    """
    return _round_and_clip(finite_array("values", values) / check_scale(scale), bits, signed)


def quantise_bias(bias: ArrayLike, scale: ArrayLike) -> NDArray[np.int64]:
    """``round(bias / scale)`` as int64 in the range of 32 bits; ValueError beyond it, nothing is clipped."""
    rounded = np.rint(finite_array("bias", bias) / check_scale(scale))
    if np.any((rounded < -_BIAS_LIMIT) | (rounded >= _BIAS_LIMIT)):
        raise ValueError(
            f"bias / scale has values from {rounded.min():.0f} to {rounded.max():.0f}, "
            f"allowed are {-_BIAS_LIMIT}..{_BIAS_LIMIT - 1} (signed 32 bits)"
        )
    return rounded.astype(np.int64)


def requantise(accumulator: ArrayLike, scale: ArrayLike, *, bits: int = 8, signed: bool = True) -> NDArray[np.int32]:
    """``clip(round(scale * accumulator))``: accumulators as integers of `quantised_range`.

    Parameters
    ----------
    accumulator : array_like of int
        The bias included.
    scale : array_like of real numbers
        ``s_H s_X / s_Y``, one or more, > 0; the product is one float64 multiplication.
    bits : int
        2..16.
    signed : bool

    Returns
    -------
    ndarray of int32
        Of the shape that accumulator and scale broadcast to.

    Raises
    ------
    ValueError
        For a dtype that is not integer, and scales that are not > 0.
    """
    return _round_and_clip(integer_array("accumulator", accumulator) * check_scale(scale), bits, signed)


def _round_and_clip(values: NDArray[np.float64], bits: int, signed: bool) -> NDArray[np.int32]:
    low, high = quantised_range(bits, signed)
    return np.asarray(np.clip(np.rint(values), low, high), np.int32)


def finite_array(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """``values`` as float64, ValueError if any is NaN or infinite."""
    array = np.asarray(values)
    if not (np.issubdtype(array.dtype, np.floating) or np.issubdtype(array.dtype, np.integer)):
        raise ValueError(f"{name} has dtype {array.dtype}, allowed are real numbers")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has {array[~np.isfinite(array)].flat[0]}, allowed are finite numbers")
    return array.astype(np.float64)


def check_scale(scale: ArrayLike) -> NDArray[np.float64]:
    """``scale`` as float64, ValueError unless every number is finite and > 0."""
    scale = finite_array("scale", scale)
    if not (scale > 0).all():
        raise ValueError(f"scale is {scale.min()}, allowed are numbers > 0")
    return scale
