"""Reads an ONNX model into a `lowtide.golden.network.floating.graph.Graph`.

ONNX pictures are [batch, channels, height, width], those of a graph [batch, height, width, channels]. Every tensor
therefore carries which of its ONNX axes each of its axes is: a Transpose changes that and moves no data, and flattened
pictures carry the ONNX place of each value, with which the rows of the next matrix are permuted. Nodes of constants are
computed here; nodes that the output does not need are dropped. The batch is the first axis of every tensor.

Source: the operator definitions of https://onnx.ai/onnx/operators, operator sets 1 to 26, inference only.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import onnx
from onnx import helper

from lowtide.golden.network.floating.graph import Graph

from .constants import check_size, computed
from .operators import OPERATORS
from .source import Source, is_standard, read_model, title
from .tensors import CHANNELS_LAST, Importer, Step, Tensor

__all__ = ["import_onnx"]


def import_onnx(model: str | Path | onnx.ModelProto) -> Graph:
    """The `Graph` of an ONNX model: a path, or an ``onnx.ModelProto``.

    A model has one input, pictures or vectors, and one output. ValueError for what `read_model` refuses, and for an
    operator, an attribute or a shape that a graph does not have; it names the node.
    """
    source = read_model(model)
    importer = Importer(Counter([source.output, *(name for node in source.nodes for name in node.input)]))
    first, constants, amount = _input(source), dict(source.constants), 0
    values: dict[str, Any] = {**constants, source.input: first}
    for node in source.nodes:
        inputs = tuple(values[name] if name else None for name in node.input)
        if not any(isinstance(value, Tensor) for value in inputs):
            source.check(node)
            found = dict(zip(node.output, computed(node, constants, source.versions), strict=True))
            amount += sum(array.size for array in found.values())
            check_size(f"all constants that are computed up to {title(node)}", [amount])
            values |= found
            constants |= found
            continue
        if not is_standard(node) or node.op_type not in OPERATORS:
            raise ValueError(
                f"operator is {node.op_type} ({node.name or node.output[0]}), allowed are {', '.join(OPERATORS)}"
            )
        source.check(node)
        attributes = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
        step = Step(node.op_type, node.output[0], inputs, attributes, source.version)
        if any(importer.uses[name] for name in node.output[1:]):
            step.refuse("a second output is used", "one output")
        values[step.name] = made = OPERATORS[node.op_type](importer, step)
        check_size(f"output of {title(node)}", made.shape)
        if made.name != step.name:
            importer.uses[made.name] += importer.uses[step.name] - 1
    return _graph(importer.nodes, first, values[source.output])


def _input(source: Source) -> Tensor:
    """The `Tensor` of the model's input; one that is transposed at once to channels first has its channels last."""
    users = [node for node in source.nodes if source.input in node.input]
    first = {entry.name: tuple(entry.ints) for entry in users[0].attribute} if len(users) == 1 else {}
    channels_last = bool(users) and users[0].op_type == "Transpose" and first.get("perm") == (0, 3, 1, 2)
    axes = CHANNELS_LAST if len(source.sizes) == 4 and not channels_last else tuple(range(len(source.sizes)))
    return Tensor(source.input, (1, *source.sizes[1:]), axes)


def _graph(nodes: list[Any], source: Tensor, target: Any) -> Graph:
    if not isinstance(target, Tensor) or target.name == source.name:
        raise ValueError("output is the input or a constant, allowed is one that a node makes")
    if target.order is not None:
        raise ValueError(f"output {target.name} is a flattened picture, allowed is one that a layer follows")
    needed, kept = {target.name}, []
    for node in reversed(nodes):
        if node.name in needed:
            needed.update(node.inputs)
            kept.append(node)
    return Graph(tuple(reversed(kept)), source.graph_shape[1:], source.name)
