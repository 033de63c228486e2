"""Accumulators to activations: ``Y = clip(round(sum_i s_i A_i / s_y) + z_y)``, in three ways of multiplying.

=====================  ================================================================================================
multiplier and shift   the rule of hardware, and the default: integers m_i of a stated width and one shift n,
                       ``floor((sum_i m_i A_i) / 2^n + 1/2)``: one rounding, halves upwards. See `requantised`
power of two           the same with ``m_i`` powers of two: shifts alone; ValueError for other scales
real                   ``s_i / s_y`` is a float64 number and halves round to even, as ONNX defines QuantizeLinear
=====================  ================================================================================================

A_i are integers of 32 bits: the accumulators of one layer, or the tensors that an addition aligns. A multiplier of W
bits is off by half a unit at most, so a product is off by at most ``|A| s 2^-W`` steps of the output, s the largest of
the scales: 1/256 of a step for one product, an output of 8 bits and W = 16. On the same accumulators "real" and
"multiplier and shift" therefore differ by one step at most, and only within that distance of a half.

Source: Jacob et al., arXiv 1712.05877, section 2.2; Redfern, xNN Implementation, 2018.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import check_integer
from ...functions.round_shift import round_shift
from ...number_formats.integers.fixed_point import FixedPointQuantiser
from ...pe.fields import check_choice
from ...quantise import check_scale
from .accumulators import ACCUMULATOR_BITS

__all__ = [
    "MULTIPLIER_BITS",
    "REQUANTISATIONS",
    "Part",
    "check_multiplier_bits",
    "multipliers",
    "requantise_sum",
    "requantised",
    "sum_range",
]

Part = tuple[NDArray[np.int64], NDArray[np.float64]]  #: of a sum: integers of 32 bits, a scale that broadcasts

REQUANTISATIONS = ("multiplier and shift", "power of two", "real")
MULTIPLIER_BITS = 16


def requantised(
    values: Sequence[NDArray[np.int64]], factors: Sequence[NDArray[np.int64]], shift: ArrayLike
) -> NDArray[np.int64]:
    """``floor((sum_i m_i A_i) / 2^n + 1/2)``, exactly: the one rounding of a requantisation.

    Parameters
    ----------
    values : sequence of int arrays
        A_i, signed integers of 32 bits.
    factors : sequence of int arrays
        m_i >= 0, of at most 30 bits; they broadcast to the A_i.
    shift : int array
        n, 0..61, the same for all parts.

    Returns
    -------
    ndarray of int64
        Before zero point and clipping.

    Raises
    ------
    ValueError
        For products whose sum 62 bits do not hold.

    Examples
    --------
    Accumulators of scale 0.3 / 64 become codes of scale 1. With 4 bits ``0.3 / 64 = 10 2^-11`` to rounding (0.3 / 64 is
    9.6 2^-11), and ``-1024 * 10 / 2048 = -5``, ``307 * 10 / 2048 = 1.499``. Halves go upwards, of negative sums too:
    ``512 * 10 / 2048 = 2.5`` gives 3 and ``-512 * 10 / 2048 = -2.5`` gives -2.

    >>> factors, shift = multipliers([0.3 / 64], "multiplier and shift", 4)
    >>> int(factors[0]), int(shift)
    (10, 11)
    >>> requantised([np.array([-1024, 307, 308, 512, -512])], factors, shift).tolist()
    [-5, 1, 2, 3, -2]
    """
    bound = sum(_magnitude(part) * int(factor.max()) for part, factor in zip(values, factors, strict=True))
    if bound >= 1 << 62:
        raise ValueError(f"accumulators times multipliers reach {bound}, allowed are sums below 2^62")
    total = sum(part.astype(np.int64) * factor for part, factor in zip(values, factors, strict=True))
    return round_shift(total, shift)


def requantise_sum(
    parts: Sequence[Part],
    quantiser: FixedPointQuantiser,
    limits: tuple[float, float],
    requantisation: str = REQUANTISATIONS[0],
    multiplier_bits: int = MULTIPLIER_BITS,
) -> NDArray[np.int32]:
    """The codes of a sum.

    Parameters
    ----------
    parts : sequence of pairs
        Integers A_i of 32 bits, and scales s_i that broadcast to them.
    quantiser : lowtide.golden.number_formats.integers.fixed_point.FixedPointQuantiser
        Of the output, with one scale.
    limits : (low, high)
        Real numbers or infinite, that the sum is clipped to, beside the range of the output.
    requantisation, multiplier_bits
        See the module, and `multipliers`.

    Returns
    -------
    int32 array

    Raises
    ------
    ValueError
        As `multipliers` and `requantised`.
    """
    check_choice("requantisation", requantisation, REQUANTISATIONS)
    scales = [np.asarray(scale / quantiser.scale) for _, scale in parts]
    low, high = code_limits(quantiser, limits)
    total: NDArray[np.float64] | NDArray[np.int64]
    if requantisation == "real":
        total = parts[0][0] * scales[0]
        for (values, _), scale in zip(parts[1:], scales[1:], strict=True):
            total += values * scale
        np.rint(total, out=total)
    else:
        total = requantised([values for values, _ in parts], *multipliers(scales, requantisation, multiplier_bits))
    zero = int(quantiser.zero_point)
    np.clip(total, low - zero, high - zero, out=total)
    codes = total.astype(np.int32)
    codes += zero
    return codes


def multipliers(
    scales: Sequence[ArrayLike], requantisation: str, bits: int = MULTIPLIER_BITS
) -> tuple[list[NDArray[np.int64]], NDArray[np.int64]]:
    """The integers that stand for scales: ``scales[i] = m_i 2^-n`` to rounding.

    Parameters
    ----------
    scales : sequence of numbers or float arrays
        > 0, they broadcast: a number a channel, and one of each part of a sum.
    requantisation : str
        "multiplier and shift": ``m_i = floor(2^n s_i + 1/2)`` with the largest n, at most ``bits + 31``, at which every
        m_i is below ``2^bits``. So the largest m_i has its highest bit set, unless its scale is below ``2^-32``, which
        takes every accumulator to 0 or to a half. "power of two": m_i are powers of two.
    bits : int
        W, the width of the multipliers, unsigned, 2..30.

    Returns
    -------
    factors : list of ndarray of int64
        m_i, of the shape of each scale.
    shift : ndarray of int64
        n, of the shape of all together.

    Raises
    ------
    ValueError
        For scales that are not > 0 or too large, and with "power of two" for those that are none.
    """
    checked, bits = [check_scale(scale) for scale in scales], check_multiplier_bits(bits)
    if requantisation == "power of two":
        for scale in checked:
            fraction, _ = np.frexp(scale)
            if not (fraction == 0.5).all():
                raise ValueError(
                    f"scale is {scale[fraction != 0.5].flat[0]}, allowed with requantisation 'power of two' are powers "
                    f"of two: weights and activations FixedPoint(power_of_two=True)"
                )
        _, exponent = np.frexp(np.minimum.reduce(np.broadcast_arrays(*checked)))
        shift, largest = np.clip(1 - exponent.astype(np.int64), 0, 61), 30
    else:
        fraction, exponent = np.frexp(np.maximum.reduce(np.broadcast_arrays(*checked)))
        exponent = exponent + (_rounded(np.ldexp(fraction, bits)) == 1 << bits)  # rounds up to the next power
        shift, largest = np.clip(bits - exponent.astype(np.int64), 0, bits + ACCUMULATOR_BITS - 1), bits
    factors = [_rounded(np.ldexp(scale, shift)) for scale in checked]
    for scale, factor in zip(checked, factors, strict=True):
        if (factor >= 1 << largest).any():
            raise ValueError(f"scale is {scale.max()}, allowed are those with multipliers of {largest} bits or fewer")
    return [factor.astype(np.int64) for factor in factors], shift


def check_multiplier_bits(bits: int) -> int:
    """``bits``, ValueError unless an integer 2..30."""
    return check_integer("multiplier_bits", bits, 2, 30)


def code_limits(quantiser: FixedPointQuantiser, limits: tuple[float, float]) -> tuple[int, int]:
    """(smallest, largest) code that real ``limits`` leave: a limit that is infinite is the end of the range."""
    low, high = quantiser.format.integer_range
    first, last = (int(quantiser.encode(np.array(limit))) if np.isfinite(limit) else None for limit in limits)
    return low if first is None else first, high if last is None else last


def sum_range(parts: Sequence[Part], limits: tuple[float, float]) -> tuple[float, float]:
    """(smallest, largest) real value of ``sum_i s_i A_i``, clipped to ``limits``."""
    (values, scale), *others = parts
    total = values * scale
    for values, scale in others:
        total = total + values * scale
    return float(np.clip(total.min(), *limits)), float(np.clip(total.max(), *limits))


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """``floor(values + 1/2)`` of float64 >= 0, exactly."""
    whole = np.floor(values)
    return whole + (values - whole >= 0.5)


def _magnitude(values: NDArray[np.int64]) -> int:
    return max(int(values.max()), -int(values.min()))
