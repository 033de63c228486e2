"""Plain integers: the stored bits are the value, unsigned or two's complement, as wide as the mode says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..quantise import quantise
from .format import StorageFormat, Stored
from .scales import integer_scale

__all__ = ["Plain"]


@dataclass(frozen=True)
class Plain(StorageFormat):
    """Integers as they are."""

    name = "plain"
    code_bits = None

    def integers(self, codes: NDArray[np.int32], table: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
        return np.asarray(codes)

    def codes_of(self, integers: NDArray[np.integer]) -> tuple[NDArray[np.integer], None]:
        return integers, None

    def encode(self, values: ArrayLike, *, bits: int = 8, signed: bool = True) -> Stored:
        """Real values, not all zero, over their scale and rounded."""
        scale = integer_scale(values, bits, signed)
        return Stored(quantise(values, scale, bits=bits, signed=signed), scale)
