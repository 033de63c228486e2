"""Two free radix-4 digits: the integers ``4a + b`` with a and b from -2 to 2, -10 to 10.

21 levels, evenly spaced, in 9 bits for a pair of values (21 x 21 = 441 of 512 codes): what a multiplier of two Booth
digits can take, where a 4-bit integer uses 16 of them.

Source: minimally redundant radix-4 digits: Avizienis, 1961; MacSorley, 1961.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...storage_formats import TWO_DIGITS
from ..fitting.scales import check_fits
from .fixed_point import FixedPoint, FixedPointQuantiser

__all__ = ["TwoDigits", "TwoDigitsQuantiser"]


@dataclass(frozen=True)
class TwoDigits(FixedPoint):
    """choice: of the range. power_of_two: the scale is one."""

    bits: int = field(default=5, init=False)
    signed: bool = field(default=True, init=False)
    symmetric: bool = field(default=True, init=False)

    @property
    def name(self) -> str:
        return " ".join(word for word in ("dynamic" * self.power_of_two, "two digits", self.choice.label) if word)

    @property
    def stored_bits(self) -> float:
        return 4.5

    @property
    def integer_range(self) -> tuple[int, int]:
        return TWO_DIGITS.limits

    def mode_fields(self) -> dict[str, Any]:
        return {"w_bits": self.bits, "w_signed": True, "w_format": TWO_DIGITS.name}

    def _quantiser(self, scale: NDArray[np.float64], zero_point: NDArray[np.int32] | int) -> TwoDigitsQuantiser:
        return TwoDigitsQuantiser(format=self, scale=scale, zero_point=zero_point)


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoDigitsQuantiser(FixedPointQuantiser):
    """Two free digits at a scale; codes are those of the storage format."""

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        return TWO_DIGITS.codes_of(self._steps(values).astype(np.int32))[0].astype(np.int32)

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        check_fits("codes", np.asarray(codes), self.scale)
        return TWO_DIGITS.decode(np.asarray(codes)).astype(np.int32), np.asarray(self.scale)
