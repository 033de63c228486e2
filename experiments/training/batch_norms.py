"""Batch norms around training: put into networks that have none, found again after their folding.

A batch norm ``y = x f + o`` is trained as ``gamma (x - mean) / sqrt(variance + e) + beta`` with the mean and variance
of the batch; with those of calibration data, ``f = gamma / sqrt(variance + e)`` and ``o = beta - f mean``. Quantised
weights are those before folding: folding multiplies a column of them by f, which its scale takes on.

Source: Ioffe, Szegedy, arXiv 1502.03167; binary networks need them: Courbariaux et al., arXiv 1602.02830, section 1.5.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.golden.network import Graph, Node, QuantisedWeights
from lowtide.golden.network.floating.operations import evaluate

if TYPE_CHECKING:
    from lowtide.golden.network import Plan

__all__ = [
    "EPSILON",
    "folded_names",
    "folded_weights",
    "norms_of",
    "rounded_weights",
    "standardised",
    "with_batch_norms",
    "without_relus",
]

EPSILON = 1e-5
_WEIGHTED = ("linear", "conv")


def with_batch_norms(graph: Graph) -> Graph:
    """The `Graph` with a batch norm, factors one and offsets the bias, behind each linear and conv node that has none:
    it computes the same. The batch norm of the node NAME is NAME.norm."""
    nodes: list[Node]
    renamed: dict[str, str]
    nodes, renamed = [], {}
    normed = norms_of(graph)
    for node in graph.nodes:
        node = replace(node, inputs=tuple(renamed.get(name, name) for name in node.inputs))
        if node.op not in _WEIGHTED or node.name in normed:
            nodes.append(node)
            continue
        outputs = node.kernel.shape[-1]
        nodes += [
            replace(node, bias=None),
            Node(
                name=f"{node.name}.norm",
                op="batch_norm",
                inputs=(node.name,),
                weight=np.ones(outputs),
                bias=np.zeros(outputs) if node.bias is None else node.bias,
            ),
        ]
        renamed[node.name] = nodes[-1].name
    return Graph(tuple(nodes), graph.shape, graph.input)


def standardised(graph: Graph, calibration: ArrayLike) -> Graph:
    """The `Graph` whose batch norms give every channel mean 0 and variance 1 on calibration data [samples, *shape]:
    where training of binary data begins, so that signs differ and gradients pass. A channel that does not vary is 0."""
    norms, done = {node.name for node in norms_of(graph).values()}, []
    tensors = {graph.input: graph.checked(calibration).astype(np.float64)}
    for node in graph.nodes:
        if node.name in norms:
            before = tensors[node.inputs[0]]
            axes = tuple(range(before.ndim - 1))
            factor = 1 / np.sqrt(before.var(axes) + EPSILON)
            node = replace(node, weight=factor, bias=-factor * before.mean(axes))
        tensors[node.name] = evaluate(node, [tensors[name] for name in node.inputs])
        done.append(node)
    return Graph(tuple(done), graph.shape, graph.input)


def without_relus(graph: Graph, kept: Collection[str] = ()) -> Graph:
    """The `Graph` without its relu nodes, but for those named ``kept``: where data are binary, their signs are the
    activation function."""
    nodes: list[Node]
    renamed: dict[str, str]
    nodes, renamed = [], {}
    for node in graph.nodes:
        inputs = tuple(renamed.get(name, name) for name in node.inputs)
        if node.op == "relu" and node.name not in kept:
            renamed[node.name] = inputs[0]
        else:
            nodes.append(replace(node, inputs=inputs))
    return Graph(tuple(nodes), graph.shape, graph.input)


def norms_of(graph: Graph) -> dict[str, Node]:
    """``{layer: its batch norm's node}``. ValueError for a batch norm that cannot be folded into the layer before."""
    uses, layers, found = graph.uses(), {node.name for node in graph.nodes if node.op in _WEIGHTED}, {}
    for node in graph.nodes:
        if node.op == "batch_norm":
            if node.inputs[0] not in layers or uses[node.inputs[0]] != 1:
                raise ValueError(f"input of {node.name} is {node.inputs[0]}, allowed are layers that it alone reads")
            found[node.inputs[0]] = node
    return found


def folded_names(graph: Graph) -> dict[str, str]:
    """``{layer: its name after folding}`` of all linear and conv nodes."""
    norms = norms_of(graph)
    return {
        node.name: norms[node.name].name if node.name in norms else node.name
        for node in graph.nodes
        if node.op in _WEIGHTED
    }


def rounded_weights(graph: Graph, plan: Plan) -> dict[str, QuantisedWeights]:
    """``{name after folding: QuantisedWeights}`` of the layers that have a format: rounded as they are before folding,
    what `lowtide.golden.network.quantise_graph` takes where nothing is trained."""
    norms, found = norms_of(graph), {}
    for name, after in folded_names(graph).items():
        format, weight = plan.weight_format(after), graph.node(name).kernel
        if format is not None:
            weights = QuantisedWeights.of_format(
                weight.reshape(-1, weight.shape[-1]),
                format,
                per_channel=plan.per_channel,
            )
            found[after] = folded_weights(weights, norms[name].kernel) if name in norms else weights
    return found


def folded_weights(weights: QuantisedWeights, factor: NDArray[np.float64]) -> QuantisedWeights:
    """`QuantisedWeights` with column n times ``factor[n]``, real numbers: what folding makes of quantised weights."""
    if weights.integers is None:
        return replace(weights, values=weights.values * factor)
    integers = weights.integers * np.sign(factor).astype(np.int32)
    scale = weights.scale * np.where(factor == 0, 1.0, np.abs(factor))
    return replace(weights, integers=integers, scale=scale, values=integers * scale)
