"""Depthwise convolutions of a quantised network on an array, in its diagonal modes.

A chunk of V values is one tap of V channels, and every column multiplies the channel of its own lane
(`lowtide.golden.diagonal`). A job takes ``min(V, cols)`` channels, each tap a chunk::

    share of the peak = channels of a job / (V cols) = 1 / max(V, cols)

where a tap takes one cycle. On `term` and `term_pair` a chunk has one weight, so the budget is that of one weight: 4
terms at 8 bits.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...mode import Mode
from ...pe import KINDS
from ...pe.term import Term
from ..floating.convolution import toeplitz
from ..quantised.layer import QuantisedLayer
from .array_product import ArrayProduct

__all__ = ["DiagonalProduct"]


@dataclass(frozen=True)
class DiagonalProduct(ArrayProduct):
    """An `ArrayProduct` that runs depthwise convolutions on diagonals, all other layers as they are.

    ``results`` then has an entry for every job of channels. ValueError for a layer that the array cannot run: terms
    are not selected on diagonals, so weights must be integers of their bits.
    """

    def mode_of(self, layer: QuantisedLayer) -> Mode:
        """The mode of a layer, that of a depthwise convolution diagonal."""
        mode = super().mode_of(layer)
        if not layer.is_depthwise:
            return mode
        mode, kind = replace(mode, diagonal=True), KINDS[self.array.kind]
        if isinstance(kind, Term):
            mode = replace(mode, select=False, group=self.array.group)
            mode = replace(mode, budget=kind.lossless_budget(mode, self.array))
        return mode

    def depthwise(self, picture: NDArray[np.integer], layer: QuantisedLayer, fill: int) -> NDArray[np.int64]:
        """The sums of a depthwise layer.

        Parameters
        ----------
        picture : ndarray of int [batch, height, width, channels]
            Codes of the data.
        layer : QuantisedLayer
        fill : int
            Code of padding.

        Returns
        -------
        ndarray of int64 [batch, out height, out width, channels]
        """
        assert layer.geometry is not None
        mode, channels = self.mode_of(layer), picture.shape[-1]
        values = KINDS[self.array.kind].values_per_beat(mode, self.array)
        geometry, sums = replace(layer.geometry, groups=1), []
        for start in range(0, channels, min(values, self.array.cols)):
            part = slice(start, min(start + values, start + self.array.cols, channels))
            seen = picture[..., part]
            lanes = np.zeros((*picture.shape[:-1], values), picture.dtype)
            lanes[..., : seen.shape[-1]] = seen
            sums.append(self.multiply(toeplitz(lanes, geometry, fill), layer, part))
        shape = (len(picture), *geometry.output_size(*picture.shape[1:3]), channels)
        return np.concatenate(sums, axis=1).reshape(shape)
