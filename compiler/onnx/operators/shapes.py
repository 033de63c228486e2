"""ONNX operators that move values and change none: what a graph's tensor is in ONNX changes, or its shape.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from ..graph.arranging import batch_first, batch_moved, flattened, reshaped, transposed
from ..graph.builder import GraphBuilder, Operator
from ..graph.step import Step
from ..graph.tensor import Tensor

__all__ = ["SHAPES", "checked_axis", "of_shape", "without"]


def _flatten(builder: GraphBuilder, step: Step) -> Tensor:
    x = step.tensor()
    if step.axis(x, 1) != 1:
        step.refuse(f"axis {step.axis(x, 1)}", "1")
    return flattened(builder, step, x)


def _reshape(builder: GraphBuilder, step: Step) -> Tensor:
    x, shape = step.tensor(), step.integers(1, "shape")
    if shape is None:
        step.refuse("shape is left out", "one that is stated")
    return of_shape(builder, step, x, shape) if x.batch_axis == 0 else _around_batch(builder, step, x, shape)


def _around_batch(builder: GraphBuilder, step: Step, x: Tensor, stated: Sequence[int]) -> Tensor:
    """As `of_shape`, of a tensor whose batch is another axis, which stays where it is."""
    place = x.batch_axis
    shape = [x.shape[axis] if length == 0 and axis < len(x.shape) else length for axis, length in enumerate(stated)]
    if len(shape) <= place or min(shape[:place]) < 1 or math.prod(shape[:place]) != math.prod(x.shape[:place]):
        step.refuse(f"shape {list(stated)} of {x.shape}", f"one whose axis {place} is the batch, as that of the input")
    behind = (shape[place], *shape[:place], *shape[place + 1 :])
    return batch_moved(of_shape(builder, step, batch_first(x), behind), place)


def of_shape(builder: GraphBuilder, step: Step, x: Tensor, stated: Sequence[int]) -> Tensor:
    """``x`` of a shape in which 0 copies a length and -1 is what remains; its first axis stays that of the batch."""
    keeps = not step.attributes.get("allowzero", 0)
    shape = [
        x.shape[axis] if length == 0 and keeps and axis < len(x.shape) else length for axis, length in enumerate(stated)
    ]
    count, batches = math.prod(x.shape), (1, builder.batch or 1, -1)
    rest = shape[1:]
    if len(shape) >= 2 and shape[0] in batches and shape.count(-1) <= 1:
        known = math.prod(length for length in rest if length != -1)
        if -1 in rest and known > 0 and count % known == 0:
            rest[rest.index(-1)] = count // known
        if math.prod(rest) == count and min(rest) > 0:
            if len(rest) == 1:
                return flattened(builder, step, x)
            return x if x.shape == (1, *rest) else reshaped(builder, step, x, (1, *rest))
    return step.refuse(
        f"shape {list(stated)} of {x.shape}", f"{count} values for each sample, behind an axis for the batch"
    )


def _squeeze(builder: GraphBuilder, step: Step) -> Tensor:
    x, axes = step.tensor(), step.integers(1, "axes")
    if axes is None:
        axes = [axis for axis in range(len(x.shape)) if x.shape[axis] == 1 and axis != x.batch_axis]
    dropped = {checked_axis(step, axis, len(x.shape)) for axis in axes}
    if x.batch_axis in dropped or any(x.shape[axis] != 1 for axis in dropped):
        step.refuse(f"axes {axes} of {x.shape}", "axes of length one beside the batch")
    return without(builder, step, x, dropped)


def without(builder: GraphBuilder, step: Step, x: Tensor, dropped: Collection[int]) -> Tensor:
    """``x`` without some of its ONNX axes, which have length one and are not the batch's."""
    first = [length for axis, length in enumerate(x.shape) if axis not in {*dropped, x.batch_axis}]
    place = sum(axis not in dropped for axis in range(x.batch_axis))
    return batch_moved(of_shape(builder, step, batch_first(x), [1, *first]), place)


