"""The integers that a function takes and gives: ``x = x_scale (code - x_zero)`` and ``y = y_scale * code``.

Input codes are two's complement (all of them, -2^(b-1) included) or unsigned. Output codes are 0..2^b - 1, or
-(2^(b-1) - 1)..2^(b-1) - 1 for functions with negative values; ``y_scale = 1 / one``, where ``one`` is the code that
stands for 1, the largest if it is not stated.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import check_bits, check_integer, check_range, value_range
from ..quantise import check_scale, quantised_range
from .function import FUNCTIONS

__all__ = ["Codes"]


@dataclass(frozen=True, kw_only=True)
class Codes:
    """Input and output codes of a function.

    Parameters
    ----------
    function : str
        A name of `lowtide.golden.functions.FUNCTIONS`.
    x_scale : float
        What one step of the input is worth, > 0.
    x_bits, y_bits : int
        2..16.
    x_signed : bool
    x_zero : int
        The input code that stands for 0.
    one : int or None
        The output code that stands for 1, from 1 on; None for the largest.

    Raises
    ------
    ValueError
        For anything else, and for input codes beyond the function's domain.
    """

    function: str
    x_scale: float
    x_bits: int = 8
    x_signed: bool = True
    x_zero: int = 0
    y_bits: int = 8
    one: int | None = None

    def __post_init__(self) -> None:
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
    def inputs(self) -> NDArray[np.int64]:
        """Every input code, ascending: int64 [2^x_bits]."""
        low, high = value_range(self.x_bits, self.x_signed)
        return np.arange(low, high + 1)

    @property
    def y_scale(self) -> float:
        """What one step of the output is worth."""
        assert self.one is not None  # filled in
        return 1 / self.one

    @property
    def y_range(self) -> tuple[int, int]:
        """(smallest, largest) output code."""
        return quantised_range(self.y_bits, FUNCTIONS[self.function].signed)

    def exact(self, codes: ArrayLike) -> NDArray[np.float64]:
        """The function of the numbers that input codes stand for: float64."""
        return FUNCTIONS[self.function](self.x_scale * (np.asarray(codes, np.float64) - self.x_zero))

    def places(self, codes: ArrayLike) -> NDArray[np.int64]:
        """``codes``, checked, counted from the smallest: int64 0..2^x_bits - 1."""
        checked = check_range("codes", codes, self.x_bits, self.x_signed).astype(np.int64)
        return checked - value_range(self.x_bits, self.x_signed)[0]
