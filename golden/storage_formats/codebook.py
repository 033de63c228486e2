"""Codebook: a code is a place in a table of integers.

The table of real weights has the centres of k-means in one dimension, which start evenly spaced from the smallest to
the largest value, rounded to integers at the scale of plain ones; each value takes the entry that is then nearest, ties
the lower one.

Source: Han, Mao, Dally, Deep Compression, arXiv 1510.00149, section 3 (linear initialisation).
"""

from dataclasses import dataclass

import numpy as np

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
    def name(self):
        return f"codebook{self.entries}"

    @property
    def code_bits(self):
        return self.entries.bit_length() - 1

    def integers(self, codes, table=None):
        return table[codes]

    def codes_of(self, integers):
        """The table has the integers that occur, ascending, the last one again and again where there are fewer."""
        levels = np.unique(integers)
        if levels.size > self.entries:
            raise ValueError(
                f"weights have {levels.size} different integers, allowed in {self.name} are {self.entries}"
            )
        return np.searchsorted(levels, integers), np.pad(levels, (0, self.entries - levels.size), mode="edge")

    def cluster(self, values, scale, *, bits=8, signed=True) -> tuple[np.ndarray, np.ndarray]:
        """(codes, table): uint8 codes of the same shape, int32 table [entries] in ascending order.

        Parameters
        ----------
        values : float array
            One or more real numbers.
        scale : float
            One number > 0: the table has the centres over scale, rounded and clipped as `lowtide.golden.quantise` does
            at ``bits`` and ``signed``.
        """
        values = finite_array("values", values)
        scale = check_scale(scale)
        if values.size == 0 or scale.ndim:
            raise ValueError(f"values, scale have shapes {values.shape}, {scale.shape}, allowed are >= 1 value, ()")
        centres = k_means(np.sort(values, axis=None), self.entries)
        table = np.sort(quantise(centres, scale, bits=bits, signed=signed))
        codes = np.searchsorted((table[1:] + table[:-1]) / 2, values / scale)
        return np.asarray(codes, np.uint8), table

    def encode(self, values, *, bits=8, signed=True):
        """The nearest entries of a table of ``bits``-bit integers; values: real numbers, any shape, not all zero."""
        scale = integer_scale(values, bits, signed)
        codes, table = self.cluster(values, scale, bits=bits, signed=signed)
        return Stored(codes.astype(np.int32), scale, table)


def k_means(values, count: int) -> np.ndarray:
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
