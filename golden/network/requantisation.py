"""Accumulators to activations: ``Y = clip(round(sum_i s_i A_i / s_y) + z_y)``, in three ways of multiplying.

=====================  ================================================================================================
real                   ``s_i / s_y`` is a float64 number
multiplier and shift   ``round(sum_i m_i A_i / 2^n)``, integers ``m_i = round(2^n s_i / s_y)`` and one shift n: the
                       largest m is in 2^30..2^31 - 1 (less only where the scale is below 2^-32, as n is at most 62)
power of two           the same with ``s_i / s_y`` powers of two: shifts alone, exact; ValueError for other scales
=====================  ================================================================================================

A_i are integers: the accumulators of one layer, or the tensors that an addition aligns. Rounding is to nearest, ties to
even, once for the whole sum. Multiplier and shift deviates from the real scale by ``|A| 2^-31`` steps of A's scale at
most, below one step of the output, for accumulators of 32 bits.

Source: Jacob et al., arXiv 1712.05877, section 2.2; Redfern, xNN Implementation, 2018.
"""

import numpy as np

from golden.functions.round_shift import round_shift
from golden.pe.fields import check_choice
from golden.quantise import check_scale

__all__ = ["REQUANTISATIONS", "multipliers", "requantise_sum", "sum_range"]

REQUANTISATIONS = ("real", "multiplier and shift", "power of two")
_MULTIPLIER_BITS = 31
_LARGEST_SHIFT = 62


def requantise_sum(parts, quantiser, limits, requantisation):
    """The codes of a sum: int32.

    parts: pairs (integers A_i, scales s_i that broadcast to them). quantiser: of the output, a
    `golden.formats.fixed_point.FixedPointQuantiser` of one scale. limits: (low, high), real numbers or infinite, that
    the sum is clipped to. ValueError where 62 bits do not hold the products.
    """
    check_choice("requantisation", requantisation, REQUANTISATIONS)
    scales = [np.asarray(scale / quantiser.scale) for _, scale in parts]
    low, high = code_limits(quantiser, limits)
    if requantisation == "real":
        total = parts[0][0] * scales[0]
        for (values, _), scale in zip(parts[1:], scales[1:], strict=True):
            total += values * scale
        np.rint(total, out=total)
    else:
        factors, shift = multipliers(scales, requantisation)
        bound = sum(_magnitude(values) * int(factor.max()) for (values, _), factor in zip(parts, factors, strict=True))
        if bound >= 1 << _LARGEST_SHIFT:
            raise ValueError(f"accumulators times multipliers reach {bound}, allowed are products below 2^62")
        total = sum(values.astype(np.int64) * factor for (values, _), factor in zip(parts, factors, strict=True))
        total = round_shift(total, shift)
    zero = int(quantiser.zero_point)
    np.clip(total, low - zero, high - zero, out=total)
    codes = total.astype(np.int32)
    codes += zero
    return codes


def multipliers(scales, requantisation):
    """``([m_i], n)``: int64 arrays with ``scales[i] = m_i 2^-n`` to rounding; n like all scales together.

    scales: numbers or arrays > 0 and below 2^30 that broadcast. ValueError for others and, with "power of two", for
    scales that are none.
    """
    scales = [check_scale(scale) for scale in scales]
    split = [np.frexp(scale) for scale in scales]
    if requantisation == "power of two":
        for scale, (fraction, _) in zip(scales, split, strict=True):
            if not (fraction == 0.5).all():
                raise ValueError(
                    f"scale is {scale[fraction != 0.5].flat[0]}, allowed with requantisation 'power of two' are powers "
                    f"of two: weights and activations FixedPoint(power_of_two=True)")
        finest = np.minimum.reduce(np.broadcast_arrays(*(exponent for _, exponent in split)))
        shift = 1 - finest.astype(np.int64)
    else:
        largest = np.maximum.reduce(np.broadcast_arrays(*scales))
        fraction, exponent = np.frexp(largest)
        exponent = exponent + (np.rint(np.ldexp(fraction, _MULTIPLIER_BITS)) == 1 << _MULTIPLIER_BITS)
        shift = _MULTIPLIER_BITS - exponent.astype(np.int64)
    if any((scale >= 1 << 30).any() for scale in scales):
        raise ValueError(f"scale is {max(scale.max() for scale in scales)}, allowed are numbers below 2^30")
    shift = np.clip(shift, 0, _LARGEST_SHIFT)
    return [np.rint(np.ldexp(scale, shift)).astype(np.int64) for scale in scales], shift


def code_limits(quantiser, limits):
    """(smallest, largest) code that real ``limits`` leave: a limit that is infinite is the end of the range."""
    low, high = quantiser.format.integer_range
    first, last = (int(quantiser.encode(np.array(limit))) if np.isfinite(limit) else None for limit in limits)
    return low if first is None else first, high if last is None else last


def sum_range(parts, limits):
    """(smallest, largest) real value of ``sum_i s_i A_i``, clipped to ``limits``."""
    total = sum(values * scale for values, scale in parts)
    return tuple(float(np.clip(end, *limits)) for end in (total.min(), total.max()))


def _magnitude(values):
    return max(int(values.max()), -int(values.min()))
