"""Two radix-4 digits, each -2 to 2: the integers ``4a + b``, -10 to 10, 21 levels.

Real weights become the nearest level, at the scale of the least squared error.

Source: minimally redundant radix-4 digits, Avizienis 1961; two of them are what one Booth step of an 8-bit weight has
twice.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fixed import FixedFormat

__all__ = ["TwoDigits"]


@dataclass(frozen=True)
class TwoDigits(FixedFormat):
    """21 levels, evenly spaced."""

    name = "two_digits"
    code_bits = 5
    meaningless = tuple(range(11, 22))

    def integers(self, codes: NDArray[np.int32], table: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
        return np.where(codes < 16, codes, codes - 32).astype(np.int32)
