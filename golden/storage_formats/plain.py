"""Plain integers: the stored bits are the value, unsigned or two's complement, as wide as the mode says."""

from dataclasses import dataclass

import numpy as np

from ..quantise import quantise
from .format import StorageFormat, Stored
from .scales import integer_scale

__all__ = ["Plain"]


@dataclass(frozen=True)
class Plain(StorageFormat):
    """Integers as they are."""

    name = "plain"
    code_bits = None

    def integers(self, codes, table=None):
        return np.asarray(codes)

    def codes_of(self, integers):
        return integers, None

    def encode(self, values, *, bits=8, signed=True):
        """Values over their scale, rounded; values: real numbers, not all zero."""
        scale = integer_scale(values, bits, signed)
        return Stored(quantise(values, scale, bits=bits, signed=signed), scale)
