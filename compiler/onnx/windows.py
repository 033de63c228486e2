"""ONNX operators whose windows move over pictures: convolution and pooling.

Automatic padding of an axis of length n with windows that reach over r values and step by s::

    SAME:  total = max((ceil(n / s) - 1) s + r - n, 0), the odd one at the end (UPPER) or the beginning (LOWER)

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

import math
from typing import Any

import numpy as np

from lowtide.golden.network.floating.convolution import Geometry

from .tensors import CHANNELS_LAST, VECTORS, Importer, Operator, Step, Tensor

__all__ = ["WINDOWS"]


def _conv(importer: Importer, step: Step) -> Tensor:
    x = step.tensor(CHANNELS_LAST)
    weight = step.constant(1).transpose(2, 3, 1, 0)
    attributes = _windows(step, x, weight.shape[:2]) | {"groups": int(step.attributes.get("group", 1))}
    shape = _after(step, x, {"size": weight.shape[:2], **attributes}, weight.shape[3])
    return importer.emit(
        step,
        "conv",
        [x],
        x,
        weight=weight,
        bias=step.constant(2, np.zeros(weight.shape[3])),
        attributes=attributes,
        shape=shape,
    )


def _pool(op: str) -> Operator:
    def make(importer: Importer, step: Step) -> Tensor:
        x = step.tensor(CHANNELS_LAST)
        size = tuple(step.attributes["kernel_shape"])
        attributes = _windows(step, x, size) | {"size": size}
        if attributes.pop("dilation") != (1, 1) or step.attributes.get("ceil_mode", 0):
            step.refuse("dilations or ceil_mode", "pooling without them")
        if any(attributes["padding"]) and step.attributes.get("count_include_pad", 0):
            step.refuse("count_include_pad is 1", "averages of what lies inside the picture")
        return importer.emit(step, op, [x], x, attributes=attributes, shape=_after(step, x, attributes, x.shape[1]))

    return make


def _global_average_pool(importer: Importer, step: Step) -> Tensor:
    x = step.tensor(CHANNELS_LAST)
    return importer.emit(step, "global_average_pool", [x], x, shape=(1, x.shape[1], 1, 1), axes=VECTORS)


def _windows(step: Step, x: Tensor, size: tuple[int, ...]) -> dict[str, Any]:
    """stride, padding and dilation of a convolution or pooling of pictures."""
    stride, dilation = (tuple(step.attributes.get(name, (1, 1))) for name in ("strides", "dilations"))
    automatic = step.attributes.get("auto_pad", b"NOTSET").decode()
    padding = tuple(step.attributes.get("pads", (0, 0, 0, 0)))
    if automatic in ("SAME_UPPER", "SAME_LOWER"):
        totals = [
            max((math.ceil(length / s) - 1) * s + (k - 1) * d + 1 - length, 0)
            for length, s, k, d in zip(x.shape[2:], stride, size, dilation, strict=True)
        ]
        smaller, larger = [total // 2 for total in totals], [total - total // 2 for total in totals]
        padding = (*smaller, *larger) if automatic == "SAME_UPPER" else (*larger, *smaller)
    elif automatic == "VALID":
        padding = (0, 0, 0, 0)
    return {"stride": stride, "padding": padding, "dilation": dilation}


def _after(step: Step, x: Tensor, attributes: dict[str, Any], channels: int) -> tuple[int, ...]:
    """The shape that windows over ``x`` leave."""
    try:
        return (1, channels, *Geometry(**attributes).output_size(*x.shape[2:]))
    except ValueError as error:
        raise ValueError(f"{step.op} {step.name}: {error}") from None


WINDOWS: dict[str, Operator] = {
    "AveragePool": _pool("average_pool"),
    "Conv": _conv,
    "GlobalAveragePool": _global_average_pool,
    "MaxPool": _pool("max_pool"),
}
