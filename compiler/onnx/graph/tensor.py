"""Tensors of an import: they know their ONNX axes, and whether they are read as codes."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHANNELS_LAST", "VECTORS", "State", "Tensor"]


CHANNELS_LAST, VECTORS = (0, 2, 3, 1), (0, 1)  #: axes of pictures and of vectors, see `Tensor`


class State(Enum):
    """What a node reads of a tensor: it as it was made, its codes, or the real numbers that these stand for."""

    REAL, CODES, ROUNDED = range(3)


@dataclass(frozen=True, eq=False)
class Tensor:
    """A tensor that depends on the input.

    Parameters
    ----------
    name : str
        In the graph.
    shape : tuple of int
        In ONNX, of a batch of one.
    axes : tuple of int
        The ONNX axis that each axis of the graph's tensor is, that of the batch first; axes that it lacks have length
        one.
    order : int [n] or None
        The ONNX place of each value along the last axis, None if all are in place.
    flattened : Tensor or None
        Of a tensor with an order: what was flattened, its name aside.
    state : State
        Whether it is read as real numbers, as codes or as what codes stand for.
    """

    name: str
    shape: tuple[int, ...]
    axes: tuple[int, ...]
    order: NDArray[Any] | None = None
    flattened: "Tensor | None" = None
    state: State = State.REAL

    @property
    def batch_axis(self) -> int:
        """The ONNX axis of the batch."""
        return self.axes[0]

    @property
    def graph_shape(self) -> tuple[int, ...]:
        """The shape in the graph, of a batch of one."""
        return tuple(self.shape[axis] for axis in self.axes)

    @property
    def places(self) -> NDArray[Any]:
        """The ONNX place of each value along the last axis: int [n]."""
        return np.arange(self.shape[self.axes[-1]]) if self.order is None else self.order

    @property
    def long_axes(self) -> tuple[int, ...]:
        """The axes behind the batch that are longer than one, in the graph's order."""
        return tuple(axis for axis in self.axes[1:] if self.shape[axis] != 1)
