"""Post-training quantisation: a float network, calibration data and a plan to a quantised network.

Batch norms are folded, and factors of tensors, then every tensor gets a quantiser from what calibration data show of it
in the float network, and every layer's weights W[K, N] a format. Sigmoid, tanh and softmax have ranges that are known:
0..1, -1..1.

A channel whose weights are tiny beside its bias would need more than 32 bits for ``bias / (s_H s_X)``: its weight scale
is raised until 31 bits hold the bias, and its integers are rounded again at that scale.

Source: Jacob et al., arXiv 1712.05877; Krishnamoorthi, arXiv 1806.08342.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...number_formats.format import Format, Quantiser
from ...number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser
from ..floating.calibration import observe
from ..floating.folding import fold_batch_norm
from ..floating.graph import Graph, Node
from ..floating.scales import fold_scales
from .integer_steps import SAME
from .layer import QuantisedLayer, weight_matrix
from .plan import Plan
from .quantised_graph import QuantisedGraph
from .steps import WEIGHTED, Step, fuse
from .tables import PLACES, TABLES, function_quantiser
from .weights import QuantisedWeights

__all__ = ["quantise_graph", "quantised_layer"]


def quantise_graph(
    graph: Graph,
    calibration: ArrayLike,
    plan: Plan | None = None,
    *,
    weights: Mapping[str, QuantisedWeights] | None = None,
) -> QuantisedGraph:
    """A float network, quantised.

    Parameters
    ----------
    graph : Graph
        In floating point.
    calibration : array_like of real numbers [samples, *shape]
    plan : Plan, optional
        The default one if None.
    weights : mapping of str to QuantisedWeights, optional
        Of layers whose weights come from elsewhere, by name of the node after folding; the plan gives the others.

    Returns
    -------
    QuantisedGraph

    Raises
    ------
    ValueError
        For overrides of names that do not exist and weights of other shapes.
    """
    plan, given = plan or Plan(), weights or {}
    graph = fold_scales(fold_batch_norm(graph))
    steps = fuse(graph)
    _check_names(graph, steps, plan, given)
    quantisers = _quantisers(graph, steps, plan, observe(graph, calibration))
    layers = {}
    for step in steps:
        if step.op in WEIGHTED:
            layers[step.name] = quantised_layer(step.node, quantisers[step.inputs[0]], plan, given.get(step.node.name))
    network = QuantisedGraph(graph=graph, plan=plan, steps=steps, layers=layers, quantisers=quantisers)
    if network.keeps_accumulators(steps[-1].name):
        quantisers[steps[-1].name] = None
    return network


def _quantisers(
    graph: Graph, steps: Sequence[Step], plan: Plan, seen: Mapping[str, NDArray[np.float64]]
) -> dict[str, Quantiser | None]:
    quantisers = {graph.input: _fit(seen[graph.input], plan.activation_format((graph.input,)), plan)}
    for step in steps:
        format = plan.activation_format(step.names)
        if step.op in SAME:
            quantisers[step.name] = quantisers[step.inputs[0]]
        elif step.op == "largest_places":
            quantisers[step.name] = PLACES
        elif step.op in TABLES and isinstance(format, FixedPoint):
            quantisers[step.name] = function_quantiser(step.op, format)
        else:
            quantisers[step.name] = _fit(seen[step.name], format, plan)
    return quantisers


def _fit(values: NDArray[np.float64], format: Format | None, plan: Plan) -> Quantiser | None:
    if format is None:
        return None
    if isinstance(format, FixedPoint) and format.symmetric and plan.signs == "by calibration":
        format = replace(format, signed=bool(values.min() < 0))
    return format.fit(values)


def quantised_layer(
    node: Node, quantiser: Quantiser | None, plan: Plan, given: QuantisedWeights | None = None
) -> QuantisedLayer:
    """A layer with weights.

    Parameters
    ----------
    node : Node
    quantiser : Quantiser or None
        Of its data.
    plan : Plan
    given : QuantisedWeights or None
        Its weights, if they come from elsewhere.

    Raises
    ------
    ValueError
        For given weights of another shape.
    """
    matrix, geometry = weight_matrix(node)
    bias = np.zeros(matrix.shape[1]) if node.bias is None else np.asarray(node.bias, np.float64)
    data = quantiser.format if isinstance(quantiser, FixedPointQuantiser) else None
    if given is None:
        weights = QuantisedWeights.of_format(matrix, plan.weight_format(node.name), per_channel=plan.per_channel)
        weights = weights.holding_bias(bias, quantiser, plan.weight_format(node.name))
    elif given.values.shape != matrix.shape:
        raise ValueError(f"weights of {node.name} have shape {given.values.shape}, allowed is {matrix.shape}")
    else:
        weights = given
    return QuantisedLayer(
        name=node.name,
        weights=weights,
        bias=bias,
        geometry=geometry,
        x_bits=None if data is None else data.bits,
        x_signed=None if data is None else data.signed,
        data_terms=plan.data_terms,
        encoding=plan.encoding,
    )


def _check_names(graph: Graph, steps: Sequence[Step], plan: Plan, given: Mapping[str, QuantisedWeights]) -> None:
    layers = [step.node.name for step in steps if step.op in WEIGHTED]
    tensors = [graph.input, *(name for step in steps for name in step.names)]
    for field, names, allowed in (
        ("plan.weight_overrides", plan.weight_overrides, layers),
        ("weights", given, layers),
        ("plan.activation_overrides", plan.activation_overrides, tensors),
    ):
        unknown = [name for name in names if name not in allowed]
        if unknown:
            raise ValueError(f"{field} has {unknown[0]!r}, allowed are {', '.join(allowed)}")
