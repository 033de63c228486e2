"""The integers that a function takes and gives: ``x = x_scale (code - x_zero)`` and ``y = y_scale * code``.

Input codes are two's complement (all of them, -2^(b-1) included) or unsigned. Output codes are 0..2^b - 1, or
-(2^(b-1) - 1)..2^(b-1) - 1 for functions with negative values; ``y_scale = 1 / one``, where ``one`` is the code that
stands for 1, the largest if it is not stated.
"""

from dataclasses import dataclass

import numpy as np

from ..quantise import check_scale, quantised_range
from ..terms import check_bits, check_integer, check_range, value_range
from .function import FUNCTIONS

__all__ = ["Codes"]


@dataclass(frozen=True, kw_only=True)
class Codes:
    """function: a name of `lowtide.golden.functions.FUNCTIONS`. x_scale: > 0. x_bits, y_bits: 2..16. x_zero: the input
    code that stands for 0. one: 1..largest output code. ValueError for anything else, and for input codes beyond the
    function's domain."""

    function: str
    x_scale: float
    x_bits: int = 8
    x_signed: bool = True
    x_zero: int = 0
    y_bits: int = 8
    one: int | None = None

    def __post_init__(self):
        if self.function not in FUNCTIONS:
            raise ValueError(f"function is {self.function!r}, allowed are {', '.join(FUNCTIONS)}")
        object.__setattr__(self, "x_scale", float(check_scale(self.x_scale)))
        check_bits("x_bits", self.x_bits)
        check_bits("y_bits", self.y_bits)
        low, high = value_range(self.x_bits, self.x_signed)
        check_integer("x_zero", self.x_zero, low, high)
        if self.one is None:
            object.__setattr__(self, "one", self.y_range[1])
        check_integer("one", self.one, 1, self.y_range[1])
        self.exact(np.array([low, high]))

    @property
    def inputs(self):
        """Every input code, ascending: int64 [2^x_bits]."""
        low, high = value_range(self.x_bits, self.x_signed)
        return np.arange(low, high + 1)

    @property
    def y_scale(self):
        """What one step of the output is worth."""
        return 1 / self.one

    @property
    def y_range(self):
        """(smallest, largest) output code."""
        return quantised_range(self.y_bits, FUNCTIONS[self.function].signed)

    def exact(self, codes):
        """The function of the numbers that input codes stand for: float64."""
        return FUNCTIONS[self.function](self.x_scale * (np.asarray(codes, np.float64) - self.x_zero))

    def places(self, codes):
        """``codes``, checked, counted from the smallest: int64 0..2^x_bits - 1."""
        codes = check_range("codes", codes, self.x_bits, self.x_signed).astype(np.int64)
        return codes - value_range(self.x_bits, self.x_signed)[0]