def _unsqueeze(builder: GraphBuilder, step: Step) -> Tensor:
    x, axes = step.tensor(), step.integers(1, "axes") or []
    rank = len(x.shape) + len(axes)
    new = {checked_axis(step, axis, rank) for axis in axes}
    if 0 in new or len(new) != len(axes):
        step.refuse(f"axes {axes}", "different axes behind the batch")
    lengths = iter(x.shape)
    return of_shape(builder, step, x, [1 if axis in new else next(lengths) for axis in range(rank)])


def checked_axis(step: Step, axis: int, rank: int) -> int:
    """An axis, counted from the first. ValueError for one that ``rank`` axes do not have."""
    if not -rank <= axis < rank:
        step.refuse(f"axis {axis}", f"one of {rank} axes")
    return axis % rank


def _transpose(builder: GraphBuilder, step: Step) -> Tensor:
    x = step.tensor()
    order = tuple(step.attributes.get("perm", range(len(x.shape))[::-1]))
    if sorted(order) != list(range(len(x.shape))) or (x.order is not None and order[0] != 0):
        step.refuse(f"perm {order} of {x.shape}", "each axis once; of a flattened picture the batch first")
    return transposed(x, order)


def _depth_to_space(builder: GraphBuilder, step: Step) -> Tensor:
    x, size = step.tensor(), int(step.attributes.get("blocksize", 0))
    if len(x.shape) != 4 or size < 1 or x.shape[1] % (size * size):
        step.refuse(f"blocksize {size} of {x.shape}", "a picture whose channels the square of it divides")
    _, channels, rows, columns = x.shape
    deep = channels // (size * size)
    if step.attributes.get("mode", b"DCR") == b"CRD":
        shape, order = (1, deep, size, size, rows, columns), (0, 1, 4, 2, 5, 3)
    else:
        shape, order = (1, size, size, deep, rows, columns), (0, 3, 4, 1, 5, 2)
    x = transposed(reshaped(builder, step, x, shape), order)
    return reshaped(builder, step, x, (1, deep, rows * size, columns * size))


def _space_to_depth(builder: GraphBuilder, step: Step) -> Tensor:
    x, size = step.tensor(), int(step.attributes.get("blocksize", 0))
    if len(x.shape) != 4 or size < 1 or x.shape[2] % size or x.shape[3] % size:
        step.refuse(f"blocksize {size} of {x.shape}", "a picture whose rows and columns it divides")
    _, channels, rows, columns = x.shape
    x = reshaped(builder, step, x, (1, channels, rows // size, size, columns // size, size))
    return reshaped(
        builder, step, transposed(x, (0, 3, 5, 1, 2, 4)), (1, channels * size * size, rows // size, columns // size)
    )


def _shape(builder: GraphBuilder, step: Step) -> NDArray[Any]:
    """The shape as a constant; a batch that is not stated is one."""
    x = step.tensor()
    shape = [builder.batch or 1 if axis == x.batch_axis else length for axis, length in enumerate(x.shape)]
    return np.array(shape[step.attributes.get("start", 0) : step.attributes.get("end", len(shape))], np.int64)


def _expand(builder: GraphBuilder, step: Step) -> Tensor:
    x, shape = step.tensor(), step.integers(1, "shape") or []
    if len(shape) > len(x.shape) or any(
        new not in (1, old, builder.batch if axis == 0 else old)
        for axis, (old, new) in enumerate(zip(x.shape[len(x.shape) - len(shape) :], shape, strict=True))
    ):
        step.refuse(f"shape {shape} of {x.shape}", "the shape that it has")
    return x


def _cast(builder: GraphBuilder, step: Step) -> Tensor:
    real = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE, onnx.TensorProto.BFLOAT16)
    if step.attributes["to"] not in real:
        step.refuse(f"to is {step.attributes['to']}", "a type of real numbers")
    return step.tensor()


def _same(builder: GraphBuilder, step: Step) -> Tensor:
    return step.tensor()


def _dropout(builder: GraphBuilder, step: Step) -> Tensor:
    if step.constant(2, 0.0):
        step.refuse("training_mode is 1", "0")
    return step.tensor()


SHAPES: dict[str, Operator] = {
    "Cast": _cast,
    "DepthToSpace": _depth_to_space,
    "Dropout": _dropout,
    "Expand": _expand,
    "Flatten": _flatten,
    "Identity": _same,
    "Reshape": _reshape,
    "Shape": _shape,
    "SpaceToDepth": _space_to_depth,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
