"""Tensors whose values lie in the graph as an operator needs them: other axes, other lengths.

A transposition in ONNX changes what the axes of a tensor are and moves nothing; a node moves values only where an
operator needs its axes in another order than they lie.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .builder import GraphBuilder
from .step import Step
from .tensor import VECTORS, Tensor

__all__ = ["arranged", "batch_first", "batch_moved", "flattened", "reshaped", "transposed"]


def arranged(builder: GraphBuilder, step: Step, x: Tensor, axes: Sequence[int]) -> Tensor:
    """``x`` with these ONNX axes in the graph, that of the batch first; they hold every axis longer than one."""
    axes = tuple(axes)
    if x.order is not None:
        x = _in_order(builder, step, x)
    if x.axes == axes:
        return x
    wanted = tuple(axis for axis in axes[1:] if x.shape[axis] != 1)
    batch = x.batch_axis
    assert set(wanted) == set(x.long_axes) and axes[0] == batch, "all axes are arranged"
    if wanted != x.long_axes:
        x = _shaped(builder, step, x, (batch, *x.long_axes), x.shape)
        order = (0, *(1 + x.long_axes.index(axis) for axis in wanted))
        name = builder.helper_name(step, "transposed")
        x = builder.emit(step, "transpose", [x], x, name=name, attributes={"order": order}, axes=(batch, *wanted))
    return _shaped(builder, step, x, axes, x.shape)


def transposed(x: Tensor, order: Sequence[int]) -> Tensor:
    """``x`` with its ONNX axes in another order: nothing moves."""
    order = tuple(order)
    return replace(x, shape=tuple(x.shape[axis] for axis in order), axes=tuple(map(order.index, x.axes)))


def batch_first(x: Tensor) -> Tensor:
    """``x`` with the batch as its first ONNX axis: nothing moves."""
    return transposed(x, (x.batch_axis, *(axis for axis in range(len(x.shape)) if axis != x.batch_axis)))


def batch_moved(x: Tensor, place: int) -> Tensor:
    """``x``, whose first ONNX axis is the batch, with the batch at another place: nothing moves."""
    return transposed(x, (*range(1, place + 1), 0, *range(place + 1, len(x.shape)))) if place else x


def flattened(builder: GraphBuilder, step: Step, x: Tensor) -> Tensor:
    """``x`` as a vector: values lie as they did, and the vector knows their ONNX places."""
    shape = (1, math.prod(x.shape[1:]))
    if len(x.axes) == 2:  # vectors, or pictures of one pixel
        return replace(x, shape=shape, axes=VECTORS)
    lengths = [x.shape[axis] for axis in sorted(x.long_axes)]
    places = np.arange(shape[1]).reshape(lengths)
    places = places.transpose([sorted(x.long_axes).index(axis) for axis in x.long_axes]).ravel()
    in_place = np.array_equal(places, np.arange(shape[1]))
    order, before = (None, None) if in_place else (places, x)
    return builder.emit(step, "flatten", [x], x, shape=shape, axes=VECTORS, order=order, flattened=before)


def reshaped(builder: GraphBuilder, step: Step, x: Tensor, shape: Sequence[int]) -> Tensor:
    """``x`` of another ONNX shape, the batch of one first, of as many values.

    Old and new axes fall into groups of equal numbers of values. Where the old axes of every group lie side by side in
    the graph, in their order, nothing moves.
    """
    shape = tuple(shape)
    if x.order is not None:
        x = _in_order(builder, step, x)
    groups = [
        (tuple(axis for axis in old if x.shape[axis] != 1), tuple(axis for axis in new if shape[axis] != 1))
        for old, new in _groups(x.shape, shape)
    ]
    groups = [group for group in groups if group[0]]
    if any(not _lie_together(x.long_axes, old) for old, _ in groups):
        # The channels of a picture come last; of other shapes, what is last stays last.
        groups.sort(key=lambda group: 1 in group[1] if len(shape) == 4 else x.long_axes[-1] in group[0])
        x = arranged(builder, step, x, (0, *(axis for old, _ in groups for axis in old)))
    else:
        groups.sort(key=lambda group: x.long_axes.index(group[0][0]))
    axes = [axis for _, new in groups for axis in new] or [len(shape) - 1]
    return _shaped(builder, step, x, (0, *axes), shape)


def _lie_together(axes: tuple[int, ...], group: tuple[int, ...]) -> bool:
    """Whether the axes of a group lie side by side, in order."""
    start = axes.index(group[0])
    return axes[start : start + len(group)] == group


def _groups(old: tuple[int, ...], new: tuple[int, ...]) -> list[tuple[list[int], list[int]]]:
    """The fewest axes of either shape, behind the batch, that have equal numbers of values, in order."""
    groups, i, j = [], 1, 1
    while i < len(old) or j < len(new):
        first: list[int] = []
        second: list[int] = []
        values = others = 1
        while not first or not second or values != others:
            if i < len(old) and (values <= others or j == len(new)):
                values *= old[i]
                first.append(i)
                i += 1
            elif j < len(new):
                others *= new[j]
                second.append(j)
                j += 1
            else:  # what is left has length one
                break
        groups.append((first, second))
    return groups


def _shaped(builder: GraphBuilder, step: Step, x: Tensor, axes: tuple[int, ...], shape: tuple[int, ...]) -> Tensor:
    """``x`` with these axes of that shape, whose values lie as those of ``x``: a node if the graph's shape changes."""
    target = tuple(shape[axis] for axis in axes[1:])
    if target == x.graph_shape[1:]:
        return replace(x, axes=axes, shape=shape)
    name = builder.helper_name(step, "reshaped")
    return builder.emit(step, "reshape", [x], x, name=name, attributes={"shape": target}, axes=axes, shape=shape)


def _in_order(builder: GraphBuilder, step: Step, x: Tensor) -> Tensor:
    """A flattened tensor with its values in ONNX's order."""
    if x.flattened is None:
        step.refuse("input is a concatenation of flattened pictures", "flattening what was concatenated")
    before = replace(x.flattened, name=x.name, order=None)
    graph = before.graph_shape[1:]
    name = builder.helper_name(step, "unflattened")
    before = builder.emit(step, "reshape", [x], before, name=name, attributes={"shape": graph})
    before = arranged(builder, step, before, (0, *sorted(before.long_axes)))
    return _shaped(builder, step, before, VECTORS, x.shape)
