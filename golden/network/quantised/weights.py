"""Weights of a layer after quantisation: W[K, N] as integers times a scale per column, or as real numbers.

``values = integers * scale``: the reduction axis first, an output channel a column, those of all groups of a
convolution side by side. Formats without such integers (small floats, scales within a column) leave ``integers`` None;
such a layer can be evaluated by fake quantisation only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import check_bits, integer_array
from ...number_formats.format import Format, Quantiser
from ...number_formats.integers.fixed_point import FixedPointQuantiser
from ...number_formats.integers.revealed import TermRevealed
from ...quantise import check_scale, finite_array

__all__ = ["QuantisedWeights"]

REAL_BITS = 32  # of weights that stay real numbers
_BIAS_BITS = 30  # magnitude that a raised scale leaves to a bias


@dataclass(frozen=True, kw_only=True, eq=False)
class QuantisedWeights:
    """Weights in a format.

    Parameters
    ----------
    values : ndarray of float64 [K, N]
    integers : ndarray of int32 [K, N], or None
    scale : ndarray of float64 [N], or None
        None where there are no integers.
    bits : float
        Stored of a weight.
    parameter_bits : float
        Stored of all scales and tables.
    name : str
        Of the format.
    mode_fields : dict or None
        Fields of a `lowtide.golden.Mode` in which an array multiplies the integers.
    """

    values: NDArray[np.float64]
    integers: NDArray[np.int32] | None
    scale: NDArray[np.float64] | None
    bits: float
    parameter_bits: float
    name: str
    mode_fields: dict[str, Any] | None = None

    @property
    def whole(self) -> NDArray[np.int32]:
        """The integers, of weights that have them."""
        assert self.integers is not None, f"weights of format {self.name} have no integers"
        return self.integers

    @property
    def column_scale(self) -> NDArray[np.float64]:
        """The scale, of weights that have integers."""
        assert self.scale is not None, f"weights of format {self.name} have no scale"
        return self.scale

    @classmethod
    def of_format(cls, weights: ArrayLike, format: Format | None, *, per_channel: bool = True) -> QuantisedWeights:
        """Real weights in a format.

        Parameters
        ----------
        weights : array_like of real numbers [K, N]
        format : Format or None
            None leaves them real.
        per_channel : bool
            A scale per column, else one for all.
        """
        matrix = finite_array("weights", weights)
        _check_matrix("weights", matrix)
        if format is None:
            return cls(values=matrix, integers=None, scale=None, bits=REAL_BITS, parameter_bits=0, name="real")
        return cls.of_quantiser(matrix, format.fit(matrix, axis=0 if per_channel else None), format)

    @classmethod
    def of_quantiser(cls, weights: NDArray[np.float64], quantiser: Quantiser, format: Format) -> QuantisedWeights:
        """Real weights as the quantiser of a format rounds them.

        Parameters
        ----------
        weights : ndarray of float64 [K, N]
        quantiser : Quantiser
        format : Format
            Which has made the quantiser.
        """
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
    def of_integers(
        cls,
        integers: ArrayLike,
        scale: ArrayLike,
        *,
        bits: int = 8,
        name: str = "given",
        mode_fields: dict[str, Any] | None = None,
    ) -> QuantisedWeights:
        """Given integers: how weights from elsewhere come in. ValueError for other shapes and dtypes.

        Parameters
        ----------
        integers : array_like of int [K, N]
        scale : array_like of real numbers
            [N] or one number, > 0.
        bits : int
            Stored of a weight, 1..16.
        name : str
            Of the format.
        mode_fields : dict or None
            Fields of a `lowtide.golden.Mode` in which an array multiplies the integers.
        """
        array = integer_array("integers", integers)
        _check_matrix("integers", array)
        matrix, columns = array.astype(np.int32), array.shape[1]
        factors = np.array(np.broadcast_to(_of_columns(check_scale(scale), columns), columns))
        return cls(
            values=matrix * factors,
            integers=matrix,
            scale=factors,
            bits=check_bits("bits", bits, 1),
            parameter_bits=REAL_BITS * factors.size,
            name=name,
            mode_fields=mode_fields,
        )

    @cached_property
    def column_sums(self) -> NDArray[np.int64]:
        """int64 [N]: what one unit in all values of X adds to each column."""
        return self.whole.sum(axis=0, dtype=np.int64)

    @cached_property
    def column_magnitude(self) -> int:
        """The largest sum of magnitudes of a column: no partial sum is larger than it times the largest datum."""
        return int(np.abs(self.whole.astype(np.int64)).sum(axis=0).max())

    def columns(self, start: int, stop: int) -> QuantisedWeights:
        """The weights of columns start..stop - 1."""
        if self.integers is None:
            return replace(self, values=self.values[:, start:stop])
        return replace(
            self,
            values=self.values[:, start:stop],
            integers=self.integers[:, start:stop],
            scale=self.column_scale[start:stop],
        )

    def holding_bias(
        self, bias: NDArray[np.float64], x_quantiser: Quantiser | None, format: Format | None
    ) -> QuantisedWeights:
        """Weights at scales at which 32 bits hold the bias.

        Columns whose weights are tiny beside their bias take a larger scale: their integers are rounded, and revealed
        where the format reveals terms, once more. Nothing changes where weights or data have no integers.

        Parameters
        ----------
        bias : ndarray of float64 [N]
        x_quantiser : Quantiser or None
            Of the data.
        format : Format or None
            Of the weights.
        """
        if self.integers is None or not isinstance(x_quantiser, FixedPointQuantiser):
            return self
        least = np.abs(bias) / (x_quantiser.scale * (1 << _BIAS_BITS))
        before = self.column_scale
        if (before >= least).all():
            return self
        scale = np.maximum(before, least)
        integers = np.rint(self.integers * (before / scale)).astype(np.int32)
        if isinstance(format, TermRevealed):
            integers = format.cut(np.clip(integers, *format.base.integer_range))
        integers = np.where(scale > before, integers, self.integers)
        return replace(self, values=integers.astype(np.float64) * scale, integers=integers, scale=scale)


def _check_matrix(name: str, array: NDArray[np.generic]) -> None:
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name} has shape {array.shape}, allowed are [K, N], each >= 1")


def _of_columns(scale: NDArray[np.float64], columns: int) -> NDArray[np.float64]:
    if scale.shape not in ((), (columns,)):
        raise ValueError(f"scale has shape {scale.shape}, allowed are () and ({columns},)")
    return scale


def _column_form(
    form: tuple[NDArray[np.integer], NDArray[np.float64]] | None, shape: tuple[int, ...]
) -> tuple[NDArray[np.int32], NDArray[np.float64]] | tuple[None, None]:
    """(integers, scale [N]) of a quantiser's integers, (None, None) if it has none or scales within a column."""
    if form is None:
        return None, None
    integers, scale = form
    scale = np.broadcast_to(scale, shape)
    if not (scale == scale[0]).all():
        return None, None
    return np.asarray(integers, np.int32), np.array(scale[0], np.float64)
