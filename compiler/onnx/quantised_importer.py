"""Reads a quantised ONNX model into a `lowtide.golden.network.quantised.quantised_graph.QuantisedGraph`.

Models state what is rounded and how (`lowtide.compiler.onnx.quantised.quantisation`), or are made of operators of
integers, which are taken for the same (`lowtide.compiler.onnx.quantised.integer_operators`). Every tensor that a layer
makes is rounded once; an activation function that only clips may lie between the layer and its rounding. With the
requantisation "real" codes are those of ONNX: sums are exact integers here and float32 in a runtime, so that codes
differ by one step at most, where a sum is within float32's rounding of a half.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx

from lowtide.golden.network.floating.graph import Graph
from lowtide.golden.network.integers.requantisation import MULTIPLIER_BITS, REQUANTISATIONS
from lowtide.golden.network.quantised.integer_steps import SAME
from lowtide.golden.network.quantised.plan import SOFTMAXES, Plan
from lowtide.golden.network.quantised.post_training import quantised_layer
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import WEIGHTED, Step, fuse
from lowtide.golden.network.quantised.tables import PLACES
from lowtide.golden.network.quantised.weights import QuantisedWeights
from lowtide.golden.number_formats.format import Quantiser
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser

from .graph.grids import Columns
from .importer import graph_of, imported, states_integers
from .model.source import read_model
from .quantised.integer_operators import as_qdq, is_of_integers
from .quantised.rounding_order import folded, rounded_early

__all__ = ["import_quantised", "is_quantised"]


_DATA = FixedPoint(8, signed=False, symmetric=False)


def is_quantised(model: str | Path | onnx.ModelProto) -> bool:
    """Whether a model states how its tensors are rounded, so that `import_quantised` reads it. Errors as there."""
    nodes = read_model(model).nodes
    return any(states_integers(node) or is_of_integers(node) for node in nodes)


def import_quantised(
    model: str | Path | onnx.ModelProto,
    *,
    requantisation: str = REQUANTISATIONS[0],
    multiplier_bits: int = MULTIPLIER_BITS,
    input_range: tuple[float, float] | None = None,
    softmax: str = SOFTMAXES[0],
) -> QuantisedGraph:
    """The quantised network of a quantised ONNX model.

    Parameters
    ----------
    model : str, Path or onnx.ModelProto
    requantisation, multiplier_bits
        As of `lowtide.golden.network.quantised.plan.Plan`; "real" is ONNX's own rule.
    input_range : (float, float), optional
        Of a model's input that it does not round: 8 bits then hold that range.
    softmax : str
        As of `lowtide.golden.network.quantised.plan.Plan`; by tables its codes are a few steps from ONNX's.

    Raises
    ------
    ValueError
        As `lowtide.compiler.onnx.importer.import_onnx`, and for tensors or weights that are not rounded, with their
        name.
    """
    builder, first, target = imported(as_qdq(read_model(model)))
    graph = graph_of(builder, first, target)
    for name in {graph.input, *(node.name for node in graph.nodes)} & builder.quantisers.keys():
        if name in builder.readers:
            raise ValueError(
                f"tensor {name} is rounded, and read by {builder.readers[name]} as it is; allowed is one of both"
            )
    graph, grids = folded(graph, builder.quantisers, builder.grids)
    graph, stated = rounded_early(graph, builder.quantisers)
    if graph.input not in stated and input_range is not None:
        stated[graph.input] = _DATA.of_range(*input_range)
    steps = fuse(graph, kept=stated)
    quantisers = _quantisers(stated, graph, steps)
    plan = Plan(
        activations=_DATA,
        signs="as given",
        requantisation=requantisation,
        multiplier_bits=multiplier_bits,
        softmax=softmax,
        output="accumulators" if quantisers[steps[-1].name] is None else "quantised",
    )
    layers = {}
    for step in steps:
        if step.op in WEIGHTED:
            data = quantisers[step.inputs[0]]
            given = None if step.op == "batch_norm" else _weights(step, grids.get(step.node.name), data)
            layers[step.name] = quantised_layer(step.node, data, plan, given)
    return QuantisedGraph(graph=graph, plan=plan, steps=steps, layers=layers, quantisers=quantisers)


def _quantisers(
    stated: Mapping[str, FixedPointQuantiser], graph: Graph, steps: tuple[Step, ...]
) -> dict[str, Quantiser | None]:
    """Of every tensor; None of sums that are the output."""
    found: dict[str, Quantiser | None] = {graph.input: stated.get(graph.input)}
    for step in steps:
        known = PLACES if step.op == "largest_places" else stated.get(step.name)
        found[step.name] = found[step.inputs[0]] if step.op in SAME else known
    if found[graph.input] is None:
        raise ValueError(f"input {graph.input} is not rounded, allowed is that with its input_range (--input-range)")
    *_, last = steps
    sums = last.name if last.op in WEIGHTED and not any(np.isfinite(last.limits)) else None
    for name, quantiser in found.items():
        if quantiser is None and name != sums:
            raise ValueError(
                f"tensor {name} is not rounded, allowed is a QuantizeLinear behind every operator but a last layer; a "
                "Softmax at the end can be left out: the largest score stays the largest"
            )
    return found


def _weights(step: Step, columns: Columns | None, data: Quantiser | None) -> QuantisedWeights:
    """The integers of a layer's weights; at another scale where 32 bits would not hold the bias beside them."""
    if columns is None:
        raise ValueError(
            f"weights of {step.node.name} are real numbers, or have scales along another axis than the outputs; "
            "allowed are integers of DequantizeLinear or Quant"
        )
    matrix = step.node.kernel.reshape(-1, step.node.kernel.shape[-1])
    integers = np.rint(matrix / columns.scale).astype(np.int64)
    low, high = int(integers.min()), int(integers.max())
    bits = max(columns.bits, max(high, -low - 1).bit_length() + 1)
    if bits > 16:
        raise ValueError(f"weights of {step.node.name} are {low}..{high}, allowed are integers of 16 bits")
    format = FixedPoint(bits)
    weights = QuantisedWeights.of_integers(
        integers, columns.scale, bits=bits, name=format.name, mode_fields=format.mode_fields()
    )
    bias = np.zeros(len(columns.scale)) if step.node.bias is None else np.asarray(step.node.bias, np.float64)
    return weights.holding_bias(bias, data, format)
