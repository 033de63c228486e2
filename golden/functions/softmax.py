"""Softmax in integers: a table of powers and one integer division.

With codes ``q`` of scale s and ``m = max q``, ``E[d] = round(2^F exp(-s d))`` is a table over the distance
``d = m - q``, and the result is ``round(L E[m - q_i] / sum_j E[m - q_j])``, codes of the scale ``1 / L``, where L is
the code that stands for 1, 2^y_bits - 1 if it is not stated. A zero point of the codes does not matter.

Entries are wrong by 1/2 at most and the sum is at least 2^F, so each of n probabilities is wrong by at most
``n / 2^(F+1) + 1 / (2 L)``. Entries round ties to even, the quotient halves upwards.

Source: the definition; the distance from the largest value as in Wang et al., arXiv 1901.06955.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import check_bits, check_integer, check_range
from ..quantise import check_scale, quantised_range
from .function import EXP
from .round_shift import divide

__all__ = ["Softmax"]


@dataclass(frozen=True, kw_only=True)
class Softmax:
    """Softmax of codes. ValueError for parameters that are not allowed.

    Parameters
    ----------
    x_scale : float
        Of the input codes, > 0.
    x_bits, y_bits : int
        2..16.
    x_signed : bool
    fraction_bits : int
        F, 1..24.
    one : int or None
        L, the output code that stands for 1, 1..2^y_bits - 1; None for the largest.
    """

    x_scale: float
    x_bits: int = 8
    x_signed: bool = True
    y_bits: int = 8
    fraction_bits: int = 20
    one: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "x_scale", float(check_scale(self.x_scale)))
        check_bits("x_bits", self.x_bits)
        check_bits("y_bits", self.y_bits)
        check_integer("fraction_bits", self.fraction_bits, 1, 24)
        largest = quantised_range(self.y_bits, False)[1]
        if self.one is None:
            object.__setattr__(self, "one", largest)
        check_integer("one", self.one, 1, largest)

    @cached_property
    def entries(self) -> NDArray[np.int64]:
        """E: int64 [2^x_bits], of the distances 0..2^x_bits - 1."""
        powers = EXP(-self.x_scale * np.arange(1 << self.x_bits))
        return np.rint(powers * (1 << self.fraction_bits)).astype(np.int64)

    @property
    def y_scale(self) -> float:
        """What one step of the output is worth."""
        assert self.one is not None  # filled in
        return 1 / self.one

    def worst_error(self, values: int) -> float:
        """The largest error of a probability among ``values`` of them is at most this."""
        return check_integer("values", values, 1) / (1 << (self.fraction_bits + 1)) + self.y_scale / 2

    def __call__(self, x: ArrayLike) -> NDArray[np.int32]:
        """Output codes of input codes, over the last axis: int32 of the same shape. ValueError for codes out of
        range and no values."""
        x = check_range("x", x, self.x_bits, self.x_signed).astype(np.int64)
        if x.ndim == 0 or x.size == 0:
            raise ValueError(f"x has shape {x.shape}, allowed is at least one value along the last axis")
        powers = self.entries[x.max(axis=-1, keepdims=True) - x]
        return divide(powers * self.one, powers.sum(axis=-1, keepdims=True)).astype(np.int32)
