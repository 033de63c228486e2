"""ONNX operators that take the largest values of a vector: what a classifier ends with.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

from collections.abc import Sequence
from dataclasses import replace

from ..graph.arranging import arranged
from ..graph.builder import GraphBuilder, Operator, Result
from ..graph.step import Step
from ..graph.tensor import State, Tensor
from .shapes import without

__all__ = ["LARGEST_OPERATORS"]


def _arg_max(builder: GraphBuilder, step: Step) -> Tensor:
    x, axis = _vector(builder, step, 0)
    if step.attributes.get("select_last_index", 0):
        step.refuse("select_last_index is 1", "0: of equal scores the machine takes the first")
    x = _before_softmax(builder, x)
    shape = [1 if place == axis else length for place, length in enumerate(x.shape)]
    made = builder.emit(step, "largest_places", [x], x, attributes={"k": 1}, shape=tuple(shape))
    if step.attributes.get("keepdims", 1) or len(x.shape) == 2:  # a batch of numbers is one of vectors of one value
        return made
    return without(builder, step, made, {axis})


def _top_k(builder: GraphBuilder, step: Step) -> Result:
    x, axis = _vector(builder, step, -1)
    counts: Sequence[int] = step.integers(1, "k") or []
    if not step.attributes.get("largest", 1):
        step.refuse("largest is 0", "1: Neg before it finds the smallest")
    if len(counts) != 1 or not 1 <= counts[0] <= x.shape[axis]:
        step.refuse(f"k is {list(counts)}", f"one number from 1 to {x.shape[axis]}")
    shape = tuple(counts[0] if place == axis else length for place, length in enumerate(x.shape))
    names = (*step.outputs, "", "")[:2]
    ops = ("largest", "largest_places")
    return tuple(
        builder.emit(step, op, [x], x, name=name, attributes={"k": counts[0]}, shape=shape)
        if builder.uses[name] and name
        else None
        for op, name in zip(ops, names, strict=True)
    )


def _vector(builder: GraphBuilder, step: Step, default: int) -> tuple[Tensor, int]:
    """The input with its axis last, in ONNX's order, and that axis; all others beside the batch have length one."""
    x = step.tensor()
    axis = step.axis(x, default)
    if axis == x.batch_axis:
        step.refuse(f"axis {axis} of {x.shape}", "another axis than that of the batch")
    if any(length != 1 for place, length in enumerate(x.shape) if place not in (axis, x.batch_axis)):
        step.refuse(f"axis {axis} of {x.shape}", "a vector of each sample: other axes have length one")
    others = [each for each in x.axes if each != axis]
    return arranged(builder, step, x, (*others, axis)), axis


def _before_softmax(builder: GraphBuilder, x: Tensor) -> Tensor:
    """What a softmax was taken of, whose largest value is at the same place; ``x`` itself if it is something else."""
    node = builder.node(x)
    if node is None or node.op != "softmax" or x.state is not State.REAL:
        return x
    return replace(x, name=node.inputs[0])


LARGEST_OPERATORS: dict[str, Operator] = {"ArgMax": _arg_max, "TopK": _top_k}
