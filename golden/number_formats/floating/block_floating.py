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

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import check_bits, check_integer
from ...quantise import finite_array, quantised_range
from ...storage_formats import PLAIN
from ..fitting.blocks import cut, spread
from ..fitting.scales import checked_codes, checked_values
from ..format import Format, Quantiser

__all__ = ["MXINT8", "BlockFloating", "BlockFloatingQuantiser"]


@dataclass(frozen=True)
class BlockFloating(Format):
    """Block floating point.

    Parameters
    ----------
    bits : int
        Of a mantissa, sign included, 2..16.
    block : int
        Values that share an exponent, 1 or more.
    exponent_bits : int
        2..11.
    """

    bits: int = 8
    block: int = 32
    exponent_bits: int = 8

    local = True

    def __post_init__(self) -> None:
        check_bits("bits", self.bits)
        check_integer("block", self.block, 1)
        check_integer("exponent_bits", self.exponent_bits, 2, 11)

    @property
    def name(self) -> str:
        return f"block floating {self.bits} bit b={self.block}"

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> BlockFloatingQuantiser:
        largest = np.abs(cut(checked_values(values), self.block)).max(axis=1)
        limit = (1 << (self.exponent_bits - 1)) - 1
        exponents = np.where(largest > 0, np.frexp(largest)[1] - 1, -limit)
        return BlockFloatingQuantiser(format=self, exponents=np.clip(exponents, -limit, limit).astype(np.int32))

    def mode_fields(self) -> dict[str, Any] | None:
        """Mantissas, in blocks as long as the array's beats."""
        return {"w_bits": self.bits, "w_signed": True, "w_format": PLAIN.name, "block_floating": True}


MXINT8 = BlockFloating(bits=8, block=32, exponent_bits=8)


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockFloatingQuantiser(Quantiser):
    """Block floating point with its exponents E, int32 [blocks, ...]."""

    format: BlockFloating
    exponents: NDArray[np.int32]

    @property
    def bits(self) -> int:
        return self.format.bits

    def _exponents_of(self, array: NDArray[np.integer | np.floating], name: str) -> NDArray[np.int32]:
        """The exponent of a mantissa's unit for every value of ``array``."""
        return spread(self.exponents, self.format.block, array, name) - (self.bits - 2)

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        values = finite_array("values", values)
        steps = np.ldexp(values, -self._exponents_of(values, "values"))
        return np.clip(np.rint(steps), *quantised_range(self.bits)).astype(np.int32)

    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        codes = checked_codes(codes, *quantised_range(self.bits))
        return np.ldexp(codes.astype(np.float64), self._exponents_of(codes, "codes"))

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
        codes = checked_codes(codes, *quantised_range(self.bits)).astype(np.int32)
        return codes, np.ldexp(1.0, self._exponents_of(codes, "codes"))

    def parameter_bits(self) -> int:
        return self.exponents.size * self.format.exponent_bits
