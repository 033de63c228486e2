"""A golden graph as PyTorch tensors: the forward pass that golden's fake quantisation makes, with gradients.

Linear, conv, batch_norm (behind a layer that it alone reads), relu, max_pool and flatten. Data are rounded where a
layer with weights reads them, by golden's own quantisers ``x' = Q(x)``; a maximum and a rounding may change places.
Backward ``dx = dx'`` between the ends of the format's range, else 0 (for signs: the derivative of a hard tanh).

Source: Bengio et al., arXiv 1308.3432; Hubara et al., arXiv 1602.02830, section 1.3 (the clipped gradient of signs).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.golden.network import Graph, quantise_graph
from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.number_formats.format import Quantiser
from lowtide.workloads.networks.extras import extra

from .batch_norms import EPSILON, folded_names, folded_weights, norms_of
from .weights import trained_weights

if TYPE_CHECKING:
    from lowtide.golden.network import Node, Plan, QuantisedWeights

__all__ = ["OPERATIONS", "TrainedNetwork"]

OPERATIONS = ("linear", "conv", "batch_norm", "relu", "max_pool", "flatten")
_FAR = 1e30  # beyond every format's range


class TrainedNetwork:
    """A network as PyTorch trains it.

    Parameters
    ----------
    graph : Graph
        As it was.
    plan : Plan
        With static scales; its weight formats are those of the layers before folding.
    calibration : array_like of float [samples, *shape]
        For ranges and statistics.

    Attributes
    ----------
    layers : dict
        By name, see `lowtide.experiments.training.weights`.

    Raises
    ------
    ValueError
        For ops that are not in OPERATIONS.
    """

    def __init__(self, graph: Graph, plan: Plan, calibration: ArrayLike) -> None:
        self.torch, self.graph, self.plan = extra("torch"), graph, plan
        for node in graph.nodes:
            if node.op not in OPERATIONS:
                raise ValueError(
                    f"op of node {node.name} is {node.op!r}, allowed in training are {', '.join(OPERATIONS)}"
                )
        self.calibration = graph.checked(calibration).astype(np.float32)
        self.norms, names = norms_of(graph), folded_names(graph)
        self.layers: dict[str, Any]
        self.biases: dict[str, Any]
        self.gammas: dict[str, Any]
        self.statistics: dict[str, Any]
        self.quantisers: Any
        self.layers, self.biases, self.gammas, self.statistics, self.quantisers = {}, {}, {}, {}, {}
        for node in graph.nodes:
            if node.op in ("linear", "conv"):
                matrix = node.kernel.reshape(-1, node.kernel.shape[-1])
                self.layers[node.name] = trained_weights(matrix, plan.weight_format(names[node.name]), plan.per_channel)
            if node.op in ("linear", "conv", "batch_norm") and node.bias is not None:
                self.biases[node.name] = self._parameter(node.bias)
        self._begin_norms()

    @property
    def parameters(self) -> list[Any]:
        """All tensors that are trained."""
        weights = [tensor for layer in self.layers.values() for tensor in layer.parameters]
        return [*weights, *self.biases.values(), *self.gammas.values()]

    def refresh(self) -> None:
        """Statistics of the batch norms and quantisers of the data anew, both of the calibration data."""
        self.statistics = {}
        with self.torch.no_grad():
            self.forward(self.torch.from_numpy(self.calibration), record=self.statistics)
        network = quantise_graph(self.trained_graph(), self.calibration, self.plan, weights=self.folded())
        self.quantisers = network.quantisers

    def trained_graph(self) -> Graph:
        """The golden `Graph` with the trained numbers, weights rounded to their formats; after `refresh`."""
        nodes = []
        for node in self.graph.nodes:
            if node.name in self.layers:
                weights = self.layers[node.name].quantised()
                node = replace(node, weight=weights.values.reshape(node.kernel.shape))
            if node.name in self.biases:
                node = replace(node, bias=_array(self.biases[node.name]))
            if node.op == "batch_norm":
                mean, variance = (_array(part) for part in self.statistics[node.name])
                factor = _array(self.gammas[node.name]) / np.sqrt(variance + EPSILON)
                node = replace(node, weight=factor, bias=(0 if node.bias is None else node.bias) - factor * mean)
            nodes.append(node)
        return Graph(tuple(nodes), self.graph.shape, self.graph.input)

    def folded(self) -> dict[str, QuantisedWeights]:
        """``{name after folding: QuantisedWeights}`` of the layers that have a format, as
        `lowtide.golden.network.quantise_graph` takes them."""
        found, graph = {}, self.trained_graph()
        for name, after in folded_names(self.graph).items():
            if self.plan.weight_format(after) is not None:
                weights = self.layers[name].quantised()
                found[after] = folded_weights(weights, graph.node(after).kernel) if name in self.norms else weights
        return found

    def forward(self, x: Any, record: dict[str, Any] | None = None) -> Any:
        """The output for a batch, channels last, with gradients. Batch norms use the statistics of the batch.

        Parameters
        ----------
        x : Tensor [batch, *shape]
            Of any floating type, which the output has too.
        record : dict or None
            Where the statistics of batch norms are put, by name.
        """
        return self._walk(x, record, batch=True)

    def evaluate(self, x: Any) -> Any:
        """The output for a batch ``x`` [batch, *shape], channels last, without gradients. Batch norms use the
        statistics of the last `refresh`."""
        with self.torch.no_grad():
            return self._walk(x, None, batch=False)

    def _walk(self, x: Any, record: dict[str, Any] | None, batch: bool) -> Any:
        tensors = {self.graph.input: x}
        for node in self.graph.nodes:
            tensors[node.name] = self._compute(node, tensors[node.inputs[0]], record, batch)
        return tensors[self.graph.output]

    def _compute(self, node: Node, x: Any, record: dict[str, Any] | None, batch: bool) -> Any:
        functional = self.torch.nn.functional
        if node.op == "relu":
            return functional.relu(x)
        if node.op == "flatten":
            return x.reshape(len(x), -1)
        if node.op == "max_pool":
            return self._pooled(x, Geometry.of(node))
        if node.op == "batch_norm":
            return self._normed(node, x, record, batch)
        data = self._rounded(x, self.quantisers.get(node.inputs[0]))
        weight = self.layers[node.name].value().to(x.dtype)
        bias = self.biases[node.name].to(x.dtype) if node.name in self.biases else None
        if node.op == "linear":
            return functional.linear(data, weight.T, bias)
        geometry = Geometry.of(node)
        top, left, bottom, right = geometry.padding
        padded = functional.pad(data.permute(0, 3, 1, 2), (left, right, top, bottom))
        kernel = weight.reshape(node.kernel.shape).permute(3, 2, 0, 1)
        return functional.conv2d(padded, kernel, bias, geometry.stride, 0, geometry.dilation, geometry.groups).permute(
            0, 2, 3, 1
        )

    def _pooled(self, x: Any, geometry: Geometry) -> Any:
        top, left, bottom, right = geometry.padding
        padded = self.torch.nn.functional.pad(x.permute(0, 3, 1, 2), (left, right, top, bottom), value=-np.inf)
        return self.torch.nn.functional.max_pool2d(padded, geometry.size, geometry.stride).permute(0, 2, 3, 1)

    def _normed(self, node: Node, x: Any, record: dict[str, Any] | None, batch: bool) -> Any:
        axes = tuple(range(x.ndim - 1))
        if batch:
            variance, mean = self.torch.var_mean(x, axes, correction=0)
            if record is not None:
                record[node.name] = (mean, variance)
        else:
            mean, variance = (part.to(x.dtype) for part in self.statistics[node.name])
        factor = self.gammas[node.name].to(x.dtype) / self.torch.sqrt(variance + EPSILON)
        offset = self.biases[node.name].to(x.dtype) if node.name in self.biases else 0
        return (x - mean) * factor + offset

    def _rounded(self, x: Any, quantiser: Any) -> Any:
        if not isinstance(quantiser, Quantiser):
            return x
        low, high = quantiser.round(np.array([-_FAR, _FAR]))
        rounded = self.torch.tensor(quantiser.round(x.detach().numpy()), dtype=x.dtype)
        inside = ((x >= low) & (x <= high)).to(x.dtype)
        return rounded + inside * (x - x.detach())

    def _begin_norms(self) -> None:
        """Factors and offsets as gammas and betas with the statistics of the calibration data in the graph as it is."""
        seen: dict[str, Any] = {layer: None for layer in self.norms}

        def record(name: str, tensor: NDArray[Any]) -> None:
            if name in seen:
                axes = tuple(range(tensor.ndim - 1))
                seen[name] = tensor.mean(axes, np.float64), tensor.var(axes, np.float64)

        self.graph.run(self.calibration, record)
        for layer, node in self.norms.items():
            mean, variance = seen[layer]
            self.gammas[node.name] = self._parameter(node.weight * np.sqrt(variance + EPSILON))
            self.biases[node.name] = self._parameter((0 if node.bias is None else node.bias) + node.weight * mean)

    def _parameter(self, array: ArrayLike) -> Any:
        return self.torch.tensor(np.asarray(array), dtype=self.torch.float32, requires_grad=True)


def _array(tensor: Any) -> NDArray[np.float64]:
    return tensor.detach().numpy().astype(np.float64)
