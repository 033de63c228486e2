"""ONNX operators that move values and change none: what a graph's tensor is in ONNX changes, or its shape.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

import math
from dataclasses import replace

import numpy as np

from .tensors import VECTORS, Importer, Operator, Step, Tensor

__all__ = ["SHAPES"]


def _concat(importer: Importer, step: Step) -> Tensor:
    tensors, first = step.inputs, step.inputs[0]
    if not all(isinstance(x, Tensor) and x.axes == first.axes for x in tensors):
        step.refuse("inputs of other axes or a constant", "tensors that are alike")
    axis = step.attributes["axis"] % len(first.shape)
    if axis != first.axes[-1]:
        step.refuse(f"axis {axis}", "the graph's last one")
    lengths = [x.shape[axis] for x in tensors]
    order = None
    if any(x.order is not None for x in tensors):
        starts = np.cumsum([0, *lengths[:-1]])
        order = np.concatenate([start + x.places for start, x in zip(starts, tensors, strict=True)])
    shape = tuple(sum(lengths) if place == axis else length for place, length in enumerate(first.shape))
    return importer.emit(step, "concat", tensors, first, shape=shape, order=order)


def _flatten(importer: Importer, step: Step) -> Tensor:
    axis = step.attributes.get("axis", 1)
    if axis % len(step.tensor().shape) != 1:
        step.refuse(f"axis {axis}", "1")
    return _flattened(importer, step)


def _reshape(importer: Importer, step: Step) -> Tensor:
    x, shape = step.tensor(), [int(length) for length in step.constant(1)]
    if 0 in shape and not step.attributes.get("allowzero", 0):
        shape = [x.shape[axis] if length == 0 else length for axis, length in enumerate(shape)]
    count = math.prod(x.shape[1:])
    if len(shape) == 2 and shape in ([-1, count], [1, count], [1, -1]):
        return _flattened(importer, step)
    if len(shape) == len(x.shape) and all(new in (old, -1) for new, old in zip(shape, x.shape, strict=True)):
        return x
    step.refuse(f"shape {shape} of {x.shape}", "flattening to [batch, values]")


def _flattened(importer: Importer, step: Step) -> Tensor:
    x = step.tensor()
    shape = (1, math.prod(x.shape[1:]))
    if len(x.axes) == 2:  # vectors, or pictures of one pixel
        return replace(x, shape=shape, axes=VECTORS)
    if x.axes[0] != 0 or x.order is not None:
        step.refuse(f"axes {x.axes}", "the batch first, pictures that were not flattened before")
    places = np.arange(shape[1]).reshape(x.shape).transpose(x.axes).ravel()
    order = None if np.array_equal(places, np.arange(shape[1])) else places
    return importer.emit(step, "flatten", [x], x, shape=shape, axes=VECTORS, order=order)


def _transpose(importer: Importer, step: Step) -> Tensor:
    x = step.tensor()
    if len(x.axes) != len(x.shape):
        step.refuse("a picture of one pixel", "flattening it first")
    swapped = tuple(step.attributes.get("perm", range(len(x.shape))[::-1]))
    if swapped[0] != 0:
        step.refuse(f"perm {swapped}", "the batch first")
    return replace(x, shape=tuple(x.shape[axis] for axis in swapped), axes=tuple(map(swapped.index, x.axes)))


def _same(importer: Importer, step: Step) -> Tensor:
    return step.tensor()


def _dropout(importer: Importer, step: Step) -> Tensor:
    if step.constant(2, 0.0):
        step.refuse("training_mode is 1", "0")
    return step.tensor()


SHAPES: dict[str, Operator] = {
    "Concat": _concat,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Identity": _same,
    "Reshape": _reshape,
    "Transpose": _transpose,
}
