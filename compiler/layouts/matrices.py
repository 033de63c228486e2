"""Matrices in a tensor, as products of two computed tensors take them: pixels are rows, channels are columns.

The heads of an attention are rows of their own, or lie side by side in the channels of one row of pixels, as the layer
that makes them leaves them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .layout import Layout

__all__ = ["Matrices"]


@dataclass(frozen=True, kw_only=True)
class Matrices:
    """Where the matrices of a product lie in a tensor.

    Parameters
    ----------
    count : int
    channels : int
        Of each, where they lie side by side in the channels of one row; 0: each is a row, with all channels.
    first : int
        The first channel of those that lie side by side.
    shared : bool
        There is one, which every product takes; ``count`` is 1.
    """

    count: int
    channels: int = 0
    first: int = 0
    shared: bool = False

    @classmethod
    def found(cls, places: NDArray[np.int64], form: Sequence[int]) -> "Matrices | None":
        """The matrices whose values are these of a tensor.

        Parameters
        ----------
        places : ndarray of int64 [matrices, pixels, channels]
            Of each value among those of the tensor, in order.
        form : (int, int, int)
            Rows, columns and channels of the tensor.

        Returns
        -------
        Matrices or None
            None where they lie in no way that a product takes.
        """
        count, pixels, channels = places.shape
        if tuple(form) == places.shape and np.array_equal(places.ravel(), np.arange(places.size)):
            return cls(count=count)
        rows, columns, wide = form
        if (rows, columns) != (1, pixels):
            return None
        first = int(places[0, 0, 0])
        across = first + channels * np.arange(count)[:, None, None] + np.arange(channels)
        side_by_side = across + wide * np.arange(pixels)[:, None]
        return cls(count=count, channels=channels, first=first) if np.array_equal(places, side_by_side) else None

    def whole_atoms(self, values: int) -> bool:
        """Whether each matrix begins with an atom of so many values, and ends with one."""
        return self.channels % values == 0 and self.first % values == 0

    def made_by(self, row: int, rows: int, channel: int, channels: int) -> tuple[int, int]:
        """The first matrix and how many lie in some rows and channels of the tensor."""
        if self.channels:
            return (channel - self.first) // self.channels, channels // self.channels
        return row, rows

    def extent(self, form: Layout, count: int) -> tuple[int, int]:
        """Rows and channels of so many matrices in a tensor of a form."""
        if self.shared:
            return form.rows, form.channels
        return (1, count * self.channels) if self.channels else (count, form.channels)

    def some(self, form: Layout, first: int, count: int) -> Layout:
        """The layout of neighbouring matrices in a tensor."""
        if self.shared:
            return form
        if self.channels:
            return form.channels_from(self.first + first * self.channels, count * self.channels)
        return form.rows_from(first, count)

    def of_some(self, layout: Layout, number: int) -> Layout:
        """The layout of one matrix in that of neighbouring ones, its number counted from the first of these."""
        if self.shared:
            return layout
        if self.channels:
            return layout.channels_from(number * self.channels, self.channels)
        return layout.rows_from(number, 1)
