"""Ternary weights: ``v = p`` above a threshold, ``-n`` below its negative, else 0.

======================  ============================================================================================
`TernaryWeights`        TWN: threshold ``0.7 mean|v|``, ``p = n = mean|v|`` of those beyond it
`TrainedTernary`        TTQ: threshold ``t max|v|``, p and n given (learned), or the mean magnitudes beyond it
`FineGrainedTernary`    FGQ: per group along axis 0, ``p = n = a`` and the threshold a / 2 with the least squared error:
                        a = mean of the i largest magnitudes, i with the largest ``(sum of them)^2 / i``
======================  ============================================================================================

Codes are those of the storage format ternary, 2 bits: 0, 1, 3 for 0, p, -n. With FGQ every value takes the nearest
level, ties zero: at the least squared error the i largest are just those above a / 2. Where all values are zero the
scales are 1 and the threshold 0. The error of magnitudes up to the scale is at most the larger of threshold and scale
less threshold, for FGQ half the scale.

Source: Li et al., Ternary Weight Networks, arXiv 1605.04711, section 2.2; Zhu et al., Trained Ternary Quantization,
arXiv 1612.01064, section 4 (t = 0.05); Mellempudi et al., Ternary Neural Networks with Fine-Grained Quantization, arXiv
1705.01462, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import check_integer
from ...quantise import check_scale, finite_array
from ...storage_formats import TERNARY
from ...storage_formats.ternary import THRESHOLD
from ..fitting.blocks import cut, spread
from ..fitting.scales import REAL_BITS, check_fits, checked_axis, checked_values, one_where_zero, reduced
from ..format import Format, Quantiser

__all__ = ["FineGrainedTernary", "GroupTernaryQuantiser", "TernaryQuantiser", "TernaryWeights", "TrainedTernary"]

_BITS = 2  # of a code, and of -1..1 as an integer


@dataclass(frozen=True)
class TernaryWeights(Format):
    """TWN, with the threshold of the paper's closed form for Gaussian and uniform weights."""

    name = "TWN"

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> TernaryQuantiser:
        magnitudes = np.abs(checked_values(values))
        axis = checked_axis(axis, magnitudes.ndim)
        threshold = THRESHOLD * reduced(np.mean, magnitudes, axis)
        scale = one_where_zero(_mean_where(magnitudes, magnitudes > threshold, axis))
        return TernaryQuantiser(threshold=threshold, positive=scale, negative=scale)

    def mode_fields(self) -> dict[str, Any] | None:
        """Codes of the storage format ternary."""
        return {"w_bits": _BITS, "w_signed": True, "w_format": TERNARY.name}


@dataclass(frozen=True)
class TrainedTernary(Format):
    """TTQ.

    A given scale must be above the threshold that `fit` finds, else rounding twice would give zero: ValueError.
    A fitted scale that no value is beyond the threshold for is that of the other sign.

    Parameters
    ----------
    share : float
        t, > 0, < 1.
    positive, negative : float or None
        The scales p and n of a layer, > 0; None for fitted ones.
    """

    share: float = 0.05
    positive: float | None = None
    negative: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise ValueError(f"share is {self.share!r}, allowed are numbers > 0, < 1")
        for scale in (self.positive, self.negative):
            if scale is not None:
                check_scale(scale)

    @property
    def name(self) -> str:
        given = [f"{scale:g}" for scale in (self.positive, self.negative) if scale is not None]
        return " ".join([f"TTQ t={self.share:g}", *given])

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> TernaryQuantiser:
        values = checked_values(values)
        axis = checked_axis(axis, values.ndim)
        threshold = self.share * reduced(np.max, np.abs(values), axis)
        positive = _mean_where(values, values > threshold, axis)
        negative = _mean_where(-values, -values > threshold, axis)
        positive, negative = (
            one_where_zero(np.where(own > 0, own, other)) for own, other in ((positive, negative), (negative, positive))
        )
        return TernaryQuantiser(
            threshold=threshold,
            positive=self._given("positive", threshold, positive),
            negative=self._given("negative", threshold, negative),
        )

    def _given(self, name: str, threshold: NDArray[np.float64], fitted: NDArray[np.float64]) -> NDArray[np.float64]:
        scale = getattr(self, name)
        if scale is None:
            return fitted
        if (scale <= threshold).any():
            raise ValueError(f"{name} is {scale!r}, allowed are numbers > {threshold.max()}, the threshold")
        return np.full_like(fitted, scale)


