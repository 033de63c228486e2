"""Logarithmic: a sign above an exponent code c, 0 where c is 0, else ``±2^(c-1)``.

Real weights become the nearest level, at the scale of the least squared error.

Source: Miyashita, Lee, Murmann, LogNet, arXiv 1603.01025.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fixed import FixedFormat

__all__ = ["Logarithmic"]


@dataclass(frozen=True)
class Logarithmic(FixedFormat):
    """Zero and signed powers of two.

    Parameters
    ----------
    exponent_bits : int
        Width of c: 3 is ``log4``, to ``±2^6``; 4 is ``log5``, to ``±2^14``.
    """

    exponent_bits: int

    @property
    def name(self) -> str:
        return f"log{self.code_bits}"

    @property
    def code_bits(self) -> int:
        return self.exponent_bits + 1

    def integers(self, codes: NDArray[np.int32], table: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
        magnitude = (1 << (codes & ((1 << self.exponent_bits) - 1))) >> 1  # 2^(c-1), and 0 for c = 0
        return np.where(codes >> self.exponent_bits, -magnitude, magnitude).astype(np.int32)
