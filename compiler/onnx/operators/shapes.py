"""ONNX operators that move values and change none: what a graph's tensor is in ONNX changes, or its shape.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from ..graph.arranging import arranged, flattened, reshaped, transposed
from ..graph.tensors import Importer, Operator, Step, Tensor

__all__ = ["SHAPES"]


def _concat(importer: Importer, step: Step) -> Tensor:
    if not all(isinstance(x, Tensor) for x in step.inputs):
        step.refuse("an input is a constant", "tensors that depend on the input")
    first = step.tensor()
    axis = step.axis(first, 1)
    alike = {(*x.shape[:axis], *x.shape[axis + 1 :]) for x in step.inputs}
    if len(alike) > 1 or axis == 0:
        step.refuse(f"axis {axis}, shapes {[x.shape for x in step.inputs]}", "tensors that differ along the axis alone")
    tensors = [first, *step.inputs[1:]]
    if len(tensors) == 1:
        return first
    axes = first.axes if first.axes[-1] == axis else (*(each for each in first.axes if each != axis), axis)
    axes = (*(each for each in axes[:-1] if first.shape[each] != 1 or each == 0), axis)
    if any(x.axes != axes for x in tensors):
        tensors = [arranged(importer, step, x, axes) for x in tensors]
    lengths = [x.shape[axis] for x in tensors]
    order = None
    if any(x.order is not None for x in tensors):
        starts = np.cumsum([0, *lengths[:-1]])
        order = np.concatenate([start + x.places for start, x in zip(starts, tensors, strict=True)])
    shape = tuple(sum(lengths) if place == axis else length for place, length in enumerate(first.shape))
    return importer.emit(step, "concat", tensors, tensors[0], shape=shape, order=order, flattened=None)


def _flatten(importer: Importer, step: Step) -> Tensor:
    x = step.tensor()
    if step.axis(x, 1) != 1:
        step.refuse(f"axis {step.axis(x, 1)}", "1")
    return flattened(importer, step, x)


def _reshape(importer: Importer, step: Step) -> Tensor:
    x, shape = step.tensor(), step.integers(1, "shape")
    if shape is None:
        step.refuse("shape is left out", "one that is stated")
    return _of_shape(importer, step, x, shape)


def _of_shape(importer: Importer, step: Step, x: Tensor, stated: Sequence[int]) -> Tensor:
    """``x`` of a shape in which 0 copies a length and -1 is what remains; its first axis stays that of the batch."""
    keeps = not step.attributes.get("allowzero", 0)
    shape = [
        x.shape[axis] if length == 0 and keeps and axis < len(x.shape) else length for axis, length in enumerate(stated)
    ]
    count, batches = math.prod(x.shape), (1, importer.batch or 1, -1)
    rest = shape[1:]
    if len(shape) >= 2 and shape[0] in batches and shape.count(-1) <= 1:
        known = math.prod(length for length in rest if length != -1)
        if -1 in rest and known > 0 and count % known == 0:
            rest[rest.index(-1)] = count // known
        if math.prod(rest) == count and min(rest) > 0:
            if len(rest) == 1:
                return flattened(importer, step, x)
            return x if x.shape == (1, *rest) else reshaped(importer, step, x, (1, *rest))
    return step.refuse(
        f"shape {list(stated)} of {x.shape}", f"{count} values for each sample, behind an axis for the batch"
    )


def _squeeze(importer: Importer, step: Step) -> Tensor:
    x, axes = step.tensor(), step.integers(1, "axes")
    if axes is None:
        axes = [axis for axis in range(1, len(x.shape)) if x.shape[axis] == 1]
    dropped = {_checked(step, axis, len(x.shape)) for axis in axes}
    if 0 in dropped or any(x.shape[axis] != 1 for axis in dropped):
        step.refuse(f"axes {axes} of {x.shape}", "axes of length one behind the batch")
    return _of_shape(importer, step, x, [length for axis, length in enumerate(x.shape) if axis not in dropped])


def _unsqueeze(importer: Importer, step: Step) -> Tensor:
    x, axes = step.tensor(), step.integers(1, "axes") or []
    rank = len(x.shape) + len(axes)
    new = {_checked(step, axis, rank) for axis in axes}
    if 0 in new or len(new) != len(axes):
        step.refuse(f"axes {axes}", "different axes behind the batch")
    lengths = iter(x.shape)
    return _of_shape(importer, step, x, [1 if axis in new else next(lengths) for axis in range(rank)])


def _checked(step: Step, axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        step.refuse(f"axis {axis}", f"one of {rank} axes")
    return axis % rank


def _transpose(importer: Importer, step: Step) -> Tensor:
    x = step.tensor()
    order = tuple(step.attributes.get("perm", range(len(x.shape))[::-1]))
    if order[:1] != (0,) or sorted(order) != list(range(len(x.shape))):
        step.refuse(f"perm {order}", "the batch first")
    if x.order is not None:
        return x  # of two axes, the batch first
    return transposed(x, order)


def _slice(importer: Importer, step: Step) -> Tensor:
    x = step.tensor()
    starts, stops = step.integers(1, "starts") or [], step.integers(2, "ends") or []
    axes = step.integers(3, "axes", list(range(len(starts)))) or []
    steps = step.integers(4, "steps", [1] * len(starts)) or []
    if not len(starts) == len(stops) == len(axes) == len(steps):
        step.refuse("starts, ends, axes, steps of different lengths", "one of each for each axis")
    ends = [(0, length, 1) for length in x.shape]
    for axis, *end in zip(axes, starts, stops, steps, strict=True):
        axis = _checked(step, axis, len(x.shape))
        if end[2] < 1:
            step.refuse(f"step {end[2]}", "steps of 1 and more")
        ends[axis] = slice(*end).indices(x.shape[axis])
    return _part(importer, step, x, ends, step.name)


def _part(importer: Importer, step: Step, x: Tensor, ends: Sequence[tuple[int, int, int]], name: str) -> Tensor:
    """The part of ``x`` from start to stop in steps, along each ONNX axis."""
    shape = tuple(len(range(*end)) for end in ends)
    if shape == x.shape:
        return x
    if 0 in shape or shape[0] != 1 or (x.shape[0] == 1 and ends[0][0] != 0):
        step.refuse(f"a part of shape {shape} of {x.shape}", "a part that has values, of the whole batch")
    if x.order is not None:
        x = arranged(importer, step, x, tuple(range(len(x.shape))))
    start, stop, steps = zip(*(ends[axis] for axis in x.axes[1:]), strict=True)
    attributes = {"start": start, "stop": stop, "step": steps}
    return importer.emit(step, "slice", [x], x, name=name, attributes=attributes, shape=shape)


def _split(importer: Importer, step: Step) -> tuple[Tensor | None, ...]:
    x = step.tensor()
    axis, count = step.axis(x, 0), len(step.outputs)
    sizes = step.integers(1, "split")
    if sizes is None:
        longest = -(-x.shape[axis] // count)
        sizes = [min(longest, x.shape[axis] - longest * place) for place in range(count)]
    if axis == 0 or len(sizes) != count or sum(sizes) != x.shape[axis] or min(sizes) < 1:
        step.refuse(f"axis {axis} in parts of {sizes}", f"{count} parts of an axis behind the batch")
    parts: list[Tensor | None] = []
    for name, stop, size in zip(step.outputs, np.cumsum(sizes).tolist(), sizes, strict=True):
        ends = [(0, length, 1) for length in x.shape]
        ends[axis] = (stop - size, stop, 1)
        parts.append(_part(importer, step, x, ends, name) if importer.uses[name] else None)
    return tuple(parts)


def _gather(importer: Importer, step: Step) -> Tensor:
    x, places = step.tensor(), np.asarray(step.constant(1))
    axis = step.axis(x, 0)
    indices = [int(place) % x.shape[axis] for place in places.ravel() if -x.shape[axis] <= place < x.shape[axis]]
    steps = set(np.diff(indices).tolist()) or {1}
    if axis == 0 or places.ndim > 1 or len(indices) != places.size or not indices or len(steps) > 1 or min(steps) < 1:
        step.refuse(f"axis {axis} at {places.tolist()}", "rising places at equal distances, behind the batch")
    ends = [(0, length, 1) for length in x.shape]
    ends[axis] = (indices[0], indices[-1] + 1, min(steps))
    if places.ndim:
        return _part(importer, step, x, ends, step.name)
    part = _part(importer, step, x, ends, importer.helper_name(step, "taken"))
    return _of_shape(importer, step, part, [length for place, length in enumerate(part.shape) if place != axis])


def _depth_to_space(importer: Importer, step: Step) -> Tensor:
    x, size = step.tensor(), int(step.attributes.get("blocksize", 0))
    if len(x.shape) != 4 or size < 1 or x.shape[1] % (size * size):
        step.refuse(f"blocksize {size} of {x.shape}", "a picture whose channels the square of it divides")
    _, channels, rows, columns = x.shape
    deep = channels // (size * size)
    if step.attributes.get("mode", b"DCR") == b"CRD":
        shape, order = (1, deep, size, size, rows, columns), (0, 1, 4, 2, 5, 3)
    else:
        shape, order = (1, size, size, deep, rows, columns), (0, 3, 4, 1, 5, 2)
    x = transposed(reshaped(importer, step, x, shape), order)
    return reshaped(importer, step, x, (1, deep, rows * size, columns * size))


def _space_to_depth(importer: Importer, step: Step) -> Tensor:
    x, size = step.tensor(), int(step.attributes.get("blocksize", 0))
    if len(x.shape) != 4 or size < 1 or x.shape[2] % size or x.shape[3] % size:
        step.refuse(f"blocksize {size} of {x.shape}", "a picture whose rows and columns it divides")
    _, channels, rows, columns = x.shape
    x = reshaped(importer, step, x, (1, channels, rows // size, size, columns // size, size))
    return reshaped(
        importer, step, transposed(x, (0, 3, 5, 1, 2, 4)), (1, channels * size * size, rows // size, columns // size)
    )


def _shape(importer: Importer, step: Step) -> NDArray[Any]:
    """The shape as a constant; a batch that is not stated is one."""
    shape = (importer.batch or 1, *step.tensor().shape[1:])
    return np.array(shape[step.attributes.get("start", 0) : step.attributes.get("end", len(shape))], np.int64)


def _expand(importer: Importer, step: Step) -> Tensor:
    x, shape = step.tensor(), step.integers(1, "shape") or []
    if len(shape) > len(x.shape) or any(
        new not in (1, old, importer.batch if axis == 0 else old)
        for axis, (old, new) in enumerate(zip(x.shape[len(x.shape) - len(shape) :], shape, strict=True))
    ):
        step.refuse(f"shape {shape} of {x.shape}", "the shape that it has")
    return x


def _cast(importer: Importer, step: Step) -> Tensor:
    real = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE, onnx.TensorProto.BFLOAT16)
    if step.attributes["to"] not in real:
        step.refuse(f"to is {step.attributes['to']}", "a type of real numbers")
    return step.tensor()


def _same(importer: Importer, step: Step) -> Tensor:
    return step.tensor()


def _dropout(importer: Importer, step: Step) -> Tensor:
    if step.constant(2, 0.0):
        step.refuse("training_mode is 1", "0")
    return step.tensor()


SHAPES: dict[str, Operator] = {
    "Cast": _cast,
    "Concat": _concat,
    "DepthToSpace": _depth_to_space,
    "Dropout": _dropout,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "Identity": _same,
    "Reshape": _reshape,
    "Shape": _shape,
    "Slice": _slice,
    "SpaceToDepth": _space_to_depth,
    "Split": _split,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
