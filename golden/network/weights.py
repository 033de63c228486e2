"""Weights of a layer after quantisation: W[K, N] as integers times a scale per column, or as real numbers.

``values = integers * scale``: the reduction axis first, an output channel a column, those of all groups of a
convolution side by side. Formats without such integers (small floats, scales within a column) leave ``integers`` None;
such a layer can be evaluated by fake quantisation only.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..number_formats.fixed_point import FixedPointQuantiser
from ..number_formats.revealed import TermRevealed
from ..quantise import check_scale, finite_array
from ..terms import check_bits, integer_array

__all__ = ["QuantisedWeights"]

REAL_BITS = 32  # of weights that stay real numbers
_BIAS_BITS = 30  # magnitude that a raised scale leaves to a bias


@dataclass(frozen=True, kw_only=True, eq=False)
class QuantisedWeights:
    """values: float64 [K, N]. integers: int32 [K, N] or None. scale: float64 [N] or None. bits: stored of a weight.
    parameter_bits: stored of scales and tables. name: of the format. mode_fields: of a `lowtide.golden.Mode`, or
    None."""

    values: np.ndarray
    integers: np.ndarray | None
    scale: np.ndarray | None
    bits: float
    parameter_bits: float
    name: str
    mode_fields: dict | None = None

    @classmethod
    def of_format(cls, weights, format, *, per_channel=True):
        """``weights`` [K, N], real numbers, in a `lowtide.golden.number_formats.format.Format`, with a scale per column
        or one for all. None instead of a format leaves them real."""
        weights = _matrix("weights", finite_array("weights", weights))
        if format is None:
            return cls(values=weights, integers=None, scale=None, bits=REAL_BITS, parameter_bits=0, name="real")
        return cls.of_quantiser(weights, format.fit(weights, axis=0 if per_channel else None), format)

    @classmethod
    def of_quantiser(cls, weights, quantiser, format):
        """``weights`` [K, N], real numbers, as a format's `lowtide.golden.number_formats.format.Quantiser` rounds
        them."""
        codes = quantiser.encode(weights)
        integers, scale = _column_form(quantiser.integers(codes), weights.shape)
        return cls(
            values=np.asarray(quantiser.decode(codes), np.float64),
            integers=integers,
            scale=scale,
            bits=quantiser.bits,
            parameter_bits=quantiser.parameter_bits(),
            name=format.name,
            mode_fields=format.mode_fields() if integers is not None else None,
        )

    @classmethod
    def of_integers(cls, integers, scale, *, bits=8, name="given", mode_fields=None):
        """Given integers [K, N] and scale, [N] or one number: how weights from elsewhere come in. bits: stored of a
        weight, 1..16. ValueError for other shapes and dtypes."""
        integers = _matrix("integers", integer_array("integers", integers)).astype(np.int32)
        scale = np.array(np.broadcast_to(_of_columns(check_scale(scale), integers.shape[1]), integers.shape[1]))
        return cls(
            values=integers * scale,
            integers=integers,
            scale=scale,
            bits=check_bits("bits", bits, 1),
            parameter_bits=REAL_BITS * scale.size,
            name=name,
            mode_fields=mode_fields,
        )

    @cached_property
    def column_sums(self):
        """int64 [N]: what one unit in all values of X adds to each column."""
        return self.integers.sum(axis=0, dtype=np.int64)

    @cached_property
    def column_magnitude(self):
        """The largest sum of magnitudes of a column: no partial sum is larger than it times the largest datum."""
        return int(np.abs(self.integers.astype(np.int64)).sum(axis=0).max())

    def columns(self, start, stop):
        """The weights of columns start..stop - 1."""
        if self.integers is None:
            return replace(self, values=self.values[:, start:stop])
        return replace(
            self, values=self.values[:, start:stop], integers=self.integers[:, start:stop], scale=self.scale[start:stop]
        )

    def holding_bias(self, bias, x_quantiser, format):
        """The same with the bias [N] within 32 bits at the scale of the accumulators.

        Columns whose weights are tiny beside their bias take a larger scale: their integers are rounded, and revealed
        where ``format`` reveals terms, once more. Nothing changes where weights or data (x_quantiser) have no integers.
        """
        if self.integers is None or not isinstance(x_quantiser, FixedPointQuantiser):
            return self
        least = np.abs(bias) / (x_quantiser.scale * (1 << _BIAS_BITS))
        if (self.scale >= least).all():
            return self
        scale = np.maximum(self.scale, least)
        integers = np.rint(self.integers * (self.scale / scale)).astype(np.int32)
        if isinstance(format, TermRevealed):
            integers = format.cut(np.clip(integers, *format.base.integer_range))
        integers = np.where(scale > self.scale, integers, self.integers)
        return replace(self, values=integers * scale, integers=integers, scale=scale)


def _matrix(name, array):
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name} has shape {array.shape}, allowed are [K, N], each >= 1")
    return array


def _of_columns(scale, columns):
    if scale.shape not in ((), (columns,)):
        raise ValueError(f"scale has shape {scale.shape}, allowed are () and ({columns},)")
    return scale


def _column_form(form, shape):
    """(integers, scale [N]) of a quantiser's integers, (None, None) if it has none or scales within a column."""
    if form is None:
        return None, None
    integers, scale = form
    scale = np.broadcast_to(scale, shape)
    if not (scale == scale[0]).all():
        return None, None
    return np.asarray(integers, np.int32), np.array(scale[0], np.float64)
