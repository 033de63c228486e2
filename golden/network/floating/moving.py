"""Ops that move values and change none: the same for real numbers and for codes.

===========  ====================================================================================================
op           attributes
===========  ====================================================================================================
flatten      to [batch, values], in the order height, width, channels
reshape      ``shape``, without the batch; values keep their order
transpose    ``order`` of the axes, 0 first: axis i of the result is axis ``order[i]`` of x
slice        ``start``, ``stop`` and ``step`` of every axis but the batch, as in Python, step >= 1
upsample     ``factor`` (y, x): every pixel of a picture becomes as many
pad          ``padding`` (top, left, bottom, right) of a picture with zeros
===========  ====================================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .convolution import pad

if TYPE_CHECKING:
    from .graph import Node

__all__ = ["MOVING"]


def _reshape(node: Node, x: NDArray[Any]) -> NDArray[Any]:
    shape = tuple(node.attributes["shape"])
    if math.prod(shape) != math.prod(x.shape[1:]):
        raise ValueError(f"shape of {node.name} is {shape}, allowed are {math.prod(x.shape[1:])} values")
    return x.reshape(x.shape[0], *shape)


def _transpose(node: Node, x: NDArray[Any]) -> NDArray[Any]:
    order = tuple(node.attributes["order"])
    if order[:1] != (0,) or sorted(order) != list(range(x.ndim)):
        raise ValueError(f"order of {node.name} is {order}, allowed are the axes 0..{x.ndim - 1}, 0 first")
    return np.ascontiguousarray(x.transpose(order))


def _slice(node: Node, x: NDArray[Any]) -> NDArray[Any]:
    ends = [node.attributes[name] for name in ("start", "stop", "step")]
    if any(len(end) != x.ndim - 1 for end in ends) or min(ends[2]) < 1:
        raise ValueError(f"start, stop, step of {node.name} are {ends}, allowed are {x.ndim - 1} of each, steps >= 1")
    part = x[(slice(None), *(slice(*each) for each in zip(*ends, strict=True)))]
    if 0 in part.shape:
        raise ValueError(f"start, stop, step of {node.name} are {ends}, allowed are those that leave a value")
    return np.ascontiguousarray(part)


def _upsample(node: Node, x: NDArray[Any]) -> NDArray[Any]:
    _check_picture(node, x)
    return x.repeat(node.attributes["factor"][0], axis=1).repeat(node.attributes["factor"][1], axis=2)


def _pad(node: Node, x: NDArray[Any]) -> NDArray[Any]:
    _check_picture(node, x)
    return pad(x, node.attributes["padding"])


def _check_picture(node: Node, x: NDArray[Any]) -> None:
    if x.ndim != 4:
        raise ValueError(f"input of {node.name} has shape {x.shape}, allowed is [batch, height, width, channels]")


MOVING: dict[str, Callable[[Node, NDArray[Any]], NDArray[Any]]] = {
    "flatten": lambda node, x: x.reshape(x.shape[0], -1),
    "reshape": _reshape,
    "transpose": _transpose,
    "slice": _slice,
    "upsample": _upsample,
    "pad": _pad,
}
