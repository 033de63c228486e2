"""Binary: one bit, 1 for +1 and 0 for -1.

Real weights become their sign, with the scale ``s = mean|v|``; 0 counts as positive.

Source: Rastegari et al., XNOR-Net (BWN), arXiv 1603.05279.
"""

from dataclasses import dataclass

import numpy as np

from .fixed import FixedFormat, nonzero_values
from .format import Stored

__all__ = ["Binary"]


@dataclass(frozen=True)
class Binary(FixedFormat):
    """±1 in one bit."""

    name = "binary"
    code_bits = 1

    def integers(self, codes, table=None):
        return 2 * codes - 1

    def encode(self, values, *, bits=8, signed=True):
        """Signs; values: real numbers, any shape, not all zero."""
        self.check_fit(bits, signed)
        values = nonzero_values(values)
        return Stored((values >= 0).astype(np.int32), float(np.abs(values).mean()))
