"""Codebook: a code is a place in a table of integers.

The table of real weights has the centres of k-means in one dimension, which start evenly spaced from the smallest to
the largest value, rounded to integers at the scale of plain ones; each value takes the entry that is then nearest, ties
the lower one.

Source: Han, Mao, Dally, Deep Compression, arXiv 1510.00149, section 3 (linear initialisation).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..quantise import check_scale, finite_array, quantise
from .format import StorageFormat, Stored
from .scales import integer_scale

__all__ = ["Codebook", "k_means"]

_ROUNDS = 1000  # of k-means, which ends long before: no value changes its centre any more


@dataclass(frozen=True)
class Codebook(StorageFormat):
    """Integers of a table.

    Parameters
    ----------
    entries : int
        Integers of the table, a power of two: 16 is ``codebook16``, codes of 4 bits; 256 has codes of 8 bits.
    """

    entries: int

    @property
    def name(self) -> str:
        return f"codebook{self.entries}"

    @property
    def code_bits(self) -> int:
        return self.entries.bit_length() - 1

    def integers(self, codes: NDArray[np.int32], table: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
        assert table is not None  # the base class has checked
        return table[codes]

    def codes_of(self, integers: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.integer]]:
        """Codes and a table that decode to given integers; ValueError where these are more than the table has room for.

        The table has the integers that occur, ascending, the last one again and again where there are fewer."""
        levels = np.unique(integers)
        if levels.size > self.entries:
            raise ValueError(
                f"weights have {levels.size} different integers, allowed in {self.name} are {self.entries}"
            )
        return np.searchsorted(levels, integers), np.pad(levels, (0, self.entries - levels.size), mode="edge")

    def cluster(
        self, values: ArrayLike, scale: ArrayLike, *, bits: int = 8, signed: bool = True
    ) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """A table that suits values, and their places in it.

        Parameters
        ----------
        values : array_like of real numbers
            One or more.
        scale : float
            One number > 0: the table has the centres over scale, rounded and clipped as `lowtide.golden.quantise` does
            at ``bits`` and ``signed``.
        bits : int
        signed : bool

        Returns
        -------
        codes : ndarray of uint8
            The shape of ``values``.
        table : ndarray of int32 [entries]
            Ascending.
        """
        numbers, divisor = finite_array("values", values), check_scale(scale)
        if numbers.size == 0 or divisor.ndim:
            raise ValueError(f"values, scale have shapes {numbers.shape}, {divisor.shape}, allowed are >= 1 value, ()")
        centres = k_means(np.sort(numbers, axis=None), self.entries)
        table = np.sort(quantise(centres, divisor, bits=bits, signed=signed))
        codes = np.searchsorted((table[1:] + table[:-1]) / 2, numbers / divisor)
        return np.asarray(codes, np.uint8), table

    def encode(self, values: ArrayLike, *, bits: int = 8, signed: bool = True) -> Stored:
        """Real values, not all zero, as the nearest entries of a table of ``bits``-bit integers."""
        scale = integer_scale(values, bits, signed)
        codes, table = self.cluster(values, scale, bits=bits, signed=signed)
        return Stored(codes.astype(np.int32), scale, table)


def k_means(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """k-means of sorted values: ``count`` centres, ascending. A centre without values stays where it is."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    centres = np.linspace(values[0], values[-1], count)
    for _ in range(_ROUNDS):
        inner = np.searchsorted(values, (centres[1:] + centres[:-1]) / 2, side="right")
        ends = np.concatenate([[0], inner, [values.size]])
        members = np.diff(ends)
        moved = np.where(members > 0, np.diff(total[ends]) / np.maximum(members, 1), centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres
