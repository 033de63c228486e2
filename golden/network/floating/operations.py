"""The layers of a `lowtide.golden.network.Graph` in floating point: each op as a function of a node and its inputs.

Each returns the dtype of its inputs, float32 or float64; weights are converted to it. The definitions are the field's:
``linear`` and ``conv`` are ``x W + b`` (`lowtide.golden.network.floating.convolution`), ``batch_norm`` is
``x factor + offset``, ``relu6`` is ``min(max(x, 0), 6)``, ``softmax`` is ``exp(x - max) / sum exp(x - max)``,
``layer_norm`` is ``(x - mean) / sqrt(variance + epsilon) factor + offset`` over the last axis. Functions of one value
are in `lowtide.golden.network.floating.functions`, what moves values in `lowtide.golden.network.floating.moving`, the
largest values in `lowtide.golden.network.floating.largest`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .convolution import Geometry, convolve, depthwise
from .functions import FUNCTIONS, apply
from .largest import LARGEST
from .moving import MOVING
from .pooling import average_pool, max_pool

if TYPE_CHECKING:
    from .graph import Node

__all__ = ["OPERATIONS", "evaluate", "is_depthwise", "matrix_inputs", "product_inputs", "same_shapes"]


def is_depthwise(geometry: Geometry, channels: int, outputs: int) -> bool:
    """Whether every channel is a group with one output."""
    return geometry.groups == channels == outputs


def same_shapes(name: str, inputs: Sequence[NDArray[Any]], axes: int | None) -> None:
    """ValueError unless there are two inputs or more, all of one shape in the first ``axes`` axes, all axes if None."""
    shapes = [x.shape for x in inputs]
    if len(shapes) < 2 or len({shape[:axes] for shape in shapes}) > 1 or len({len(shape) for shape in shapes}) > 1:
        raise ValueError(f"inputs of {name} have shapes {shapes}, allowed are two or more that are alike")


def _linear(node: Node, x: NDArray[np.floating]) -> NDArray[np.floating]:
    if x.ndim < 2 or x.shape[-1] != node.kernel.shape[0]:
        raise ValueError(f"input of {node.name} has shape {x.shape}, allowed is [..., {node.kernel.shape[0]}]")
    return _add_bias(node, x @ node.kernel.astype(x.dtype))


def _conv(node: Node, x: NDArray[np.floating]) -> NDArray[np.floating]:
    geometry, (*_, deep, outputs) = Geometry.of(node), node.kernel.shape
    if x.ndim != 4 or x.shape[-1] != deep * geometry.groups:
        raise ValueError(
            f"input of {node.name} has shape {x.shape}, allowed is [batch, height, width, {deep * geometry.groups}]"
        )
    weight = node.kernel.astype(x.dtype)
    if is_depthwise(geometry, x.shape[-1], outputs):
        return _add_bias(node, depthwise(x, weight, geometry))
    flat, wide = weight.reshape(-1, outputs), outputs // geometry.groups
    return _add_bias(
        node, convolve(x, geometry, outputs, lambda rows, group: rows @ flat[:, group * wide : (group + 1) * wide])
    )


def _add_bias(node: Node, y: NDArray[np.floating]) -> NDArray[np.floating]:
    if node.bias is not None:
        y += node.bias.astype(y.dtype)
    return y


def _batch_norm(node: Node, x: NDArray[np.floating]) -> NDArray[np.floating]:
    return _add_bias(node, x * node.kernel.astype(x.dtype))


def _layer_norm(node: Node, x: NDArray[np.floating]) -> NDArray[np.floating]:
    centred = x - x.mean(axis=-1, keepdims=True)
    deviation = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + x.dtype.type(node.attributes["epsilon"]))
    return _batch_norm(node, centred / deviation)


def _softmax(node: Node, x: NDArray[np.floating]) -> NDArray[np.floating]:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _global_average_pool(node: Node, x: NDArray[np.floating]) -> NDArray[np.floating]:
    if x.ndim != 4:
        raise ValueError(f"input of {node.name} has shape {x.shape}, allowed is [batch, height, width, channels]")
    return x.mean(axis=(1, 2))


def _add(node: Node, *inputs: NDArray[np.floating]) -> NDArray[np.floating]:
    same_shapes(node.name, inputs, None)
    total = inputs[0] + inputs[1]
    for x in inputs[2:]:
        total += x
    return total


def product_inputs(name: str, inputs: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The two tensors of a mul, of shapes that broadcast: alike, or a value for each channel [batch, channels] beside a
    picture. ValueError for others."""
    if len(inputs) == 2:
        x, y = inputs
        if y.ndim == 2 and x.ndim > 2 and y.shape == (x.shape[0], x.shape[-1]):
            return x, y.reshape(y.shape[0], *(1,) * (x.ndim - 2), y.shape[1])
        if x.shape == y.shape:
            return x, y
    shapes = [x.shape for x in inputs]
    raise ValueError(f"inputs of {name} have shapes {shapes}, allowed are two alike, or the second [batch, channels]")


def matrix_inputs(name: str, inputs: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The two tensors of a matmul, [batch, ..., M, K] and [batch, ..., K, N]. ValueError for others."""
    if len(inputs) == 2:
        x, y = inputs
        if x.ndim == y.ndim >= 3 and x.shape[:-2] == y.shape[:-2] and x.shape[-1] == y.shape[-2]:
            return x, y
    shapes = [x.shape for x in inputs]
    raise ValueError(f"inputs of {name} have shapes {shapes}, allowed are [batch, ..., M, K] and [batch, ..., K, N]")


def _mul(node: Node, *inputs: NDArray[np.floating]) -> NDArray[np.floating]:
    x, y = product_inputs(node.name, inputs)
    return x * y


def _matmul(node: Node, *inputs: NDArray[np.floating]) -> NDArray[np.floating]:
    x, y = matrix_inputs(node.name, inputs)
    return x @ y


def _clip(node: Node, x: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.clip(x, x.dtype.type(node.attributes["low"]), x.dtype.type(node.attributes["high"]))


def _function(op: str) -> Callable[..., NDArray[Any]]:
    return lambda node, x: apply(op, node.attributes, x)


def _concat(node: Node, *inputs: NDArray[np.floating]) -> NDArray[np.floating]:
    same_shapes(node.name, inputs, -1)
    return np.concatenate(inputs, axis=-1)


OPERATIONS: dict[str, Callable[..., NDArray[Any]]] = {
    "linear": _linear,
    "conv": _conv,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "relu": lambda node, x: np.maximum(x, 0),
    "relu6": lambda node, x: np.minimum(np.maximum(x, 0), 6),
    "clip": _clip,
    "softmax": _softmax,
    "max_pool": lambda node, x: max_pool(x, Geometry.of(node)),
    "average_pool": lambda node, x: average_pool(x, Geometry.of(node)),
    "global_average_pool": _global_average_pool,
    "add": _add,
    "mul": _mul,
    "matmul": _matmul,
    "concat": _concat,
    **{op: _function(op) for op in FUNCTIONS},
    **MOVING,
    **LARGEST,
}


def evaluate(node: Node, inputs: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """The tensor that ``node`` makes of its input tensors. ValueError for shapes that do not fit."""
    return OPERATIONS[node.op](node, *inputs)
