"""Reads an ONNX model into a `lowtide.golden.network.floating.graph.Graph`.

ONNX pictures are [batch, channels, height, width], those of a graph [batch, height, width, channels]. Every tensor
therefore carries which of its ONNX axes each of its axes is: a Transpose changes that and moves no data, and flattened
pictures carry the ONNX place of each value, with which the rows of the next matrix are permuted. Nodes of constants are
computed here; nodes that the output does not need are dropped. The batch is the first axis of every tensor.

Source: the operator definitions of https://onnx.ai/onnx/operators, operator sets 7 to 26, inference only.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from lowtide.golden.network.floating.graph import Graph

from .operators import OPERATORS
from .tensors import CHANNELS_LAST, Importer, Step, Tensor

__all__ = ["import_onnx"]


def import_onnx(model: str | Path | onnx.ModelProto) -> Graph:
    """The `Graph` of an ONNX model: a path, or an ``onnx.ModelProto``.

    A model has one input, pictures or vectors, and one output. ValueError for an operator, an attribute or a shape that
    a graph does not have; it names the node.
    """
    if isinstance(model, (str, Path)):
        model = onnx.load(str(model))
    version = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=1)
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    source = _one("inputs", [value for value in model.graph.input if value.name not in constants])
    target = _one("outputs", model.graph.output).name
    importer = Importer(Counter([target, *(name for node in model.graph.node for name in node.input)]))
    values: dict[str, Any] = constants | {source.name: _input(source, model.graph.node)}
    for node in model.graph.node:
        inputs = tuple(values[name] if name else None for name in node.input)
        if not any(isinstance(value, Tensor) for value in inputs):
            values |= zip(node.output, _computed(node, constants, model.opset_import), strict=True)
            constants |= {name: values[name] for name in node.output}
            continue
        if node.domain not in ("", "ai.onnx") or node.op_type not in OPERATORS:
            raise ValueError(
                f"operator is {node.op_type} ({node.name or node.output[0]}), allowed are {', '.join(OPERATORS)}"
            )
        attributes = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
        step = Step(node.op_type, node.output[0], inputs, attributes, version)
        if any(importer.uses[name] for name in node.output[1:]):
            step.refuse("a second output is used", "one output")
        values[step.name] = made = OPERATORS[node.op_type](importer, step)
        if made.name != step.name:
            importer.uses[made.name] += importer.uses[step.name] - 1
    return _graph(importer.nodes, values[source.name], values[target])


def _one(name: str, values: Sequence[Any]) -> Any:
    if len(values) != 1:
        raise ValueError(f"{name} are {[value.name for value in values]}, allowed is one")
    return values[0]


def _input(source: Any, nodes: Sequence[Any]) -> Tensor:
    """The `Tensor` of the model's input; one that is transposed at once to channels first has its channels last."""
    sizes = [dimension.dim_value for dimension in source.type.tensor_type.shape.dim]
    if len(sizes) < 2 or not all(sizes[1:]):
        raise ValueError(
            f"input {source.name} has shape {sizes}, allowed are two or more axes of stated lengths, the batch first"
        )
    users = [node for node in nodes if source.name in node.input]
    first = {entry.name: tuple(entry.ints) for entry in users[0].attribute} if len(users) == 1 else {}
    channels_last = bool(users) and users[0].op_type == "Transpose" and first.get("perm") == (0, 3, 1, 2)
    axes = CHANNELS_LAST if len(sizes) == 4 and not channels_last else tuple(range(len(sizes)))
    return Tensor(source.name, (1, *sizes[1:]), axes)


def _computed(node: Any, constants: Mapping[str, NDArray[Any]], opset_import: Any) -> list[NDArray[Any]]:
    """The outputs of a node whose inputs are constant, as the reference of ONNX computes them."""
    empty = [helper.make_empty_tensor_value_info(name) for name in node.input if name]
    outputs = [helper.make_empty_tensor_value_info(name) for name in node.output]
    model = helper.make_model(helper.make_graph([node], "constant", empty, outputs), opset_imports=opset_import)
    found = ReferenceEvaluator(model).run(None, {name: constants[name] for name in node.input if name})
    assert isinstance(found, list), "outputs come in order where none is named"
    return found


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
