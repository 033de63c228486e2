"""Softmax in integers by tables alone, without a division: what a machine with tables of 256 entries computes.

With codes ``q`` of scale s and ``m = max q``::

    E_i = round(2^14 exp(-s (m - q_i)))        a table over the distance
    S   = sum_i E_i                            exact, from 2^14 on
    R   = round(2^14 L / (2^k (floor(S / 2^k) + 1/2)))      a table over floor(S / 2^k), which has 8 bits
    y_i = floor(E_i R / 2^14 + 1/2)            codes of scale 1 / L

L is the code that stands for 1, at most 256; R and y are 255 at most. The larger S is, the larger are the steps in
which it is looked up::

    S / 2^14    1..2    2..4    4..16    16..256
    k              7       8       10         14

so that steps move R by 1 at most. See `TableSoftmax.worst_error`.

Source: the definition; exponentials and reciprocals by tables as in Stevens et al., Softermax, arXiv 2103.09301.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import check_bits, check_integer, check_range
from ..quantise import check_scale
from .function import EXP
from .round_shift import divide, round_shift

__all__ = ["FRACTION_BITS", "RANGES", "TableSoftmax"]

FRACTION_BITS = 14
#: (the least S / 2^14, k) of each range of sums.
RANGES = ((1, 7), (2, 8), (4, 10), (16, 14))
_LARGEST = 256  #: S / 2^14 is below


@dataclass(frozen=True, kw_only=True)
class TableSoftmax:
    """Softmax of codes. ValueError for parameters that are not allowed.

    Parameters
    ----------
    x_scale : float
        Of the input codes, > 0.
    x_bits : int
        2..8.
    x_signed : bool
    one : int
        L, 1..256.
    """

    x_scale: float
    x_bits: int = 8
    x_signed: bool = True
    one: int = 255

    def __post_init__(self) -> None:
        object.__setattr__(self, "x_scale", float(check_scale(self.x_scale)))
        check_bits("x_bits", self.x_bits)
        check_integer("x_bits", self.x_bits, 2, 8)
        check_integer("one", self.one, 1, 256)

    @cached_property
    def powers(self) -> NDArray[np.int64]:
        """E: int64 [256], of the distances 0..255."""
        return np.rint(EXP(-self.x_scale * np.arange(256)) * (1 << FRACTION_BITS)).astype(np.int64)

    def reciprocals(self, number: int) -> NDArray[np.int64]:
        """R of the range of that number: int64 [256], of ``floor(S / 2^k)``; 0 where S is of another range."""
        low, shift = RANGES[number]
        end = RANGES[number + 1][0] if number + 1 < len(RANGES) else _LARGEST
        places = np.arange(256)
        found = np.minimum(255, divide(self.one << FRACTION_BITS, (places << shift) + (1 << shift - 1)))
        found[: low << FRACTION_BITS - shift] = 0
        found[end << FRACTION_BITS - shift :] = 0
        return found

    def worst_error(self, values: int) -> float:
        """The largest error of a probability among ``values`` of them is at most this: of the step in which S is looked
        up 1, of R and of the result a half each, of the powers what all of them can add to S."""
        return (2 + 1 / 128 + self.one * check_integer("values", values, 1) / (1 << FRACTION_BITS + 1)) / self.one

    def __call__(self, x: ArrayLike) -> NDArray[np.int32]:
        """Output codes of input codes, over the last axis: int32 of the same shape. ValueError for codes out of
        range, no values and sums that no range has."""
        x = check_range("x", x, self.x_bits, self.x_signed).astype(np.int64)
        if x.ndim == 0 or x.size == 0:
            raise ValueError(f"x has shape {x.shape}, allowed is at least one value along the last axis")
        powers = self.powers[x.max(axis=-1, keepdims=True) - x]
        total = powers.sum(axis=-1, keepdims=True)
        if total.max() >= _LARGEST << FRACTION_BITS:
            raise ValueError(f"sum of powers is {total.max()}, allowed are less than {_LARGEST << FRACTION_BITS}")
        factor = np.zeros_like(total)
        for number, (_, shift) in enumerate(RANGES):
            factor += self.reciprocals(number)[np.minimum(total >> shift, 255)] * (total >> shift < 256)
        return round_shift(powers * factor, FRACTION_BITS).astype(np.int32)
