"""Pooling: the largest value of a window, or the average of what lies inside the picture.

``y[i, j] = max_{u, v} x[i sy + u, j sx + v]``, and ``sum_{u, v} x[...] / count[i, j]``, where ``count`` is the number
of places of the window that lie inside the picture; padding is never a value.

Source: as ONNX MaxPool and AveragePool (count_include_pad = 0) define them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .convolution import Geometry, Number, taps

__all__ = ["average_pool", "max_pool", "pool_counts", "pool_sums"]


def max_pool(x: NDArray[Number], geometry: Geometry) -> NDArray[Number]:
    """The largest value of each window of x [batch, height, width, channels], of the dtype of x. ValueError for a
    window that sees nothing but padding."""
    pool_counts(x.shape[1:3], geometry)
    lowest = -np.inf if np.issubdtype(x.dtype, np.floating) else np.iinfo(x.dtype.name).min
    views = taps(x, geometry, lowest)
    largest = next(views).copy()
    for tap in views:
        np.maximum(largest, tap, out=largest)
    return largest


def pool_sums(x: NDArray[Any], geometry: Geometry) -> NDArray[Any]:
    """The sum of each window of x [batch, height, width, channels]: int64 of integers, else of the dtype of x."""
    views = taps(x, geometry)
    total = next(views).astype(np.int64 if np.issubdtype(x.dtype, np.integer) else x.dtype)
    for tap in views:
        total += tap
    return total


def pool_counts(size: Sequence[int], geometry: Geometry) -> NDArray[np.int64]:
    """How many places of each window lie inside a picture of ``size`` (height, width): int64 [out_height, out_width].
    ValueError if a window has none."""
    counts = pool_sums(np.ones((1, *size, 1), np.int64), geometry)[0, :, :, 0]
    if not counts.all():
        raise ValueError(f"padding is {geometry.padding}, allowed are paddings that leave no window empty")
    return counts


def average_pool(x: NDArray[np.floating], geometry: Geometry) -> NDArray[np.floating]:
    """The average of what lies inside the picture of each window, of the dtype of x (real numbers)."""
    return pool_sums(x, geometry) / pool_counts(x.shape[1:3], geometry)[..., None].astype(x.dtype)
