"""Fixed point with one binary point for all layers or one for each, and batch norms folded or kept apart.

====================  ================================================================================================
"one"                 all weights of a network share a power-of-two scale, all tensors that are rounded share another
"each layer"          dynamic fixed point: a power-of-two scale of each layer's weights, and of each tensor
"folded"              batch norms are taken into the layers before them, as inference usually has it
"apart"               outputs of a layer are rounded before the batch norm, which is a layer of its own, with weights
====================  ================================================================================================

A network without batch norms is given equivalent ones for "apart": with mean m and deviation d of each output on
calibration data, ``y = d ((x W + b - m) / d) + m``, so what the layer makes has mean 0 and deviation 1, which is what
batch norm is said to do for a common binary point.

Source: Courbariaux et al., arXiv 1412.7024; Emer et al., ISCA tutorial 2019 (batch norm instead).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.golden.network import Graph, Node, Plan, fold_batch_norm, quantise_graph
from lowtide.golden.network.floating.calibration import observe
from lowtide.golden.number_formats import FixedPoint, Format

from ..measures.agreement import agreement
from ..tasks import classifier, evaluation, outputs

if TYPE_CHECKING:
    from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser

__all__ = ["NORMS", "POINTS", "BinaryPoint", "OneFixedPoint", "apart", "measure"]

POINTS, NORMS = ("one", "each layer"), ("folded", "apart")
_WEIGHTED = ("linear", "conv")
_OF_VECTORS = {"op": "flatten"}
_OF_PICTURES = {"op": "max_pool", "attributes": {"size": (1, 1), "stride": (1, 1), "padding": (0, 0, 0, 0)}}


@dataclass(frozen=True)
class BinaryPoint:
    """What a row is of.

    Parameters
    ----------
    task : str
        Name of the network.
    points, norms : str
        One of POINTS, and one of NORMS.
    bits : int
        Of weights and data.
    """

    task: str
    points: str
    norms: str
    bits: int


@dataclass(frozen=True)
class OneFixedPoint(Format):
    """Fixed point with a power-of-two scale that does not depend on the values.

    Parameters
    ----------
    bits : int
        Of a number.
    end : float
        The range is -end to end, 0 to end if not signed.
    signed : bool
        Whether there are negative numbers.
    """

    bits: int
    end: float
    signed: bool = True

    @property
    def name(self) -> str:
        return f"fixed {self.bits} bit of range {self.end:g}"

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> FixedPointQuantiser:
        return FixedPoint(self.bits, self.signed, power_of_two=True).of_range(0.0, self.end)


def measure(point: BinaryPoint) -> dict[str, Any]:
    """The row of a `BinaryPoint`."""
    task = classifier(point.task)
    graph = fold_batch_norm(task.graph)
    if point.norms == "apart":
        has_norms = any(node.op == "batch_norm" for node in task.graph.nodes)
        graph = apart(task.graph if has_norms else _normalised(task.graph, task.calibration))
    network = quantise_graph(graph, task.calibration, _plan(point, graph, task.calibration))
    scores = outputs(evaluation(network), task.x)
    return {
        "task": point.task,
        "points": point.points,
        "norms": point.norms,
        "bits": point.bits,
        "score": task.accuracy(scores),
        "float_score": task.float_score,
        **task.compared(scores).entries(),
        **asdict(agreement(task.float_outputs, scores)),
    }


def apart(graph: Graph) -> Graph:
    """The same network with its batch norms where no folding takes them: behind a node that changes nothing."""
    nodes, linear = [], {node.name for node in graph.nodes if node.op == "linear"}
    for node in graph.nodes:
        if node.op == "batch_norm":
            same = _OF_VECTORS if node.inputs[0] in linear else _OF_PICTURES
            nodes.append(Node(name=f"{node.name}.before", inputs=node.inputs, **same))
            node = replace(node, inputs=(nodes[-1].name,))
        nodes.append(node)
    return Graph(tuple(nodes), graph.shape, graph.input)


def _normalised(graph: Graph, calibration: NDArray[Any]) -> Graph:
    """The same network with a batch norm after each layer with weights, whose input has mean 0 and deviation 1."""
    seen: dict[str, NDArray[Any]]
    nodes: list[Node]
    seen, nodes = {}, []
    graph.run(calibration, seen.__setitem__)
    for node in graph.nodes:
        if node.op in _WEIGHTED:
            flat = seen[node.name].reshape(-1, seen[node.name].shape[-1]).astype(np.float64)
            mean, deviation = flat.mean(axis=0), flat.std(axis=0)
            deviation = np.where(deviation > 0, deviation, 1.0)
            bias = 0 if node.bias is None else node.bias
            nodes.append(
                replace(node, name=f"{node.name}.plain", weight=node.weight / deviation, bias=(bias - mean) / deviation)
            )
            node = Node(name=node.name, op="batch_norm", inputs=(nodes[-1].name,), weight=deviation, bias=mean)
        nodes.append(node)
    return Graph(tuple(nodes), graph.shape, graph.input)


def _plan(point: BinaryPoint, graph: Graph, calibration: NDArray[Any]) -> Plan:
    if point.points == "each layer":
        form = FixedPoint(point.bits, power_of_two=True)
        return Plan(weights=form, activations=form, per_channel=False)
    weights = max(float(np.abs(node.weight).max()) for node in graph.nodes if node.weight is not None)
    rounded = quantise_graph(graph, calibration[:1]).quantisers
    data = [values for name, values in observe(graph, calibration).items() if rounded.get(name) is not None]
    lowest, highest = (float(end(list(map(end, data)))) for end in (np.min, np.max))
    return Plan(
        weights=OneFixedPoint(point.bits, weights),
        per_channel=False,
        activations=OneFixedPoint(point.bits, max(-lowest, highest), lowest < 0),
    )
