"""Bit planes and 2-bit limbs of integers, and products as sums over them.

============  ===============================================================================================
bit planes    ``a = sum_b ±2^b a[b]``, the top plane of a signed value negative
limbs         ``a = sum_i 4^i a_i``, limbs 0..3, the top limb of a signed value -2..1
plane sums    ``sum_i x_i w_i = sum_{a,b} ±2^(a+b) popcount(x[a] & w[b])``, negative where exactly one plane is
              the sign plane of a signed operand
limb sums     ``x w = sum_{i,j} x_i w_j 2^(2(i+j))``
binary        of ±1 as bits: ``2 popcount(xnor) - n``
ternary       of weights 0, ±1 and bits x: ``popcount(x & plus) - popcount(x & minus)``
============  ===============================================================================================

Source: planes: Umuroglu et al., BISMO, arXiv 1806.08862; limbs: Sharma et al., Bit Fusion, arXiv 1712.01507;
binary: Rastegari et al., XNOR-Net, arXiv 1603.05279.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import check_range
from .storage_formats import TERNARY


def plane_weights(bits: int, signed: bool) -> NDArray[np.int64]:
    """What the planes weigh: int64 [bits], 2^b, the last negative if signed."""
    weights = np.int64(1) << np.arange(bits, dtype=np.int64)
    if signed:
        weights[-1] = -weights[-1]
    return weights


def planes(values: ArrayLike, *, bits: int = 8, signed: bool = True) -> NDArray[np.int8]:
    """The bits of two's complement, least significant first.

    Parameters
    ----------
    values : array_like of int
        Of ``bits`` bits, any shape; else ValueError.
    bits : int
        1..16.
    signed : bool

    Returns
    -------
    ndarray of int8
        0 or 1, of shape values.shape + (bits,).
    """
    integers = check_range("values", values, bits, signed).astype(np.int32)
    return (integers[..., None] >> np.arange(bits) & 1).astype(np.int8)


def limbs(values: ArrayLike, *, bits: int = 8, signed: bool = True) -> NDArray[np.int8]:
    """2-bit limbs, least significant first; an odd width is extended by one bit.

    Parameters
    ----------
    values : array_like of int
        Of ``bits`` bits, any shape; else ValueError.
    bits : int
        1..16.
    signed : bool

    Returns
    -------
    ndarray of int8
        0..3, the last limb -2..1 if signed, of shape values.shape + (ceil(bits / 2),).
    """
    integers = check_range("values", values, bits, signed).astype(np.int32)
    count = (bits + 1) // 2
    result = integers[..., None] >> 2 * np.arange(count)
    result[..., : count - 1] &= 3
    return result.astype(np.int8)


def limb_products(
    x: ArrayLike, w: ArrayLike, *, x_bits: int = 8, w_bits: int = 8, x_signed: bool = True, w_signed: bool = True
) -> NDArray[np.int64]:
    """Every ``x_i w_j 2^(2(i+j))`` of limbs i of x and j of w.

    Parameters
    ----------
    x, w : array_like of int
        Of ``x_bits`` and ``w_bits`` bits, of shapes that broadcast.
    x_bits, w_bits : int
        1..16.
    x_signed, w_signed : bool

    Returns
    -------
    ndarray of int64
        Of the shape that x and w broadcast to, + (limbs of x, limbs of w). The sum over the last two axes is x * w.
    """
    x_limbs, w_limbs = (
        limbs(values, bits=bits, signed=signed).astype(np.int64)
        for values, bits, signed in ((x, x_bits, x_signed), (w, w_bits, w_signed))
    )
    places = 2 * (np.arange(x_limbs.shape[-1])[:, None] + np.arange(w_limbs.shape[-1]))
    return x_limbs[..., :, None] * w_limbs[..., None, :] << places


def plane_sums(
    x: ArrayLike, w: ArrayLike, *, x_bits: int = 8, w_bits: int = 8, x_signed: bool = True, w_signed: bool = True
) -> NDArray[np.int64]:
    """Every ``±2^(a+b) popcount(x[a] & w[b])`` over the last axis, of planes a of x and b of w.

    Parameters
    ----------
    x, w : array_like of int
        Of ``x_bits`` and ``w_bits`` bits, of shapes [..., n] that broadcast.
    x_bits, w_bits : int
        1..16.
    x_signed, w_signed : bool

    Returns
    -------
    ndarray of int64
        [..., x_bits, w_bits]. The sum over the last two axes is the dot product.
    """
    x_planes, w_planes = planes(x, bits=x_bits, signed=x_signed), planes(w, bits=w_bits, signed=w_signed)
    ones = (x_planes[..., :, None] & w_planes[..., None, :]).sum(axis=-3, dtype=np.int64)
    return ones * (plane_weights(x_bits, x_signed)[:, None] * plane_weights(w_bits, w_signed))


def binary_dot(x: ArrayLike, w: ArrayLike) -> NDArray[np.int64]:
    """``2 popcount(xnor(x, w)) - n`` over the last axis.

    Parameters
    ----------
    x, w : array_like of int
        Codes 1 for +1, 0 for -1, [..., n]; else ValueError.

    Returns
    -------
    ndarray of int64
        [...].
    """
    equal = check_range("x", x, 1, False) == check_range("w", w, 1, False)
    return 2 * equal.sum(axis=-1, dtype=np.int64) - equal.shape[-1]


def ternary_dot(x: ArrayLike, w: ArrayLike) -> NDArray[np.int64]:
    """``popcount(x & plus) - popcount(x & minus)`` over the last axis.

    Parameters
    ----------
    x : array_like of int
        Bits 0 and 1, [..., n]; else ValueError.
    w : array_like of int
        Ternary codes, see `lowtide.golden.storage_formats`, of a shape that broadcasts.

    Returns
    -------
    ndarray of int64
        [...].
    """
    ones = check_range("x", x, 1, False) == 1
    weights = TERNARY.decode(w, bits=2, signed=True, name="w")
    return (ones & (weights > 0)).sum(axis=-1, dtype=np.int64) - (ones & (weights < 0)).sum(axis=-1, dtype=np.int64)
