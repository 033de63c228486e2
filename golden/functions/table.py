"""A function by table lookup: one output code for every input code.

``table[code] = clip(round(f(x_scale (code - x_zero)) / y_scale))``, so that on the input codes the error is at most
half a step of the output. A real x within the range of the codes is half an input step away from the nearest, which
adds ``x_scale / 2`` times the steepest slope. Ties round to even.

Source: table lookup as in Wang et al., ACM CSUR 2019, arXiv 1901.06955, section on activation functions.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .codes import Codes
from .function import FUNCTIONS

__all__ = ["Table"]


@dataclass(frozen=True)
class Table:
    """The table of ``codes``, a `lowtide.golden.functions.codes.Codes`."""

    codes: Codes

    @cached_property
    def entries(self) -> NDArray[np.int32]:
        """int32 [2^x_bits], the smallest input code first."""
        codes = self.codes
        rounded = np.rint(codes.exact(codes.inputs) / codes.y_scale)
        return np.clip(rounded, *codes.y_range).astype(np.int32)

    @property
    def worst_error(self) -> float:
        """The largest ``|y_scale table[code] - f|`` over all input codes is at most this."""
        return self.codes.y_scale / 2

    @property
    def worst_error_between(self) -> float:
        """A bound of ``|y_scale table[code] - f(x)|`` for any real x between the smallest and the largest input, looked
        up at its nearest code."""
        return self.worst_error + FUNCTIONS[self.codes.function].slope * self.codes.x_scale / 2

    @property
    def bits(self) -> int:
        """Stored bits of the table."""
        return self.entries.size * self.codes.y_bits

    def __call__(self, x: ArrayLike) -> NDArray[np.int32]:
        """Output codes of input codes: int32 of the same shape. ValueError for codes out of range."""
        return self.entries[self.codes.places(x)]
