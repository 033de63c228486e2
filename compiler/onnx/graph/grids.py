"""Constants of a quantised model that stand for integers: what DequantizeLinear makes of them.

A value is ``scale (integer - zero point)``, with one scale or one for each place along an axis. Columns of a weight
matrix are what its scales belong to in a graph: an output channel each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "Grid", "columns_of", "moved"]


@dataclass(frozen=True, eq=False)
class Columns:
    """Scales of a weight's columns.

    Parameters
    ----------
    scale : ndarray of float64 [N]
    bits : int
        Of the integers, 2..16.
    """

    scale: NDArray[np.float64]
    bits: int


class Grid(np.ndarray[Any, np.dtype[np.float64]]):
    """Real numbers on a grid: an array that knows its scale. What is computed of it is an array like any other.

    Attributes
    ----------
    scale : ndarray of float64
        One, or as many as the axis is long.
    axis : int
        Along which they lie.
    bits : int
        Of the integers.
    """

    scale: NDArray[np.float64]
    axis: int
    bits: int

    @classmethod
    def of(cls, integers: NDArray[Any], scale: NDArray[np.float64], axis: int, bits: int) -> Grid:
        """``integers``, less their zero point, times scales along an axis."""
        shape = [1] * integers.ndim
        if scale.size > 1:
            shape[axis] = scale.size
        product = np.asarray(integers, np.float64) * scale.reshape(shape if integers.ndim else ())
        found = np.array(product).view(cls)
        found.scale, found.axis, found.bits = scale.ravel(), axis, bits
        return found

    def __array_finalize__(self, other: NDArray[Any] | None) -> None:
        if isinstance(other, Grid) and hasattr(other, "scale"):
            self.scale, self.axis, self.bits = other.scale, other.axis, other.bits


def moved(grid: Grid, order: tuple[int, ...]) -> Grid:
    """A grid with its axes in another order."""
    found = grid.transpose(order).copy()
    found.axis = order.index(grid.axis)
    return found


def columns_of(value: object, axis: int) -> Columns | None:
    """The columns of a weight whose output channels lie along an axis; None if it is no grid, or one that has its
    scales along another axis."""
    if not isinstance(value, Grid) or (value.scale.size > 1 and value.axis != axis):
        return None
    return Columns(np.array(np.broadcast_to(value.scale, value.shape[axis])), value.bits)
