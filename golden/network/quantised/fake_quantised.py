"""Fake quantisation: a quantised network evaluated in floating point, every tensor rounded to its grid.

``y = Q_y(clip(x W' + b'))`` with weights W' and bias b' as real numbers on their grids. Where the integer network
exists the two differ by one step at most on equal inputs, where a sum is near a tie: within 1/256 of a step for 8 bits
and multipliers of 16, at ties alone for real factors. Any number format can be evaluated.

Source: Krishnamoorthi, arXiv 1806.08342, section 2.4; Jacob et al., arXiv 1712.05877, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...number_formats.format import Quantiser
from ...number_formats.integers.fixed_point import FixedPointQuantiser
from ...quantise import quantise_bias
from ..floating.convolution import pad
from ..floating.graph import Node, walk
from ..floating.operations import evaluate
from .integer_steps import SAME, fitted
from .layer import QuantisedLayer
from .quantised_graph import QuantisedGraph
from .steps import Step
from .tables import TABLES

__all__ = ["FakeQuantised", "run_fake_quantised"]


def run_fake_quantised(
    network: QuantisedGraph, x: ArrayLike, *, record: Callable[[str, NDArray[np.floating]], object] | None = None
) -> NDArray[np.floating]:
    """The output of a quantised network, computed in floating point.

    Parameters
    ----------
    network : QuantisedGraph
    x : array_like of real numbers [batch, *shape]
    record : callable, optional
        Called as ``record(name, tensor)`` with the real values of every tensor.

    Returns
    -------
    ndarray of float64 [batch, ...]

    Raises
    ------
    ValueError
        For NaN, infinities and shapes that do not fit.
    """
    run = FakeQuantised(network)
    return walk(network.steps, network.graph.input, run.first(x), run.compute, record)


class FakeQuantised:
    """One evaluation of a `lowtide.golden.network.quantised.quantised_graph.QuantisedGraph`, step by step, in order."""

    def __init__(self, network: QuantisedGraph) -> None:
        self.network = network
        self._quantisers: dict[str, Quantiser | None] = {}  # of the tensors that have been computed

    def first(self, x: ArrayLike) -> NDArray[np.floating]:
        """``x [batch, *shape]`` on the grid of the network's input: float64."""
        return self._rounded(self.network.graph.input, self.network.graph.checked(x).astype(np.float64))

    def compute(self, step: Step, inputs: Sequence[NDArray[np.floating]]) -> NDArray[np.floating]:
        """The tensor that a `lowtide.golden.network.quantised.steps.Step` makes of its inputs, on its grid."""
        network = self.network
        if step.op in SAME:
            self._quantisers[step.name] = self._quantisers.get(step.inputs[0])
            return evaluate(step.node, inputs)
        if step.name in network.layers:
            node, data = self.seen(step, inputs[0])
            y = evaluate(_with_weights(node, network.layers[step.name], self._quantisers.get(step.inputs[0])), [data])
        else:
            y = inputs[0] if step.op == "clip" else evaluate(step.node, inputs)
        known = network.quantisers[step.name]
        if step.op in (*TABLES, "largest_places") and isinstance(known, FixedPointQuantiser):
            self._quantisers[step.name] = known
            return known.round(y)
        return self._rounded(step.name, np.clip(y, *step.limits))

    def seen(self, step: Step, values: NDArray[np.floating]) -> tuple[Node, NDArray[np.floating]]:
        """(node, data that are multiplied) of a step with weights: the highest terms of every datum where the layer has
        data terms, of padding too, which the node then has no more."""
        node, layer = step.node, self.network.layers[step.name]
        quantiser = self._quantisers.get(step.inputs[0])
        if not layer.data_terms or not isinstance(quantiser, FixedPointQuantiser):
            return node, values
        zero = int(quantiser.zero_point)
        values = (layer.seen(quantiser.encode(values)) - zero) * quantiser.scale
        if node.op == "conv" and zero:
            assert layer.geometry is not None
            fill = (layer.seen_zero(zero) - zero) * float(quantiser.scale)
            values = pad(values, layer.geometry.padding, fill)
            node = replace(node, attributes={**node.attributes, "padding": (0, 0, 0, 0)})
        return node, values

    def _rounded(self, name: str, values: NDArray[np.floating]) -> NDArray[np.floating]:
        quantiser = self.network.quantisers[name]
        if quantiser is None:
            return values
        if isinstance(quantiser, FixedPointQuantiser) and self.network.plan.scales == "dynamic":
            quantiser = fitted(quantiser, (values.min(), values.max()))
        self._quantisers[name] = quantiser
        return quantiser.round(values)


def _with_weights(node: Node, layer: QuantisedLayer, quantiser: Quantiser | None) -> Node:
    """The node with its quantised weights, and with its bias at 32 bits where the data are fixed point."""
    bias = layer.bias
    if layer.weights.integers is not None and isinstance(quantiser, FixedPointQuantiser):
        scale = layer.weights.column_scale * quantiser.scale
        bias = quantise_bias(bias, scale) * scale
    return replace(node, weight=layer.weights.values.reshape(node.kernel.shape), bias=bias)