@dataclass(frozen=True, kw_only=True, eq=False)
class TernaryQuantiser(Quantiser):
    """Three levels.

    Parameters
    ----------
    threshold : ndarray of float64
        Magnitudes above it are not zero; 0 or more.
    positive, negative : ndarray of float64
        p and n, > 0; of the shape of ``threshold``, which broadcasts to the values.
    """

    threshold: NDArray[np.float64]
    positive: NDArray[np.float64]
    negative: NDArray[np.float64]
    bits = _BITS

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        values = finite_array("values", values)
        check_fits("values", values, self.threshold)
        return _ternary_codes(values, self.threshold)

    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        signs = TERNARY.decode(codes, bits=_BITS)
        check_fits("codes", signs, self.threshold)
        return np.where(signs > 0, self.positive, np.where(signs < 0, -self.negative, 0.0))

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]] | None:
        """-1, 0, 1, where both scales are equal."""
        signs = TERNARY.decode(codes, bits=_BITS)
        check_fits("codes", signs, self.threshold)
        return (signs, np.asarray(self.positive)) if np.array_equal(self.positive, self.negative) else None

    def parameter_bits(self) -> int:
        return np.size(self.positive) * REAL_BITS * (1 if np.array_equal(self.positive, self.negative) else 2)


@dataclass(frozen=True)
class FineGrainedTernary(Format):
    """FGQ: ``group`` consecutive values along axis 0 have a scale, >= 1; the ``axis`` of `fit` has no meaning.

    No array multiplies it at once: each group is a job of storage format ternary, scaled before the sums are added.
    """

    group: int = 64
    local = True

    def __post_init__(self) -> None:
        check_integer("group", self.group, 1)

    @property
    def block(self) -> int:
        """The group."""
        return self.group

    @property
    def name(self) -> str:
        return f"FGQ g={self.group}"

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> GroupTernaryQuantiser:
        falling = -np.sort(-np.abs(cut(checked_values(values), self.group)), axis=1)
        sums = np.cumsum(falling, axis=1)
        count = np.arange(1, self.group + 1).reshape(-1, *[1] * (falling.ndim - 2))
        best = np.argmax(np.square(sums) / count, axis=1)[:, None]
        means = np.take_along_axis(sums / count, best, axis=1)[:, 0]
        return GroupTernaryQuantiser(group=self.group, scale=one_where_zero(means))


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupTernaryQuantiser(Quantiser):
    """Groups of ``group`` values along axis 0 with a scale each: float64 [groups, ...] > 0."""

    group: int
    scale: NDArray[np.float64]
    bits = _BITS

    def __post_init__(self) -> None:
        check_scale(self.scale)

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        values = finite_array("values", values)
        return _ternary_codes(values, spread(self.scale, self.group, values) / 2)

    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        signs, scale = self.integers(codes)
        return signs * scale

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
        """-1, 0, 1, and the scale of each."""
        signs = TERNARY.decode(codes, bits=_BITS)
        return signs, spread(self.scale, self.group, signs, "codes")

    def parameter_bits(self) -> int:
        return self.scale.size * REAL_BITS


def _ternary_codes(values: NDArray[np.float64], threshold: ArrayLike) -> NDArray[np.int32]:
    return np.where(np.abs(values) > threshold, np.where(values < 0, 3, 1), 0).astype(np.int32)


def _mean_where(
    values: NDArray[np.float64], chosen: NDArray[np.bool_], axis: tuple[int, ...] | None
) -> NDArray[np.float64]:
    """The mean of the chosen values over ``axis``, which stays with length one; 0 where none is chosen."""
    total = reduced(np.sum, np.where(chosen, values, 0.0), axis)
    count = np.asarray(np.sum(chosen, axis=axis, keepdims=axis is not None))
    return total / np.maximum(count, 1)
