"""Ternary: bit 0 is 1 where the value is not zero, bit 1 where it is negative; the code 2 has no meaning.

Real weights (TWN) become ``±s`` where ``|v| > 0.7 mean|v|``, else 0; ``s`` is the mean magnitude of those above.

Source: Li et al., Ternary Weight Networks, arXiv 1605.04711.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .fixed import FixedFormat, nonzero_values
from .format import Stored

__all__ = ["THRESHOLD", "Ternary"]

THRESHOLD = 0.7  #: of the mean magnitude


@dataclass(frozen=True)
class Ternary(FixedFormat):
    """-1, 0 and 1 in two bits: the codes 3, 0 and 1."""

    name = "ternary"
    code_bits = 2
    meaningless = (2,)

    def integers(self, codes: NDArray[np.int32], table: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
        return (codes & 1) * (1 - (codes & 2))

    def encode(self, values: ArrayLike, *, bits: int = 8, signed: bool = True) -> Stored:
        """Real values, not all zero, as the signs of the large ones, at the scale of their mean magnitude."""
        self.check_fit(bits, signed)
        numbers = nonzero_values(values)
        magnitude = np.abs(numbers)
        above = magnitude > THRESHOLD * magnitude.mean()
        return Stored((above * (1 + 2 * (numbers < 0))).astype(np.int32), float(magnitude[above].mean()))
