"""ONNX operators whose windows move over pictures: convolution and pooling.

Automatic padding of an axis of length n with windows that reach over r values and step by s::

    SAME:  total = max((ceil(n / s) - 1) s + r - n, 0), the odd one at the end (UPPER) or the beginning (LOWER)

Lines, tensors of three axes, are pictures of one column.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from lowtide.golden.network.floating.convolution import Geometry

from ..graph.arranging import arranged, reshaped
from ..graph.builder import GraphBuilder, Operator
from ..graph.grids import columns_of
from ..graph.step import Step
from ..graph.tensor import CHANNELS_LAST, Tensor

__all__ = ["WINDOWS", "picture"]


def _of_lines(operator: Operator) -> Operator:
    """The operator of pictures, for lines too."""

    def make(builder: GraphBuilder, step: Step) -> Any:
        x = step.tensor()
        if len(x.shape) != 3:
            return operator(builder, step)
        attributes = dict(step.attributes)
        for name in ("kernel_shape", "strides", "dilations"):
            if name in attributes:
                attributes[name] = [*attributes[name], 1]
        if "pads" in attributes:
            attributes["pads"] = [each for pad in attributes["pads"] for each in (pad, 0)]
        weights = [value[..., None] if np.ndim(value) == 3 else value for value in step.inputs[1:]]
        wide = reshaped(builder, step, x, (*x.shape, 1))
        made = operator(builder, replace(step, inputs=(wide, *weights), attributes=attributes))
        assert isinstance(made, Tensor), "windows make a tensor"
        return reshaped(builder, step, made, made.shape[:3])

    return make


def picture(builder: GraphBuilder, step: Step) -> Tensor:
    """The first input as a picture with channels last."""
    x = step.tensor()
    if len(x.shape) != 4:
        step.refuse(f"input has shape {x.shape}", "[batch, channels, height, width], or three axes")
    return arranged(builder, step, x, CHANNELS_LAST)


def _conv(builder: GraphBuilder, step: Step) -> Tensor:
    weight, columns = step.constant(1), columns_of(step.inputs[1], 0)
    x, groups = picture(builder, step), int(step.attributes.get("group", 1))
    if weight.ndim != 4 or groups < 1 or weight.shape[1] * groups != x.shape[1] or weight.shape[0] % groups:
        step.refuse(f"weight {weight.shape} in {groups} groups on {x.shape}", "[outputs, channels / groups, y, x]")
    weight = weight.transpose(2, 3, 1, 0)
    bias = step.constant(2, np.zeros(weight.shape[3]))
    if bias.shape != weight.shape[3:]:
        step.refuse(f"bias {bias.shape}", f"{weight.shape[3]} values")
    stated = tuple(step.attributes.get("kernel_shape", weight.shape[:2]))
    if stated != weight.shape[:2]:
        step.refuse(f"kernel_shape {stated}", f"that of the weight, {weight.shape[:2]}")
    attributes = _windows(step, x, weight.shape[:2]) | {"groups": groups}
    padded = builder.node(x)
    if (
        padded is not None and padded.op == "pad" and x.name not in builder.quantisers
    ):  # zeros around the picture are padding of the convolution too
        more = padded.attributes["padding"]
        attributes["padding"] = tuple(a + b for a, b in zip(attributes["padding"], more, strict=True))
        inside = (x.shape[2] - more[0] - more[2], x.shape[3] - more[1] - more[3])
        x = replace(x, name=padded.inputs[0], shape=(*x.shape[:2], *inside))
    shape = _after(step, x, {"size": weight.shape[:2], **attributes}, weight.shape[3])
    return builder.emit(
        step, "conv", [x], x, weight=weight, bias=bias, attributes=attributes, columns=columns, shape=shape
    )


def _pool(op: str) -> Operator:
    def make(builder: GraphBuilder, step: Step) -> Tensor:
        x = picture(builder, step)
        size = tuple(step.attributes["kernel_shape"])
        attributes = _windows(step, x, size) | {"size": size}
        if attributes.pop("dilation") != (1, 1):
            step.refuse("dilations", "windows without them")
        inside = op == "max_pool" or not step.attributes.get("count_include_pad", 0)
        shape = _after(step, x, attributes, x.shape[1])
        if step.attributes.get("ceil_mode", 0):
            attributes, shape = _up(step, x, attributes, inside)
        if not inside and any(attributes["padding"]):
            name, more = builder.helper_name(step, "padded"), attributes["padding"]
            larger = (*x.shape[:2], x.shape[2] + more[0] + more[2], x.shape[3] + more[1] + more[3])
            x = builder.emit(step, "pad", [x], x, name=name, attributes={"padding": more}, shape=larger)
            attributes["padding"] = (0, 0, 0, 0)
        return builder.emit(step, op, [x], x, attributes=attributes, shape=shape)

    return _of_lines(make)


def _up(step: Step, x: Tensor, attributes: dict[str, Any], inside: bool) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Padding, and the shape that it leaves, of windows whose number is rounded up: the last one may reach beyond the
    padded picture, and begins in it."""
    padding = list(attributes["padding"])
    for axis in (0, 1):
        length, before, after = x.shape[2 + axis], padding[axis], padding[2 + axis]
        k, s = attributes["size"][axis], attributes["stride"][axis]
        count = -(-(length + before + after - k) // s) + 1
        if (count - 1) * s >= length + before:
            count -= 1
        padding[2 + axis] = max((count - 1) * s + k - length - before, after)
    if not inside and tuple(padding) != tuple(attributes["padding"]):
        step.refuse("ceil_mode with count_include_pad", "one of them")
    attributes = attributes | {"padding": tuple(padding)}
    return attributes, _after(step, x, attributes, x.shape[1])


def _global_max_pool(builder: GraphBuilder, step: Step) -> Tensor:
    x = picture(builder, step)
    attributes = {"size": x.shape[2:], "stride": (1, 1), "padding": (0, 0, 0, 0)}
    return builder.emit(step, "max_pool", [x], x, attributes=attributes, shape=(*x.shape[:2], 1, 1))


def _windows(step: Step, x: Tensor, size: tuple[int, ...]) -> dict[str, Any]:
    """stride, padding and dilation of a convolution or pooling of pictures."""
    stride, dilation = (tuple(step.attributes.get(name, (1, 1))) for name in ("strides", "dilations"))
    automatic = step.attributes.get("auto_pad", b"NOTSET")
    padding = tuple(step.attributes.get("pads", (0, 0, 0, 0)))
    if automatic in (b"SAME_UPPER", b"SAME_LOWER"):
        _geometry(step, {"size": size, "stride": stride, "dilation": dilation})
        totals = [
            max((math.ceil(length / s) - 1) * s + (k - 1) * d + 1 - length, 0)
            for length, s, k, d in zip(x.shape[2:], stride, size, dilation, strict=True)
        ]
        smaller, larger = [total // 2 for total in totals], [total - total // 2 for total in totals]
        padding = (*smaller, *larger) if automatic == b"SAME_UPPER" else (*larger, *smaller)
    elif automatic == b"VALID":
        padding = (0, 0, 0, 0)
    elif automatic != b"NOTSET":
        step.refuse(f"auto_pad is {automatic.decode(errors='replace')}", "NOTSET, SAME_UPPER, SAME_LOWER or VALID")
    return {"stride": stride, "padding": padding, "dilation": dilation}


def _after(step: Step, x: Tensor, attributes: dict[str, Any], channels: int) -> tuple[int, ...]:
    """The shape that windows over ``x`` leave."""
    geometry = _geometry(step, attributes)
    try:
        return (1, channels, *geometry.output_size(*x.shape[2:]))
    except ValueError as error:
        raise ValueError(f"{step.op} {step.name}: {error}") from None


def _geometry(step: Step, attributes: dict[str, Any]) -> Geometry:
    try:
        return Geometry(**attributes)
    except ValueError as error:
        raise ValueError(f"{step.op} {step.name}: {error}") from None


WINDOWS: dict[str, Operator] = {
    "AveragePool": _pool("average_pool"),
    "Conv": _of_lines(_conv),
    "GlobalMaxPool": _of_lines(_global_max_pool),
    "MaxPool": _pool("max_pool"),
}
