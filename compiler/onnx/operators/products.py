"""ONNX operators that are matrix products, or go over the channels: products, norms, softmax.

Source: the operator definitions of https://onnx.ai/onnx/operators.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.arranging import arranged
from ..graph.builder import GraphBuilder, Operator
from ..graph.grids import Columns, columns_of
from ..graph.step import Step
from ..graph.tensor import Tensor

__all__ = ["PRODUCTS"]


def _gemm(builder: GraphBuilder, step: Step) -> Tensor:
    if step.attributes.get("transA", 0):
        step.refuse("transA is 1", "0")
    weight = step.constant(1)
    weight = step.attributes.get("alpha", 1.0) * (weight.T if step.attributes.get("transB", 0) else weight)
    bias = step.attributes.get("beta", 1.0) * step.constant(2, np.zeros(1))
    columns = columns_of(step.inputs[1], 0 if step.attributes.get("transB", 0) else 1)
    return _linear(builder, step, weight, bias, columns if step.attributes.get("alpha", 1.0) == 1 else None)


def _matmul(builder: GraphBuilder, step: Step) -> Tensor:
    if len(step.inputs) == 2 and all(isinstance(x, Tensor) for x in step.inputs):
        return _of_two(builder, step)
    return _linear(builder, step, step.constant(1), np.zeros(1), columns_of(step.inputs[1], 1))


def _of_two(builder: GraphBuilder, step: Step) -> Tensor:
    x, y = step.tensor(0), step.tensor(1)
    if x.batch_axis or y.batch_axis:
        step.refuse("the batch of an input is not its first axis", "a Transpose before it that puts the batch first")
    if len(x.shape) != len(y.shape) or len(x.shape) < 3 or x.shape[:-2] != y.shape[:-2] or x.shape[-1] != y.shape[-2]:
        step.refuse(f"shapes {x.shape} and {y.shape}", "[batch, ..., M, K] and [batch, ..., K, N]")
    rank = len(x.shape)
    if x.axes != y.axes or x.axes[-2:] != (rank - 2, rank - 1) or len(x.axes) != rank:
        x, y = (arranged(builder, step, each, range(rank)) for each in (x, y))
    return builder.emit(step, "matmul", [x, y], x, shape=(*x.shape[:-1], y.shape[-1]))


def _linear(
    builder: GraphBuilder, step: Step, weight: NDArray[Any], bias: NDArray[Any], columns: Columns | None
) -> Tensor:
    x = step.tensor()
    last = len(x.shape) - 1
    if last == x.batch_axis:
        step.refuse(f"axis {last} of the input is the batch", "values along the last axis")
    if weight.ndim != 2 or weight.shape[0] != x.shape[-1] or bias.size not in (1, weight.shape[1]):
        step.refuse(f"weight {weight.shape}, bias {bias.shape} on {x.shape}", "a matrix over the last axis")
    if x.axes[-1] != last or len(x.axes) == 1:
        x = arranged(builder, step, x, (*(axis for axis in x.axes if axis != last), last))
    if x.order is not None:
        weight = weight[x.order]
    return builder.emit(
        step,
        "linear",
        [x],
        x,
        weight=weight,
        bias=np.broadcast_to(bias.ravel(), weight.shape[1:]),
        columns=columns,
        shape=(*x.shape[:-1], weight.shape[1]),
        order=None,
        flattened=None,
    )


def _batch_normalization(builder: GraphBuilder, step: Step) -> Tensor:
    x = step.tensor()
    if len(x.shape) < 2 or step.attributes.get("training_mode", 0) or not step.attributes.get("spatial", 1):
        step.refuse("training_mode is 1 or spatial is 0", "inference on the channels")
    if x.axes[-1] != 1:
        x = arranged(builder, step, x, (*(axis for axis in x.axes if axis != 1), 1))
    scale, offset, mean, variance = map(step.constant, range(1, 5))
    if any(each.shape != (x.shape[1],) for each in (scale, offset, mean, variance)) or (variance < 0).any():
        step.refuse("a parameter is negative or has another shape", f"{x.shape[1]} values, variances >= 0")
    factor = scale / np.sqrt(variance + step.attributes.get("epsilon", 1e-5))
    offset = offset - factor * mean
    factor, offset = factor[x.places], offset[x.places]
    return builder.emit(step, "batch_norm", [x], x, weight=factor, bias=offset)


def _layer_normalization(builder: GraphBuilder, step: Step) -> Tensor:
    x = step.tensor()
    axis, count = step.axis(x, -1), x.shape[-1]
    scale, offset = step.constant(1), step.constant(2, np.zeros(count))
    if axis != len(x.shape) - 1 or scale.shape != (count,) or offset.shape != (count,):
        step.refuse(f"axis {axis}, scale {scale.shape}", "a norm over the last axis")
    x = _last(builder, step, x, axis)
    attributes = {"epsilon": float(step.attributes.get("epsilon", 1e-5))}
    return builder.emit(
        step, "layer_norm", [x], x, weight=scale[x.places], bias=offset[x.places], attributes=attributes
    )


def _softmax(builder: GraphBuilder, step: Step) -> Tensor:
    x = step.tensor()
    axis = step.axis(x, -1 if step.version >= 13 else 1)
    if step.version < 13 and any(length != 1 for length in x.shape[axis + 1 :]):
        step.refuse(f"axis {axis} of {x.shape}", "the last axis")
    x = _last(builder, step, x, axis)
    return builder.emit(step, "softmax", [x], x)


def _last(builder: GraphBuilder, step: Step, x: Tensor, axis: int) -> Tensor:
    """``x`` with that axis last in the graph."""
    if axis == x.batch_axis:
        step.refuse(f"axis {axis}", "another axis than that of the batch")
    if x.axes[-1] == axis:
        return x
    return arranged(builder, step, x, (*(each for each in x.axes if each != axis), axis))


PRODUCTS: dict[str, Operator] = {
    "BatchNormalization": _batch_normalization,
    "Gemm": _gemm,
    "LayerNormalization": _layer_normalization,
    "MatMul": _matmul,
    "Softmax": _softmax,
}
