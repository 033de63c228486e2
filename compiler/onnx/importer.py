"""Reads an ONNX model into a `lowtide.golden.network.floating.graph.Graph`.

ONNX pictures are [batch, channels, height, width], those of a graph [batch, height, width, channels]. Every tensor
therefore carries which of its ONNX axes each of its axes is: a Transpose changes that and moves no data, and flattened
pictures carry the ONNX place of each value, with which the rows of the next matrix are permuted. Nodes of constants are
computed here; nodes that the output does not need are dropped. The batch is the first axis of every tensor of a graph;
in ONNX it may be another one, as in sequences whose steps come first.

Source: the operator definitions of https://onnx.ai/onnx/operators, operator sets 1 to 26, inference only.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
from onnx import helper

from lowtide.golden.network.floating.graph import Graph

from .graph.arranging import arranged, batch_first
from .graph.builder import GraphBuilder, Operator
from .graph.grids import Grid
from .graph.step import Step
from .graph.tensor import CHANNELS_LAST, VECTORS, State, Tensor
from .model.constants import check_size, computed
from .model.source import Source, is_standard, read_model, title
from .operators.known import BATCH_ANYWHERE, OPERATORS, REFUSED
from .quantised.integer_operators import is_of_integers
from .quantised.quantisation import ON_CODES, ROUNDING, clipped_codes

__all__ = ["graph_of", "import_onnx", "imported", "states_integers"]


def import_onnx(model: str | Path | onnx.ModelProto) -> Graph:
    """The `Graph` of an ONNX model: a path, or an ``onnx.ModelProto``.

    A model has one input, pictures or vectors, and one output. ValueError for what `read_model` refuses, and for an
    operator, an attribute or a shape that a graph does not have; it names the node.
    """
    source = read_model(model)
    for node in source.nodes:
        if states_integers(node) or is_of_integers(node):
            raise ValueError(f"operator is {title(node)}, of a quantised model: import_quantised reads it")
    builder, first, target = imported(source)
    return graph_of(builder, first, target)


def imported(source: Source) -> tuple[GraphBuilder, Tensor, Any]:
    """What a model is made of: the nodes so far, its input, and its output, a tensor or a constant."""
    names = [name for node in source.nodes for name in (*node.input, *node.output)]
    builder = GraphBuilder(
        uses=Counter([source.output, *(name for node in source.nodes for name in node.input)]),
        batch=source.sizes[source.batch_axis],
        taken={*names, *source.constants, source.input},
    )
    first = _input(source)
    values: dict[str, Any] = {**source.constants, source.input: first}
    amount = 0
    for node in source.nodes:
        inputs = tuple(values[name] if name else None for name in node.input)
        is_grid = any(isinstance(value, Grid) for value in inputs) and node.op_type == "Transpose"
        if any(isinstance(value, Tensor) for value in inputs) or states_integers(node) or is_grid:
            made = _made(builder, source, node, inputs, is_grid)
        else:
            source.check(node)
            made = computed(node, values, source.versions)
            amount += sum(array.size for array in made)
            check_size(f"all constants that are computed up to {title(node)}", [amount])
        for name, value in zip(node.output, made, strict=False):
            values[name] = value
            if isinstance(value, Tensor) and value.name != name:
                builder.uses[value.name] += builder.uses[name] - 1
    target = values[source.output]
    if isinstance(target, Tensor):
        _note_reading(builder, "the output", [target])
    return builder, first, target


def _made(
    builder: GraphBuilder, source: Source, node: onnx.NodeProto, inputs: tuple[Any, ...], is_grid: bool
) -> Sequence[Any]:
    """What a node makes of tensors, or of constants that it rounds: a value for each output that is needed."""
    operator = _operator(node, is_grid)
    if not states_integers(node) or source.version >= 13:  # older ones have no axis, but what is taken apart has
        source.check(node)
    attributes = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
    first = next(filter(None, node.output))
    step = Step(node.op_type, first, inputs, attributes, source.version, tuple(node.output))
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    if any(x.state is State.CODES for x in tensors) and node.op_type not in ON_CODES:
        if node.op_type != "Clip":
            step.refuse("input is codes", "a DequantizeLinear before it")
        operator = clipped_codes
    moved = [x.batch_axis for x in tensors if x.batch_axis != 0]
    if moved and node.op_type not in BATCH_ANYWHERE:
        step.refuse(f"axis {moved[0]} of the input is the batch", "a Transpose before it that puts the batch first")
    found = operator(builder, step)
    made = found if isinstance(found, tuple) else (found,)
    names = {value.name for value in made if isinstance(value, Tensor)}
    if names and not states_integers(node):  # what only says where values lie reads none
        _note_reading(builder, title(node), [x for x in tensors if x.name not in names])
    if any(builder.uses[name] for name in node.output[len(made) :]):
        step.refuse("a second output is used", "one output")
    for value in made:
        if isinstance(value, Tensor):
            check_size(f"output of {title(node)}", value.shape)
    return made


def _operator(node: onnx.NodeProto, is_grid: bool) -> Operator:
    """What makes the nodes of an ONNX node; ValueError that says why there is nothing."""
    if states_integers(node) or is_grid:
        return ROUNDING["" if is_standard(node) else node.domain, node.op_type]
    if is_standard(node) and node.op_type in REFUSED:
        reason, fit = REFUSED[node.op_type]
        raise ValueError(f"operator is {title(node)}: {reason}; what would fit: {fit}")
    if not is_standard(node) or node.op_type not in OPERATORS:
        raise ValueError(
            f"operator is {node.op_type} ({node.name or node.output[0]}), allowed are {', '.join(OPERATORS)}"
        )
    return OPERATORS[node.op_type]


def states_integers(node: onnx.NodeProto) -> bool:
    """Whether a node is of a quantised model."""
    key = "" if is_standard(node) else node.domain, node.op_type
    return key in ROUNDING and node.op_type != "Transpose"


def _note_reading(builder: GraphBuilder, reader: str, tensors: Sequence[Tensor]) -> None:
    """Keep which tensors are read as they were made."""
    for x in tensors:
        if x.state is State.REAL:
            builder.readers.setdefault(x.name, reader)


def _input(source: Source) -> Tensor:
    """The `Tensor` of the model's input; one that is transposed at once to channels first has its channels last."""
    users = [node for node in source.nodes if source.input in node.input]
    first = {entry.name: tuple(entry.ints) for entry in users[0].attribute} if len(users) == 1 else {}
    channels_last = bool(users) and users[0].op_type == "Transpose" and first.get("perm") == (0, 3, 1, 2)
    axes = CHANNELS_LAST if len(source.sizes) == 4 and not channels_last else tuple(range(len(source.sizes)))
    if source.batch_axis:
        axes = (source.batch_axis, *(axis for axis in axes if axis != source.batch_axis))
    sizes = tuple(1 if axis == source.batch_axis else size for axis, size in enumerate(source.sizes))
    return Tensor(source.input, sizes, axes)


def graph_of(builder: GraphBuilder, source: Tensor, target: Any) -> Graph:
    """The nodes that the output needs; pictures stay channels last, other tensors have ONNX's axes, the batch first."""
    if not isinstance(target, Tensor):
        raise ValueError("output is a constant, allowed is one that depends on the input")
    target = batch_first(target)
    identity = tuple(range(len(target.shape)))
    is_pixel = target.axes == VECTORS and len(target.shape) == 4
    if target.order is not None or (target.axes not in (CHANNELS_LAST, identity) and not is_pixel):
        target = arranged(builder, Step("output", target.name, (target,), {}, 0), target, identity)
    if target.name == source.name:
        raise ValueError("output is the input or a constant, allowed is one that a node makes")
    return Graph(tuple(builder.needed([target.name])), source.graph_shape[1:], source.name)
