"""Block floating point: the values of a block share one power-of-two exponent.

``v = m 2^(E - (b - 2))``, ``E = floor(log2 max|v|)`` of the block, ``m = clip(round(v / 2^(E - (b - 2))))`` in
``±(2^(b-1) - 1)``, rounded to nearest, ties to even. E has ``exponent_bits`` bits with the bias ``2^(exponent_bits-1) -
1``; as in E8M0 the code of all ones is no exponent, so that E is in ``±(2^(exponent_bits-1) - 1)``. Beyond that
range the block saturates or its small values become zero. A block of zeros has the smallest exponent.

Blocks lie along axis 0, the last may be shorter; the ``axis`` of `fit` has no meaning. The error is at most half a
step ``2^(E - (b - 2))``, and less than a whole one where the largest mantissa saturates.

MXINT8 is 32 values of 8 bits: an element is ``m / 64``. Its element -128 / 64 is not used, which the standard allows
so that the range is symmetric; element values above 127 / 64 saturate.

Source: OCP Microscaling Formats (MX) Specification v1.0, sections 5 and 6; MSFP (sign and mantissa of 3 to 7 bits,
blocks of 16): Darvish Rouhani et al., NeurIPS 2020.
"""

from dataclasses import dataclass

import numpy as np

from ..quantise import finite_array, quantised_range
from ..storage_formats import PLAIN
from ..terms import check_bits, check_integer
from .blocks import cut, spread
from .format import Format, Quantiser
from .scales import checked_codes, checked_values

__all__ = ["MXINT8", "BlockFloating", "BlockFloatingQuantiser"]


@dataclass(frozen=True)
class BlockFloating(Format):
    """Mantissas of ``bits`` bits, 2..16, sign included; ``block`` values >= 1 share ``exponent_bits`` bits, 2..11."""

    bits: int = 8
    block: int = 32
    exponent_bits: int = 8

    local = True

    def __post_init__(self):
        check_bits("bits", self.bits)
        check_integer("block", self.block, 1)
        check_integer("exponent_bits", self.exponent_bits, 2, 11)

    @property
    def name(self):
        return f"block floating {self.bits} bit b={self.block}"

    def fit(self, values, *, axis=None):
        largest = np.abs(cut(checked_values(values), self.block)).max(axis=1)
        limit = (1 << (self.exponent_bits - 1)) - 1
        exponents = np.where(largest > 0, np.frexp(largest)[1] - 1, -limit)
        return BlockFloatingQuantiser(format=self, exponents=np.clip(exponents, -limit, limit).astype(np.int32))

    def mode_fields(self):
        """Mantissas, in blocks as long as the array's beats."""
        return {"w_bits": self.bits, "w_signed": True, "w_format": PLAIN.name, "block_floating": True}


MXINT8 = BlockFloating(bits=8, block=32, exponent_bits=8)


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockFloatingQuantiser(Quantiser):
    """Block floating point with its exponents E, int32 [blocks, ...]."""

    format: BlockFloating
    exponents: np.ndarray

    @property
    def bits(self):
        return self.format.bits

    def _exponents_of(self, array, name):
        """The exponent of a mantissa's unit for every value of ``array``."""
        return spread(self.exponents, self.format.block, array, name) - (self.bits - 2)

    def encode(self, values):
        values = finite_array("values", values)
        steps = np.ldexp(values, -self._exponents_of(values, "values"))
        return np.clip(np.rint(steps), *quantised_range(self.bits)).astype(np.int32)

    def decode(self, codes):
        codes = checked_codes(codes, *quantised_range(self.bits))
        return np.ldexp(codes.astype(np.float64), self._exponents_of(codes, "codes"))

    def integers(self, codes):
        codes = checked_codes(codes, *quantised_range(self.bits)).astype(np.int32)
        return codes, np.ldexp(1.0, self._exponents_of(codes, "codes"))

    def parameter_bits(self):
        return self.exponents.size * self.format.exponent_bits
