"""Four-bit floating point, E2M1: a sign, two bits of exponent, one of mantissa; the integers are twice the numbers.

Codes 0 to 7 are 0, 1, 2, 3, 4, 6, 8, 12, codes 8 to 15 their negatives. Real weights become the nearest of them, at
the scale of the least squared error.

Source: OCP Microscaling Formats (MX) Specification v1.0, element format of MXFP4.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fixed import FixedFormat

__all__ = ["SmallFloat"]


@dataclass(frozen=True)
class SmallFloat(FixedFormat):
    """15 levels, twice those of E2M1."""

    name = "e2m1"
    code_bits = 4

    def integers(self, codes: NDArray[np.int32], table: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
        exponent, mantissa = codes >> 1 & 3, codes & 1
        magnitudes = np.where(exponent == 0, mantissa, (2 | mantissa) << np.maximum(exponent - 1, 0))
        return np.where(codes >= 8, -magnitudes, magnitudes).astype(np.int32)
