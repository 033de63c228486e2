"""A whole network compensated: layer after layer, each on the data that the layers before it really hand on.

For every layer with weights, in order: run the calibration data through the float network and through what is
quantised so far; take the moments of the quantised data with the outputs of the float layer; solve for real weights,
round them with compensation, correct the bias. Where a layer's outputs go nowhere but into a sum whose other parts are
there already (a residual connection), its target takes on what those parts have lost.

Source: Frantar et al., GPTQ, arXiv 2210.17323; sequential targets: Nagel et al., AdaRound, arXiv 2004.10568, section
3.4; the residual targets are Lowtide's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..network.floating.convolution import Geometry, toeplitz
from ..network.floating.graph import Graph
from ..network.floating.operations import evaluate
from ..network.quantised.fake_quantised import FakeQuantised
from ..network.quantised.layer import QuantisedLayer, weight_matrix
from ..network.quantised.plan import Plan
from ..network.quantised.post_training import quantise_graph
from ..network.quantised.quantised_graph import QuantisedGraph
from ..network.quantised.steps import WEIGHTED, Step
from ..network.quantised.weights import QuantisedWeights
from .matrix import Compensation, compensate
from .moments import Moments

__all__ = ["LayerReport", "NetworkCompensation", "compensate_graph"]

_PICTURES = 8  # samples whose Toeplitz matrices are made at a time
_PER_INPUT = 40  # rows of data for each weight of a column


@dataclass(frozen=True, kw_only=True)
class NetworkCompensation:
    """How a network is compensated.

    Parameters
    ----------
    weights : Compensation
        Of each matrix.
    overrides : dict of str to Compensation or None
        Of single layers, by name; None leaves a layer's weights as the plan rounds them, its bias is corrected all the
        same.
    lean : float
        Of the regression towards the trained weights, see `lowtide.golden.compensate.moments`.
    rows : int
        Of data that a layer's moments are taken of: every nth if there are more than this and than `_PER_INPUT` for
        each weight of a column.
    """

    weights: Compensation = field(default_factory=Compensation)
    overrides: dict[str, Compensation | None] = field(default_factory=dict)
    lean: float = 1.0
    rows: int = 4_000

    def of(self, name: str) -> Compensation | None:
        """The `Compensation` of a layer, or None."""
        return self.overrides.get(name, self.weights)


@dataclass(frozen=True, kw_only=True)
class LayerReport:
    """How well a layer was compensated.

    Parameters
    ----------
    name : str
        Of the layer.
    signal_to_noise : float
        In dB, of its outputs before activation against what they should be, on the calibration data.
    """

    name: str
    signal_to_noise: float


def compensate_graph(
    graph: Graph,
    calibration: ArrayLike,
    plan: Plan,
    options: NetworkCompensation | None = None,
    *,
    on_layer: Callable[[LayerReport], object] | None = None,
) -> QuantisedGraph:
    """A float network, quantised with compensated weights and biases.

    Parameters
    ----------
    graph : Graph
        In floating point.
    calibration : array_like of real numbers [samples, *shape]
    plan : Plan
        With static scales.
    options : NetworkCompensation, optional
    on_layer : callable, optional
        Called with a `LayerReport` after each layer.

    Returns
    -------
    QuantisedGraph

    Raises
    ------
    ValueError
        As `quantise_graph`, and for overrides of layers that do not exist.
    """
    options = options or NetworkCompensation()
    network = quantise_graph(graph, calibration, plan)
    names = [layer.name for layer in network.layers.values()]
    unknown = [name for name in options.overrides if name not in names]
    if unknown:
        raise ValueError(f"overrides has {unknown[0]!r}, allowed are {', '.join(names)}")
    return _Walk(network, calibration, options, on_layer).run()


class _Walk:
    """Float and quantised tensors of the calibration data, side by side."""

    def __init__(
        self,
        network: QuantisedGraph,
        calibration: ArrayLike,
        options: NetworkCompensation,
        on_layer: Callable[[LayerReport], object] | None,
    ) -> None:
        self.network, self.options, self.on_layer = network, options, on_layer
        self.quantised = FakeQuantised(network)
        self.readers = _readers(network.steps, network.graph.input)
        first = np.asarray(calibration, np.float32)
        name = network.graph.input
        self.float = {name: first}
        self.rounded = {name: self.quantised.first(first).astype(np.float32)}

    def run(self) -> QuantisedGraph:
        """The network with every layer compensated."""
        network = self.network
        for step in network.steps:
            inputs = [self.float[name] for name in step.inputs]
            plain = inputs[0] if step.op == "clip" else evaluate(step.node, inputs)
            if step.op in WEIGHTED:
                network.layers[step.name] = self._layer(step, plain)
            self.float[step.name] = np.clip(plain, *step.limits)
            self.rounded[step.name] = self._in_parts(step)
            self._forget(step)
        return network

    def _in_parts(self, step: Step) -> NDArray[np.floating]:
        inputs = [self.rounded[name] for name in step.inputs]
        parts = [
            self.quantised.compute(step, [x[start : start + _PICTURES] for x in inputs]).astype(np.float32)
            for start in range(0, len(inputs[0]), _PICTURES)
        ]
        return np.concatenate(parts)

    def _layer(self, step: Step, outputs: NDArray[np.floating]) -> QuantisedLayer:
        """The step's layer with compensated weights and a corrected bias. outputs: of the float network."""
        layer, options = self.network.layers[step.name], self.options.of(step.node.name)
        matrix, _ = weight_matrix(step.node)
        bias = np.zeros(matrix.shape[1]) if step.node.bias is None else step.node.bias
        moments = self._moments(step, outputs + self._lost(step) - bias.astype(np.float32))
        weights = layer.weights
        if options is not None:
            format = self.network.plan.weight_format(step.node.name)
            assert format is not None, f"weights of {step.node.name} stay real: there is nothing to compensate"
            best = moments.regression(matrix, self.options.lean)
            found = compensate(best, moments.forms, format, options)
            weights = QuantisedWeights.of_quantiser(found.values, found.quantiser, format).holding_bias(
                bias + moments.bias(found.values), self.network.quantisers[step.inputs[0]], format
            )
        if self.on_layer:
            self.on_layer(LayerReport(name=step.name, signal_to_noise=moments.signal_to_noise(weights.values)))
        return replace(layer, weights=weights, bias=bias + moments.bias(weights.values))

    def _moments(self, step: Step, target: NDArray[np.floating]) -> Moments:
        """Moments of the layer's data in the quantised network with its target, of every nth row."""
        node, data = self.quantised.seen(step, self.rounded[step.inputs[0]])
        matrix, geometry = weight_matrix(node)
        geometry = geometry or Geometry(size=(1, 1))
        if data.ndim != 4:
            data = data.reshape(-1, 1, 1, data.shape[-1])
            target = target.reshape(-1, 1, 1, target.shape[-1])
        each = target.shape[1] * target.shape[2]
        every = max(1, each * len(data) // max(self.options.rows, _PER_INPUT * len(matrix)))
        moments = Moments(geometry.groups)
        for start in range(0, len(data), _PICTURES):
            some = slice(start, start + _PICTURES)
            offset = start // _PICTURES % every  # not the same pixels of every picture
            rows = toeplitz(data[some], geometry)[offset::every].astype(np.float32)
            split = rows.reshape(len(rows), -1, geometry.groups, data.shape[-1] // geometry.groups)
            grouped = split.transpose(2, 0, 1, 3).reshape(geometry.groups, len(rows), -1)
            moments.add(grouped, target[some].reshape(-1, target.shape[-1])[offset::every])
        return moments

    def _lost(self, step: Step) -> NDArray[np.floating] | float:
        """What the other parts of the sum that the step's tensor goes into have lost so far; 0 if it goes elsewhere."""
        readers = self.readers[step.name]
        if len(readers) != 1 or readers[0].op != "add" or np.isfinite(step.limits).any():
            return 0
        others = [name for name in readers[0].inputs if name != step.name]
        if not all(name in self.float for name in others):
            return 0
        return sum(self.float[name] - self.rounded[name] for name in others)

    def _forget(self, step: Step) -> None:
        """Let go of tensors that no later step reads."""
        for name in step.inputs:
            if name in self.float and self.readers[name][-1] is step:
                del self.float[name], self.rounded[name]


def _readers(steps: Sequence[Step], first: str) -> dict[str, list[Step]]:
    """The steps that read each tensor, in order, by name."""
    readers: dict[str, list[Step]] = {name: [] for name in (first, *(step.name for step in steps))}
    for step in steps:
        for name in step.inputs:
            readers[name].append(step)
    return readers
