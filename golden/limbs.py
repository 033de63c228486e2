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

from .storage_formats import TERNARY
from .terms import check_range


def plane_weights(bits, signed):
    """What the planes weigh: int64 [bits], 2^b, the last negative if signed."""
    weights = np.int64(1) << np.arange(bits, dtype=np.int64)
    if signed:
        weights[-1] = -weights[-1]
    return weights


def planes(values, *, bits=8, signed=True):
    """The bits of two's complement, least significant first: int8 0 or 1, values.shape + (bits,).

    values: integers of ``bits`` bits (1..16), any shape. ValueError otherwise.
    """
    values = check_range("values", values, bits, signed).astype(np.int32)
    return (values[..., None] >> np.arange(bits) & 1).astype(np.int8)


def limbs(values, *, bits=8, signed=True):
    """2-bit limbs, least significant first: int8 0..3, the last -2..1 if signed, values.shape + (ceil(bits/2),).

    values: integers of ``bits`` bits (1..16), any shape; an odd width is extended by one bit. ValueError
    otherwise.
    """
    values = check_range("values", values, bits, signed).astype(np.int32)
    count = (bits + 1) // 2
    result = values[..., None] >> 2 * np.arange(count)
    result[..., : count - 1] &= 3
    return result.astype(np.int8)


def limb_products(x, w, *, x_bits=8, w_bits=8, x_signed=True, w_signed=True):
    """Every ``x_i w_j 2^(2(i+j))``: int64 of the shape that x, w broadcast to, + (limbs of x, limbs of w).

    The sum over the last two axes is x * w. Errors as `limbs`.
    """
    x, w = (
        limbs(values, bits=bits, signed=signed).astype(np.int64)
        for values, bits, signed in ((x, x_bits, x_signed), (w, w_bits, w_signed))
    )
    places = 2 * (np.arange(x.shape[-1])[:, None] + np.arange(w.shape[-1]))
    return x[..., :, None] * w[..., None, :] << places


def plane_sums(x, w, *, x_bits=8, w_bits=8, x_signed=True, w_signed=True):
    """Every ``±2^(a+b) popcount(x[a] & w[b])`` over the last axis: int64 [..., x_bits, w_bits].

    x, w: integers of broadcastable shapes [..., n]. The sum over the last two axes is the dot product. Errors as
    `limbs`.
    """
    x, w = planes(x, bits=x_bits, signed=x_signed), planes(w, bits=w_bits, signed=w_signed)
    ones = (x[..., :, None] & w[..., None, :]).sum(axis=-3, dtype=np.int64)
    return ones * (plane_weights(x_bits, x_signed)[:, None] * plane_weights(w_bits, w_signed))


def binary_dot(x, w):
    """``2 popcount(xnor(x, w)) - n`` over the last axis: int64. x, w: codes 1 for +1, 0 for -1, else ValueError."""
    x, w = (check_range(name, codes, 1, False) for name, codes in (("x", x), ("w", w)))
    equal = x == w
    return 2 * equal.sum(axis=-1, dtype=np.int64) - equal.shape[-1]


def ternary_dot(x, w):
    """``popcount(x & plus) - popcount(x & minus)`` over the last axis: int64.

    x: bits 0, 1. w: ternary codes, see `lowtide.golden.storage_formats`. ValueError otherwise.
    """
    x = check_range("x", x, 1, False)
    w = TERNARY.decode(w, bits=2, signed=True, name="w")
    return ((x == 1) & (w > 0)).sum(axis=-1, dtype=np.int64) - ((x == 1) & (w < 0)).sum(axis=-1, dtype=np.int64)
