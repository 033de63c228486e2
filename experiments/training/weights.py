"""Trained weights W[K, N] of a layer: what PyTorch changes, what the layer multiplies with, what golden gets.

====================  ================================================================================================
`RealWeights`         the layer multiplies with what is trained
`StraightThrough`     any `lowtide.golden.number_formats.Format`: ``W' = Q(W)`` forward, ``dW = dW'`` backward; Q is
                      golden's own, fitted anew at every step. Binary formats keep W in -1..1
`ScaledTernary`       TTQ: scales p and n are trained with the sums of the gradients of their weights; ``dW`` is p, 1 or
                      n times ``dW'`` above, between and below the thresholds, ``t max|W|`` at every step
`SharedWeights`       weight sharing: codes stay, a table entry's gradient is the sum over its weights
====================  ================================================================================================

A mask keeps pruned weights at zero: forward, backward, and in the format, whether that has a zero or not.

Source: Bengio et al., arXiv 1308.3432 (straight through); Courbariaux et al., arXiv 1511.00363, sections 2.3 and 2.4;
Zhu et al., arXiv 1612.01064, section 4; Han, Mao, Dally, arXiv 1510.00149, section 3.3.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.golden.network import QuantisedWeights
from lowtide.golden.number_formats import BinaryConnect, BinaryWeights, Codebook, TrainedTernary
from lowtide.golden.number_formats.levels.codebook import CodebookQuantiser
from lowtide.golden.number_formats.levels.ternary import TernaryQuantiser
from lowtide.golden.quantise import quantise, scale_of
from lowtide.workloads.networks.extras import extra

if TYPE_CHECKING:
    from lowtide.golden.number_formats import Format

__all__ = ["RealWeights", "ScaledTernary", "SharedWeights", "StraightThrough", "trained_weights"]

_SMALLEST = 1e-3  # a scale of TTQ is not less than this, nor than 1.001 of the threshold


def trained_weights(matrix: ArrayLike, format: Format | None, per_channel: bool) -> RealWeights:
    """The trained weights of a layer.

    Parameters
    ----------
    matrix : array_like of float [K, N]
        What they begin with.
    format : Format or None
        Of what the layer multiplies with, None for real weights.
    per_channel : bool
        Whether every column has a scale.

    Returns
    -------
    RealWeights
        One of the classes of the module, by the format.
    """
    if format is None:
        return RealWeights(matrix)
    if isinstance(format, TrainedTernary):
        return ScaledTernary(matrix, format)
    if isinstance(format, Codebook):
        return SharedWeights(matrix, format)
    return StraightThrough(matrix, format, per_channel)


class RealWeights:
    """Weights that the layer multiplies with as they are trained.

    Parameters
    ----------
    matrix : array_like of float [K, N]
        What they begin with.

    Attributes
    ----------
    latent : Tensor [K, N]
        What is trained.
    mask : Tensor [K, N], or None
        Zero where a weight is zero for good.
    parameters : list of Tensor
        All that are trained.
    """

    def __init__(self, matrix: ArrayLike) -> None:
        self.torch = extra("torch")
        self.latent = self.torch.tensor(np.asarray(matrix), dtype=self.torch.float32, requires_grad=True)
        self.mask = None

    @property
    def parameters(self) -> list[Any]:
        return [self.latent]

    def array(self) -> NDArray[np.float64]:
        """The trained values as float64 [K, N], pruned ones zero."""
        return self._masked(self.latent).detach().numpy().astype(np.float64)

    def value(self) -> Any:
        """The tensor [K, N] that the layer multiplies with."""
        return self._masked(self.latent)

    def after_step(self) -> None:
        """Called after every step of the optimiser."""

    def quantised(self) -> QuantisedWeights:
        """The `QuantisedWeights` of the value."""
        return QuantisedWeights.of_format(self.array(), None)

    def _masked(self, tensor: Any) -> Any:
        return tensor if self.mask is None else tensor * self.mask

    def _pruned(self, weights: QuantisedWeights) -> QuantisedWeights:
        """`QuantisedWeights` with the zeros of the mask; formats that have no zero are none of an array's then."""
        if self.mask is None:
            return weights
        mask = self.mask.numpy().astype(np.int32)
        values, integers = weights.values * mask, weights.integers
        fields = weights.mode_fields if np.array_equal(values, weights.values) else None
        return replace(
            weights, values=values, integers=None if integers is None else integers * mask, mode_fields=fields
        )

    def _tensor(self, array: ArrayLike) -> Any:
        return self.torch.tensor(np.ascontiguousarray(array), dtype=self.latent.dtype)


