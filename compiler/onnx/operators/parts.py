"""ONNX operators that take parts of tensors, and put tensors together.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

from collections.abc import Sequence

import numpy as np

from ..graph.arranging import arranged
from ..graph.builder import GraphBuilder, Operator
from ..graph.step import Step
from ..graph.tensor import Tensor
from .shapes import checked_axis, without

__all__ = ["PARTS"]


def _slice(builder: GraphBuilder, step: Step) -> Tensor:
    x = step.tensor()
    starts, stops = step.integers(1, "starts") or [], step.integers(2, "ends") or []
    axes = step.integers(3, "axes", list(range(len(starts)))) or []
    steps = step.integers(4, "steps", [1] * len(starts)) or []
    if not len(starts) == len(stops) == len(axes) == len(steps):
        step.refuse("starts, ends, axes, steps of different lengths", "one of each for each axis")
    ends = [(0, length, 1) for length in x.shape]
    for axis, *end in zip(axes, starts, stops, steps, strict=True):
        axis = checked_axis(step, axis, len(x.shape))
        if end[2] < 1:
            step.refuse(f"step {end[2]}", "steps of 1 and more")
        ends[axis] = slice(*end).indices(x.shape[axis])
    return _part(builder, step, x, ends, step.name)


def _split(builder: GraphBuilder, step: Step) -> tuple[Tensor | None, ...]:
    x = step.tensor()
    axis, count = step.axis(x, 0), len(step.outputs)
    sizes = step.integers(1, "split")
    if sizes is None:
        longest = -(-x.shape[axis] // count)
        sizes = [min(longest, x.shape[axis] - longest * place) for place in range(count)]
    if axis == x.batch_axis or len(sizes) != count or sum(sizes) != x.shape[axis] or min(sizes) < 1:
        step.refuse(f"axis {axis} in parts of {sizes}", f"{count} parts of an axis beside the batch")
    parts: list[Tensor | None] = []
    for name, stop, size in zip(step.outputs, np.cumsum(sizes).tolist(), sizes, strict=True):
        ends = [(0, length, 1) for length in x.shape]
        ends[axis] = (stop - size, stop, 1)
        parts.append(_part(builder, step, x, ends, name) if builder.uses[name] else None)
    return tuple(parts)


def _gather(builder: GraphBuilder, step: Step) -> Tensor:
    x, places = step.tensor(), np.asarray(step.constant(1))
    axis = step.axis(x, 0)
    indices = [int(place) % x.shape[axis] for place in places.ravel() if -x.shape[axis] <= place < x.shape[axis]]
    steps = set(np.diff(indices).tolist()) or {1}
    is_regular = len(steps) == 1 and min(steps) >= 1
    if axis == x.batch_axis or places.ndim > 1 or len(indices) != places.size or not indices or not is_regular:
        step.refuse(f"axis {axis} at {places.tolist()}", "rising places at equal distances, beside the batch")
    ends = [(0, length, 1) for length in x.shape]
    ends[axis] = (indices[0], indices[-1] + 1, min(steps))
    if places.ndim:
        return _part(builder, step, x, ends, step.name)
    part = _part(builder, step, x, ends, builder.helper_name(step, "taken"))
    return without(builder, step, part, [axis])


def _concat(builder: GraphBuilder, step: Step) -> Tensor:
    if not all(isinstance(x, Tensor) for x in step.inputs):
        step.refuse("an input is a constant", "tensors that depend on the input")
    first = step.tensor()
    axis = step.axis(first, 1)
    alike = {(*x.shape[:axis], *x.shape[axis + 1 :], x.batch_axis) for x in step.inputs}
    if len(alike) > 1 or axis == first.batch_axis:
        step.refuse(f"axis {axis}, shapes {[x.shape for x in step.inputs]}", "tensors that differ along the axis alone")
    tensors = [first, *step.inputs[1:]]
    if len(tensors) == 1:
        return first
    axes = first.axes if first.axes[-1] == axis else (*(each for each in first.axes if each != axis), axis)
    axes = (*(each for each in axes[:-1] if first.shape[each] != 1 or each == first.batch_axis), axis)
    if any(x.axes != axes for x in tensors):
        tensors = [arranged(builder, step, x, axes) for x in tensors]
    lengths = [x.shape[axis] for x in tensors]
    order = None
    if any(x.order is not None for x in tensors):
        starts = np.cumsum([0, *lengths[:-1]])
        order = np.concatenate([start + x.places for start, x in zip(starts, tensors, strict=True)])
    shape = tuple(sum(lengths) if place == axis else length for place, length in enumerate(first.shape))
    return builder.emit(step, "concat", tensors, tensors[0], shape=shape, order=order, flattened=None)


def _part(builder: GraphBuilder, step: Step, x: Tensor, ends: Sequence[tuple[int, int, int]], name: str) -> Tensor:
    """The part of ``x`` from start to stop in steps, along each ONNX axis."""
    shape = tuple(len(range(*end)) for end in ends)
    if shape == x.shape:
        return x
    if 0 in shape or tuple(ends[x.batch_axis][:2]) != (0, 1):
        step.refuse(f"a part of shape {shape} of {x.shape}", "a part that has values, of the whole batch")
    if x.order is not None:
        x = arranged(builder, step, x, tuple(range(len(x.shape))))
    if (part := _assembled_part(builder, x, ends)) is not None:
        attributes = {"shape": tuple(shape[axis] for axis in x.axes[1:])}
        return builder.emit(step, "reshape", [part], x, name=name, attributes=attributes, shape=shape)
    start, stop, steps = zip(*(ends[axis] for axis in x.axes[1:]), strict=True)
    attributes = {"start": start, "stop": stop, "step": steps}
    return builder.emit(step, "slice", [x], x, name=name, attributes=attributes, shape=shape)


def _assembled_part(builder: GraphBuilder, x: Tensor, ends: Sequence[tuple[int, int, int]]) -> Tensor | None:
    """The vector that a part of an assembled tensor is; None where it is none, or more than one."""
    if x.name not in builder.assembled or len(range(*ends[x.axes[-1]])) != x.shape[x.axes[-1]]:
        return None
    places = np.arange(len(builder.assembled[x.name])).reshape(x.graph_shape[1:-1])
    chosen = places[tuple(slice(*ends[axis]) for axis in x.axes[1:-1])].ravel()
    return builder.assembled[x.name][chosen[0]] if len(chosen) == 1 else None


PARTS: dict[str, Operator] = {
    "Concat": _concat,
    "Gather": _gather,
    "Slice": _slice,
    "Split": _split,
}
