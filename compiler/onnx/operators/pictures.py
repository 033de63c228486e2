"""ONNX operators that make pictures smaller or larger as a whole: means, padding with zeros, repeated pixels.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.arranging import arranged
from ..graph.builder import GraphBuilder, Operator
from ..graph.step import Step
from ..graph.tensor import CHANNELS_LAST, Tensor
from ..model.constants import check_size
from .windows import picture

__all__ = ["PICTURES"]


def _global_average_pool(builder: GraphBuilder, step: Step) -> Tensor:
    x = step.tensor()
    return _mean(builder, step, x, tuple(range(2, len(x.shape))), True)


def _reduce_mean(builder: GraphBuilder, step: Step) -> Tensor:
    x, axes = step.tensor(), step.integers(1, "axes")
    if axes is None:
        axes = [] if step.attributes.get("noop_with_empty_axes", 0) else list(range(len(x.shape)))
    if not axes:
        return x
    if any(not -len(x.shape) <= axis < len(x.shape) for axis in axes):
        step.refuse(f"axes {axes}", f"some of {len(x.shape)} axes")
    reduced = tuple(sorted({axis % len(x.shape) for axis in axes}))
    return _mean(builder, step, x, reduced, bool(step.attributes.get("keepdims", 1)))


def _mean(builder: GraphBuilder, step: Step, x: Tensor, reduced: tuple[int, ...], keeps: bool) -> Tensor:
    """The mean over some axes: one or two of them, and one that stays."""
    over = [axis for axis in reduced if x.shape[axis] != 1]
    stay = [axis for axis in range(1, len(x.shape)) if axis not in reduced and x.shape[axis] != 1]
    if 0 in reduced or len(over) > 2 or len(stay) > 1:
        step.refuse(
            f"a mean over the axes {reduced} of {x.shape}", "one over pictures or lines that leaves the channels"
        )
    channels = stay[0] if stay else next((axis for axis in range(1, len(x.shape)) if axis not in reduced), None)
    shape = [1 if axis in reduced else length for axis, length in enumerate(x.shape)]
    kept = shape if keeps else [length for axis, length in enumerate(shape) if axis not in reduced]
    if channels is None or len(kept) < 2:
        step.refuse(f"a mean over the axes {reduced} of {x.shape}", "one that leaves an axis behind the batch")
    x = arranged(builder, step, x, (0, *over, channels))
    lengths = (*(x.shape[axis] for axis in over), 1, 1)[:2]
    as_picture = Tensor(x.name, (1, x.shape[channels], *lengths), CHANNELS_LAST)
    if x.graph_shape != as_picture.graph_shape:
        name = builder.helper_name(step, "picture")
        attributes = {"shape": as_picture.graph_shape[1:]}
        as_picture = builder.emit(step, "reshape", [x], as_picture, name=name, attributes=attributes)
    place = kept.index(x.shape[channels], 1) if not keeps else channels
    return builder.emit(step, "global_average_pool", [as_picture], x, shape=tuple(kept), axes=(0, place))


def _pad(builder: GraphBuilder, step: Step) -> Tensor:
    x = step.tensor()
    rank = len(x.shape)
    pads = step.integers(1, "pads", step.attributes.get("paddings")) or []
    value, axes = step.constant(2, step.attributes.get("value", 0.0)), step.integers(3, "", list(range(rank))) or []
    if step.attributes.get("mode", b"constant") != b"constant" or np.size(value) != 1 or float(np.ravel(value)[0]):
        step.refuse("another mode or value", "padding with zeros")
    if len(pads) != 2 * len(axes) or any(not -rank <= axis < rank for axis in axes) or min(pads, default=0) < 0:
        step.refuse(f"pads {pads} of {x.shape}", "lengths >= 0 before and behind each axis")
    before, after = [0] * rank, [0] * rank
    for place, axis in enumerate(axes):
        before[axis % rank], after[axis % rank] = pads[place], pads[place + len(axes)]
    if not any(pads):
        return x
    if rank != 4 or any((*before[:2], *after[:2])):
        step.refuse(f"pads {pads} of {x.shape}", "padding of the rows and columns of a picture")
    x = picture(builder, step)
    shape = tuple(length + a + b for length, a, b in zip(x.shape, before, after, strict=True))
    attributes = {"padding": (before[2], before[3], after[2], after[3])}
    return builder.emit(step, "pad", [x], x, attributes=attributes, shape=shape)


def _resize(builder: GraphBuilder, step: Step) -> Tensor:
    """Resize and Upsample by whole factors, every pixel repeated."""
    x, is_old = picture(builder, step), step.op == "Upsample" or step.version < 11
    if step.attributes.get("mode", b"nearest") != b"nearest":
        step.refuse(f"mode is {step.attributes['mode'].decode(errors='replace')}", "nearest")
    scales = step.constant(1 if is_old else 2, step.attributes.get("scales"))
    sizes = None if is_old else step.constant(3)
    if scales is not None and np.size(scales):
        factors = np.ravel(scales).astype(float).tolist()
        sizes = [math.floor(length * factor) for length, factor in zip(x.shape, factors, strict=False)]
    elif sizes is not None:
        sizes = [int(size) for size in np.ravel(sizes)]
        factors = [size / length for size, length in zip(sizes, x.shape, strict=False)]
    else:
        step.refuse("scales and sizes are left out", "one of them")
    if "axes" in step.attributes or len(sizes) != 4 or factors[1] != 1 or sizes[0] not in (1, builder.batch):
        step.refuse(f"scales {factors}", "factors of rows and columns")
    if any(factor < 1 or factor != math.floor(factor) for factor in factors[2:]):
        step.refuse(f"scales {factors}", "whole factors of 1 and more")
    check_size(f"output of {step.op} {step.name}", [x.shape[1], *sizes[2:]])
    for length, factor in zip(x.shape[2:], map(int, factors[2:]), strict=True):
        if not np.array_equal(_nearest(step, length, factor, is_old), np.arange(length * factor) // factor):
            step.refuse("coordinate_transformation_mode and nearest_mode", "those that repeat every pixel alike")
    attributes = {"factor": (int(factors[2]), int(factors[3]))}
    shape = (*x.shape[:2], *sizes[2:])
    return builder.emit(step, "upsample", [x], x, attributes=attributes, shape=shape)


def _nearest(step: Step, length: int, factor: int, is_old: bool) -> Any:
    """The pixel that each new one takes, along an axis."""
    places = np.arange(length * factor, dtype=np.float64)
    if is_old:
        return np.floor(places / factor)
    kind = step.attributes.get("coordinate_transformation_mode", b"half_pixel").decode(errors="replace")
    if kind in ("half_pixel", "pytorch_half_pixel", "half_pixel_symmetric"):
        exact = (places + 0.5) / factor - 0.5 if kind != "pytorch_half_pixel" or len(places) > 1 else places * 0
    elif kind == "asymmetric":
        exact = places / factor
    else:
        step.refuse(f"coordinate_transformation_mode is {kind}", "half_pixel or asymmetric")
    rounding: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
        "round_prefer_floor": lambda x: np.ceil(x - 0.5),
        "round_prefer_ceil": lambda x: np.floor(x + 0.5),
        "floor": lambda x: np.floor(x),
        "ceil": lambda x: np.ceil(x),
    }
    named = step.attributes.get("nearest_mode", b"round_prefer_floor").decode(errors="replace")
    if named not in rounding:
        step.refuse(f"nearest_mode is {named}", ", ".join(rounding))
    return np.clip(rounding[named](exact), 0, length - 1)


PICTURES: dict[str, Operator] = {
    "GlobalAveragePool": _global_average_pool,
    "Pad": _pad,
    "ReduceMean": _reduce_mean,
    "Resize": _resize,
    "Upsample": _resize,
}
