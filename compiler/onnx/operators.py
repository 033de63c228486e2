"""Each ONNX operator as nodes of a graph: functions of the `Importer` and a `Step` that return the output's `Tensor`.

Here are matrix products and what works value by value; the others are in `windows` and `shapes`.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .shapes import SHAPES
from .tensors import CHANNELS_LAST, VECTORS, Importer, Operator, Step, Tensor
from .windows import WINDOWS

__all__ = ["OPERATORS"]


def _gemm(importer: Importer, step: Step) -> Tensor:
    if step.attributes.get("transA", 0):
        step.refuse("transA is 1", "0")
    weight = step.constant(1)
    weight = step.attributes.get("alpha", 1.0) * (weight.T if step.attributes.get("transB", 0) else weight)
    bias = step.attributes.get("beta", 1.0) * step.constant(2, np.zeros(1))
    return _linear(importer, step, weight, bias)


def _matmul(importer: Importer, step: Step) -> Tensor:
    return _linear(importer, step, step.constant(1), np.zeros(1))


def _linear(importer: Importer, step: Step, weight: NDArray[Any], bias: NDArray[Any]) -> Tensor:
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


def _add(importer: Importer, step: Step) -> Tensor:
    tensors = [x for x in step.inputs if isinstance(x, Tensor)]
    if len(tensors) == 2:
        first, second = tensors
        if first.shape != second.shape or first.axes != second.axes or not _same_order(first, second):
            step.refuse(f"shapes {first.shape} and {second.shape}", "two tensors that are alike")
        return importer.emit(step, "add", tensors, first)
    (x,) = tensors
    (values,) = (value for value in step.inputs if not isinstance(value, Tensor))
    values = step.real(values, "constant")
    if step.version < 7 and step.attributes.get("broadcast", 0) and "axis" in step.attributes:
        behind = len(x.shape) - step.attributes["axis"] % len(x.shape) - values.ndim
        values = values.reshape(*values.shape, *(1,) * max(behind, 0))
    values = _along_last_axis(step, x, values)
    merged = importer.add_to_bias(step, x, values)
    return merged or importer.emit(step, "batch_norm", [x], x, weight=np.ones(len(values)), bias=values)


def _batch_normalization(importer: Importer, step: Step) -> Tensor:
    x = step.tensor()
    if x.axes not in (CHANNELS_LAST, VECTORS) or step.attributes.get("training_mode", 0):
        step.refuse(f"axes {x.axes} or training_mode", "inference on the channels")
    scale, offset, mean, variance = map(step.constant, range(1, 5))
    factor = scale / np.sqrt(variance + step.attributes.get("epsilon", 1e-5))
    offset = offset - factor * mean
    if x.order is not None:
        factor, offset = factor[x.order], offset[x.order]
    return importer.emit(step, "batch_norm", [x], x, weight=factor, bias=offset)


def _unary(op: str) -> Operator:
    def make(importer: Importer, step: Step) -> Tensor:
        x = step.tensor()
        return importer.emit(step, op, [x], x)

    return make


def _clip(importer: Importer, step: Step) -> Tensor:
    low = step.constant(1, step.attributes.get("min", -np.inf), finite=False)
    high = step.constant(2, step.attributes.get("max", np.inf), finite=False)
    op = {(0.0, 6.0): "relu6", (0.0, np.inf): "relu"}.get((float(low), float(high)))
    if op is None and low == 0 and high >= np.finfo(np.float32).max:
        op = "relu"
    if op is None:
        step.refuse(f"range {float(low)} to {float(high)}", "0 to 6 or 0 to infinity")
    return _unary(op)(importer, step)


def _softmax(importer: Importer, step: Step) -> Tensor:
    x = step.tensor()
    axis = step.attributes.get("axis", -1 if step.version >= 13 else 1) % len(x.shape)
    if axis != x.axes[-1] or (step.version < 13 and axis != len(x.shape) - 1):
        step.refuse(f"axis {axis}", "the graph's last one")
    return importer.emit(step, "softmax", [x], x)


def _along_last_axis(step: Step, x: Tensor, values: NDArray[Any]) -> NDArray[Any]:
    """A constant that is added to ``x`` as one value for each place of the graph's last axis."""
    if values.ndim > len(x.shape):
        step.refuse(f"constant of shape {values.shape}", f"one that fits {x.shape}")
    full = values.reshape((1,) * (len(x.shape) - values.ndim) + values.shape)
    last = x.axes[-1]
    if any(length != 1 for axis, length in enumerate(full.shape) if axis != last):
        step.refuse(f"constant of shape {values.shape}", "one value for each channel")
    along: NDArray[Any] = np.broadcast_to(full.ravel(), (x.shape[last],))[x.places]
    return along


def _same_order(first: Tensor, second: Tensor) -> bool:
    return np.array_equal(first.places, second.places)


_VALUES: dict[str, Operator] = {
    "Add": _add,
    "BatchNormalization": _batch_normalization,
    "Clip": _clip,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Relu": _unary("relu"),
    "Sigmoid": _unary("sigmoid"),
    "Softmax": _softmax,
    "Tanh": _unary("tanh"),
}
#: By name of the operator, in alphabetical order.
OPERATORS = dict(sorted((_VALUES | SHAPES | WINDOWS).items()))
