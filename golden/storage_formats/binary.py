"""Binary: one bit, 1 for +1 and 0 for -1.

Real weights become their sign, with the scale ``s = mean|v|``; 0 counts as positive.

Source: Rastegari et al., XNOR-Net (BWN), arXiv 1603.05279.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .fixed import FixedFormat, nonzero_values
from .format import Stored

__all__ = ["Binary"]


@dataclass(frozen=True)
class Binary(FixedFormat):
    """±1 in one bit."""

    name = "binary"
    code_bits = 1

    def integers(self, codes: NDArray[np.int32], table: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
        return 2 * codes - 1

    def encode(self, values: ArrayLike, *, bits: int = 8, signed: bool = True) -> Stored:
        """Real values, not all zero, as their signs, at the scale of their mean magnitude."""
        self.check_fit(bits, signed)
        values = nonzero_values(values)
        return Stored((values >= 0).astype(np.int32), float(np.abs(values).mean()))
