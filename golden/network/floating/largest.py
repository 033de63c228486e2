"""The largest values of a vector, and their places: heads of classifiers. Of equal values the first comes first.

================  ===========================================================================================
op                over the last axis; attribute ``k``
================  ===========================================================================================
largest           the k largest values, the largest first
largest_places    their places among all, whole numbers from 0 on
================  ===========================================================================================

Source: the definition of TopK in ONNX, operator set 11.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .graph import Node

__all__ = ["LARGEST"]


def _order(node: Node, x: NDArray[Any]) -> NDArray[np.int64]:
    """The places of the k largest values, [..., k]."""
    k = node.attributes["k"]
    if x.ndim < 2 or not 1 <= k <= x.shape[-1]:
        raise ValueError(f"k of {node.name} is {k}, allowed are 1..{x.shape[-1] if x.ndim > 1 else 0}")
    return np.argsort(-x, axis=-1, kind="stable")[..., :k]


def _largest(node: Node, x: NDArray[Any]) -> NDArray[Any]:
    return np.take_along_axis(x, _order(node, x), -1)


def _places(node: Node, x: NDArray[Any]) -> NDArray[Any]:
    return _order(node, x).astype(x.dtype)


LARGEST: dict[str, Callable[[Node, NDArray[Any]], NDArray[Any]]] = {"largest": _largest, "largest_places": _places}