class StraightThrough(RealWeights):
    """Weights in a format."""

    def __init__(self, matrix: ArrayLike, format: Format, per_channel: bool) -> None:
        super().__init__(matrix)
        self.format, self.axis = format, 0 if per_channel else None

    def value(self) -> Any:
        rounded = self.format.fit(self.array(), axis=self.axis).round(self.array())
        return self._masked(self.latent + (self._tensor(rounded) - self.latent).detach())

    def after_step(self) -> None:
        if isinstance(self.format, (BinaryConnect, BinaryWeights)):
            with self.torch.no_grad():
                self.latent.clamp_(-1, 1)

    def quantised(self) -> QuantisedWeights:
        return self._pruned(
            QuantisedWeights.of_quantiser(self.array(), self.format.fit(self.array(), axis=self.axis), self.format)
        )


class ScaledTernary(RealWeights):
    """TTQ; one pair of scales a layer."""

    def __init__(self, matrix: ArrayLike, format: TrainedTernary) -> None:
        super().__init__(matrix)
        self.format = format
        begin = format.fit(np.asarray(matrix, np.float64))
        self.scales = self._tensor([float(begin.positive), float(begin.negative)]).requires_grad_()

    @property
    def parameters(self) -> list[Any]:
        return [self.latent, self.scales]

    def value(self) -> Any:
        codes, _ = self._fitted()
        positive, negative = self._tensor(codes == 1), self._tensor(codes == 3)
        scales = self.scales.detach()
        slopes = positive * scales[0] + negative * scales[1] + (1 - positive - negative)
        return self._masked(
            positive * self.scales[0] - negative * self.scales[1] + slopes * (self.latent - self.latent.detach())
        )

    def after_step(self) -> None:
        _, threshold = self._fitted()
        with self.torch.no_grad():
            self.scales.clamp_(min=max(_SMALLEST, 1.001 * threshold))

    def quantised(self) -> QuantisedWeights:
        codes, threshold = self._fitted()
        positive, negative = (np.asarray(float(scale)) for scale in self.scales.detach())
        quantiser = TernaryQuantiser(threshold=np.asarray(threshold), positive=positive, negative=negative)
        return self._pruned(QuantisedWeights.of_quantiser(self.array(), quantiser, self.format))

    def _fitted(self) -> tuple[NDArray[np.integer], float]:
        """(codes [K, N], threshold)."""
        threshold = self.format.share * np.abs(self.array()).max()
        values = self.array()
        return np.where(np.abs(values) > threshold, np.where(values < 0, 3, 1), 0), float(threshold)


class SharedWeights(RealWeights):
    """Weight sharing with one table a layer; the latent tensor is the table."""

    def __init__(self, matrix: ArrayLike, format: Codebook) -> None:
        self.format = format
        matrix = np.asarray(matrix, np.float64)
        quantiser = format.fit(matrix)
        super().__init__(quantiser.tables * quantiser.scale)
        self.codes = self.torch.tensor(quantiser.encode(matrix), dtype=self.torch.int64)

    def array(self) -> NDArray[np.float64]:
        return self.value().detach().numpy().astype(np.float64)

    def value(self) -> Any:
        entries, scale = self._table()
        table = self.latent + (self._tensor(entries * scale) - self.latent).detach()
        return self._masked(table[self.codes])

    def quantised(self) -> QuantisedWeights:
        entries, scale = self._table()
        quantiser = CodebookQuantiser(format=self.format, tables=np.sort(entries), scale=scale)
        return self._pruned(QuantisedWeights.of_quantiser(self.array(), quantiser, self.format))

    def _table(self) -> tuple[NDArray[Any], NDArray[np.float64]]:
        """(entries, scale): real numbers, or integers of the format's bits, in the order of the latent table."""
        table = self.latent.detach().numpy().astype(np.float64)
        if self.format.bits is None:
            return table, np.ones(())
        scale = scale_of(table, bits=self.format.bits) if table.any() else np.ones(())
        return quantise(table, scale, bits=self.format.bits), scale
