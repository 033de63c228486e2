"""Each ONNX operator as nodes of a graph: functions of the `Importer` and a `Step` that return the output's `Tensor`.

Automatic padding of an axis of length n with windows that reach over r values and step by s::

    SAME:  total = max((ceil(n / s) - 1) s + r - n, 0), the odd one at the end (UPPER) or the beginning (LOWER)

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

import math
from dataclasses import replace

import numpy as np

from lowtide.golden.network.convolution import Geometry

from .onnx_tensors import CHANNELS_LAST, Tensor

__all__ = ["OPERATORS"]

_VECTORS = (0, 1)


def _conv(importer, step):
    x = step.tensor(CHANNELS_LAST)
    weight = step.constant(1).transpose(2, 3, 1, 0)
    attributes = _windows(step, x, weight.shape[:2]) | {"groups": int(step.attributes.get("group", 1))}
    shape = _after(x, Geometry(size=weight.shape[:2], **attributes), weight.shape[3])
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


def _pool(op):
    def make(importer, step):
        x = step.tensor(CHANNELS_LAST)
        size = tuple(step.attributes["kernel_shape"])
        attributes = _windows(step, x, size) | {"size": size}
        if attributes.pop("dilation") != (1, 1) or step.attributes.get("ceil_mode", 0):
            step.refuse("dilations or ceil_mode", "pooling without them")
        if any(attributes["padding"]) and step.attributes.get("count_include_pad", 0):
            step.refuse("count_include_pad is 1", "averages of what lies inside the picture")
        return importer.emit(
            step, op, [x], x, attributes=attributes, shape=_after(x, Geometry(**attributes), x.shape[1])
        )

    return make


def _global_average_pool(importer, step):
    x = step.tensor(CHANNELS_LAST)
    return importer.emit(step, "global_average_pool", [x], x, shape=(1, x.shape[1], 1, 1), axes=_VECTORS)


def _gemm(importer, step):
    if step.attributes.get("transA", 0):
        step.refuse("transA is 1", "0")
    weight = step.constant(1)
    weight = step.attributes.get("alpha", 1.0) * (weight.T if step.attributes.get("transB", 0) else weight)
    bias = step.attributes.get("beta", 1.0) * step.constant(2, np.zeros(1))
    return _linear(importer, step, weight, bias)


def _matmul(importer, step):
    return _linear(importer, step, step.constant(1), np.zeros(1))


def _linear(importer, step, weight, bias):
    x = step.tensor()
    if weight.ndim != 2 or x.axes != tuple(range(len(x.shape))) or bias.size not in (1, weight.shape[1]):
        step.refuse(f"weight {weight.shape}, bias {bias.shape} on axes {x.axes}", "a matrix over the last axis")
    if x.order is not None:
        weight = weight[x.order]
    return importer.emit(
        step,
        "linear",
        [x],
        x,
        weight=weight,
        bias=np.broadcast_to(bias.ravel(), weight.shape[1:]),
        shape=(*x.shape[:-1], weight.shape[1]),
        order=None,
    )


def _add(importer, step):
    tensors = [x for x in step.inputs if isinstance(x, Tensor)]
    if len(tensors) == 2:
        first, second = tensors
        if first.shape != second.shape or first.axes != second.axes or not _same_order(first, second):
            step.refuse(f"shapes {first.shape} and {second.shape}", "two tensors that are alike")
        return importer.emit(step, "add", tensors, first)
    (x,) = tensors
    (values,) = (value for value in step.inputs if not isinstance(value, Tensor))
    values = _along_last_axis(step, x, np.asarray(values, np.float64))
    merged = importer.add_to_bias(step, x, values)
    return merged or importer.emit(step, "batch_norm", [x], x, weight=np.ones(len(values)), bias=values)


def _batch_normalization(importer, step):
    x = step.tensor()
    if x.axes not in (CHANNELS_LAST, _VECTORS) or step.attributes.get("training_mode", 0):
        step.refuse(f"axes {x.axes} or training_mode", "inference on the channels")
    scale, offset, mean, variance = map(step.constant, range(1, 5))
    factor = scale / np.sqrt(variance + step.attributes.get("epsilon", 1e-5))
    offset = offset - factor * mean
    if x.order is not None:
        factor, offset = factor[x.order], offset[x.order]
    return importer.emit(step, "batch_norm", [x], x, weight=factor, bias=offset)


def _unary(op):
    def make(importer, step):
        x = step.tensor()
        return importer.emit(step, op, [x], x)

    return make


def _clip(importer, step):
    low = step.constant(1, step.attributes.get("min", -np.inf))
    high = step.constant(2, step.attributes.get("max", np.inf))
    op = {(0.0, 6.0): "relu6", (0.0, np.inf): "relu"}.get((float(low), float(high)))
    if op is None and low == 0 and high >= np.finfo(np.float32).max:
        op = "relu"
    if op is None:
        step.refuse(f"range {float(low)} to {float(high)}", "0 to 6 or 0 to infinity")
    return _unary(op)(importer, step)


def _softmax(importer, step):
    x = step.tensor()
    axis = step.attributes.get("axis", -1 if step.version >= 13 else 1) % len(x.shape)
    if axis != x.axes[-1] or (step.version < 13 and axis != len(x.shape) - 1):
        step.refuse(f"axis {axis}", "the graph's last one")
    return importer.emit(step, "softmax", [x], x)


def _concat(importer, step):
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
        order = np.concatenate([start + _places(x) for start, x in zip(starts, tensors, strict=True)])
    shape = tuple(sum(lengths) if place == axis else length for place, length in enumerate(first.shape))
    return importer.emit(step, "concat", tensors, first, shape=shape, order=order)


def _flatten(importer, step):
    axis = step.attributes.get("axis", 1)
    if axis % len(step.tensor().shape) != 1:
        step.refuse(f"axis {axis}", "1")
    return _flattened(importer, step)


def _reshape(importer, step):
    x, shape = step.tensor(), [int(length) for length in step.constant(1)]
    if 0 in shape and not step.attributes.get("allowzero", 0):
        shape = [x.shape[axis] if length == 0 else length for axis, length in enumerate(shape)]
    count = math.prod(x.shape[1:])
    if len(shape) == 2 and shape in ([-1, count], [1, count], [1, -1]):
        return _flattened(importer, step)
    if len(shape) == len(x.shape) and all(new in (old, -1) for new, old in zip(shape, x.shape, strict=True)):
        return x
    step.refuse(f"shape {shape} of {x.shape}", "flattening to [batch, values]")


def _flattened(importer, step):
    x = step.tensor()
    shape = (1, math.prod(x.shape[1:]))
    if len(x.axes) == 2:  # vectors, or pictures of one pixel
        return replace(x, shape=shape, axes=_VECTORS)
    if x.axes[0] != 0 or x.order is not None:
        step.refuse(f"axes {x.axes}", "the batch first, pictures that were not flattened before")
    places = np.arange(shape[1]).reshape(x.shape).transpose(x.axes).ravel()
    order = None if np.array_equal(places, np.arange(shape[1])) else places
    return importer.emit(step, "flatten", [x], x, shape=shape, axes=_VECTORS, order=order)


def _transpose(importer, step):
    x = step.tensor()
    if len(x.axes) != len(x.shape):
        step.refuse("a picture of one pixel", "flattening it first")
    swapped = tuple(step.attributes.get("perm", range(len(x.shape))[::-1]))
    if swapped[0] != 0:
        step.refuse(f"perm {swapped}", "the batch first")
    return replace(x, shape=tuple(x.shape[axis] for axis in swapped), axes=tuple(map(swapped.index, x.axes)))


def _same(importer, step):
    return step.tensor()


def _dropout(importer, step):
    if step.constant(2, 0.0):
        step.refuse("training_mode is 1", "0")
    return step.tensor()


def _windows(step, x, size):
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


def _after(x, geometry, channels):
    return (1, channels, *geometry.output_size(*x.shape[2:]))


def _along_last_axis(step, x, values):
    """A constant that is added to ``x`` as one value for each place of the graph's last axis."""
    if values.ndim > len(x.shape):
        step.refuse(f"constant of shape {values.shape}", f"one that fits {x.shape}")
    full = values.reshape((1,) * (len(x.shape) - values.ndim) + values.shape)
    last = x.axes[-1]
    if any(length != 1 for axis, length in enumerate(full.shape) if axis != last):
        step.refuse(f"constant of shape {values.shape}", "one value for each channel")
    return np.broadcast_to(full.ravel(), (x.shape[last],))[_places(x)]


def _places(x):
    return np.arange(x.shape[x.axes[-1]]) if x.order is None else x.order


def _same_order(first, second):
    return np.array_equal(_places(first), _places(second))


OPERATORS = {
    "Add": _add,
    "AveragePool": _pool("average_pool"),
    "BatchNormalization": _batch_normalization,
    "Clip": _clip,
    "Concat": _concat,
    "Conv": _conv,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gemm": _gemm,
    "GlobalAveragePool": _global_average_pool,
    "Identity": _same,
    "MatMul": _matmul,
    "MaxPool": _pool("max_pool"),
    "Relu": _unary("relu"),
    "Reshape": _reshape,
    "Sigmoid": _unary("sigmoid"),
    "Softmax": _softmax,
    "Tanh": _unary("tanh"),
    "Transpose": _transpose,
}
