"""Small floating point: any split into exponent and mantissa bits, with subnormals.

A code is the bit pattern sign, exponent field x, mantissa field f::

    (-1)^sign 2^(x - bias) (1 + f / 2^m)       x > 0
    (-1)^sign 2^(1 - bias) (f / 2^m)           x = 0

``specials`` says which codes are no numbers: "ieee" all with the largest x (infinities and NaN), "nan" the largest
magnitude only, "none" none. Rounding is to nearest, ties to the even mantissa; values beyond the largest number
become it (the conversions of the standards may also give infinity or NaN). Codes that are no numbers are never made
and not decoded. The error is at most half the distance of the two neighbours: ``2^-(m+1) |v|``, or ``2^-(m+bias)``
below the smallest normal number.

``scaling``: "none" takes values as they are; "real" divides by ``max|v| / largest number``, "power_of_two" by the
smallest power of two that is not below it.

The published ones are in `lowtide.golden.number_formats.floating.published_floats`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import LARGEST_BITS, check_integer
from ...pe.fields import check_choice
from ...quantise import check_scale, finite_array
from ...storage_formats import E2M1 as STORED_E2M1
from ...storage_formats import PLAIN
from ..fitting.ranges import Largest, RangeChoice
from ..fitting.scales import (
    EXPONENT_BITS,
    REAL_BITS,
    check_fits,
    checked_axis,
    checked_codes,
    checked_values,
    one_where_zero,
    power_of_two_above,
    reduced,
)
from ..format import Format, Quantiser

__all__ = ["SmallFloat", "SmallFloatQuantiser"]

SPECIALS = ("ieee", "nan", "none")
SCALINGS = ("none", "power_of_two", "real")


@dataclass(frozen=True)
class SmallFloat(Format):
    """A sign, an exponent and a mantissa, 16 bits at most.

    Parameters
    ----------
    exponent_bits : int
        2..8.
    mantissa_bits : int
        0..13.
    bias : int or None
        -64..512; None for ``2^(exponent_bits-1) - 1``.
    specials : str
        Codes that are no numbers, "ieee", "nan" or "none": see the module.
    scaling : str
        "none", "power_of_two" or "real": see the module.
    title : str or None
        The name; None for one like ``float e4m3``.
    """

    exponent_bits: int
    mantissa_bits: int
    bias: int | None = None
    specials: str = "ieee"
    scaling: str = "none"
    title: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        check_integer("exponent_bits", self.exponent_bits, 2, 8)
        check_integer("mantissa_bits", self.mantissa_bits, 0, LARGEST_BITS - 1 - self.exponent_bits)
        if self.bias is not None:
            check_integer("bias", self.bias, -64, 512)
        check_choice("specials", self.specials, SPECIALS)
        check_choice("scaling", self.scaling, SCALINGS)

    @property
    def name(self) -> str:
        title = self.title or f"float e{self.exponent_bits}m{self.mantissa_bits}"
        return title + {"none": "", "power_of_two": " 2^-f scale", "real": " scaled"}[self.scaling]

    @property
    def bits(self) -> int:
        """Bits of a code."""
        return 1 + self.exponent_bits + self.mantissa_bits

    @property
    def largest_code(self) -> int:
        """The code of the largest number."""
        above = {"ieee": 1 << self.mantissa_bits, "nan": 1, "none": 0}[self.specials]
        return (1 << (self.bits - 1)) - 1 - above

    @property
    def smallest_exponent(self) -> int:
        """e of the smallest normal number ``2^e``."""
        return 1 - ((1 << (self.exponent_bits - 1)) - 1 if self.bias is None else self.bias)

    @cached_property
    def magnitudes(self) -> NDArray[np.float64]:
        """The numbers >= 0, ascending: float64, the index is the code."""
        codes = np.arange(self.largest_code + 1)
        fields, mantissas = codes >> self.mantissa_bits, codes & ((1 << self.mantissa_bits) - 1)
        significands = mantissas + np.where(fields > 0, 1 << self.mantissa_bits, 0)
        return np.ldexp(significands.astype(np.float64), np.maximum(fields, 1) - 1 + self.unit_exponent)

    @property
    def unit_exponent(self) -> int:
        """e of the smallest number ``2^e`` above zero."""
        return self.smallest_exponent - self.mantissa_bits

    @cached_property
    def integer_magnitudes(self) -> NDArray[np.int32] | None:
        """`magnitudes` over the smallest of them, int32, or None beyond 31 bits."""
        integers = np.ldexp(self.magnitudes, -self.unit_exponent)
        return integers.astype(np.int32) if integers[-1] < 1 << 31 else None

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> SmallFloatQuantiser:
        values = checked_values(values)
        axis = checked_axis(axis, values.ndim)
        if self.scaling == "none":
            return SmallFloatQuantiser(format=self, scale=np.ones(()))
        scale = one_where_zero(reduced(np.max, np.abs(values), axis) / self.magnitudes[-1])
        return SmallFloatQuantiser(
            format=self, scale=power_of_two_above(scale) if self.scaling == "power_of_two" else scale
        )

    def mode_fields(self) -> dict[str, Any] | None:
        """Integers times the smallest number, of at most 16 bits, stored as codes of their own or plain; else None."""
        integers = self.integer_magnitudes
        if integers is None or integers[-1] >= 1 << (LARGEST_BITS - 1):
            return None
        own = np.array_equal(integers, STORED_E2M1.levels[0][-len(integers) :])
        stored = STORED_E2M1 if own else PLAIN
        return {"w_bits": int(integers[-1]).bit_length() + 1, "w_signed": True, "w_format": stored.name}

    # As the base of groups with an exponent -------------------------------------------------------------------------

    @property
    def stored_bits(self) -> float:
        """Of a value."""
        return self.bits

    @property
    def choice(self) -> RangeChoice:
        """Of the range: all of it."""
        return Largest()

    @property
    def largest_integer(self) -> int:
        """The largest number over the smallest."""
        if self.integer_magnitudes is None:
            raise ValueError(f"{self.name} has integers of more than 31 bits, allowed are formats with fewer")
        return int(self.integer_magnitudes[-1])

    def nearest_integers(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """The numbers over the smallest that are nearest to real numbers, float64 of any shape."""
        unit = SmallFloatQuantiser(format=self, scale=np.ldexp(np.ones(()), -self.unit_exponent))
        return unit.round(np.clip(steps, -self.largest_integer, self.largest_integer))


@dataclass(frozen=True, kw_only=True, eq=False)
class SmallFloatQuantiser(Quantiser):
    """Small floats at a scale: float64 > 0 that broadcasts to the values."""

    format: SmallFloat
    scale: NDArray[np.float64]

    def __post_init__(self) -> None:
        check_scale(self.scale)

    @property
    def bits(self) -> int:
        return self.format.bits

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        values = finite_array("values", values)
        check_fits("values", values, self.scale)
        values /= self.scale
        magnitudes = np.abs(values)
        normal = np.maximum(magnitudes, np.ldexp(1.0, self.format.smallest_exponent))
        fields = np.frexp(normal)[1] - 1 - self.format.smallest_exponent
        steps = np.rint(np.ldexp(magnitudes, -fields - self.format.unit_exponent)).astype(np.int32)
        codes = (fields << self.format.mantissa_bits) + steps  # a carry enters the exponent
        codes = np.minimum(codes, self.format.largest_code)
        return codes | np.signbit(values).astype(np.int32) << (self.bits - 1)

    def _split(self, codes: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.integer]]:
        """(negative, magnitude code) of codes of numbers."""
        codes = checked_codes(codes, 0, (1 << self.bits) - 1)
        check_fits("codes", codes, self.scale)
        magnitudes = codes & ((1 << (self.bits - 1)) - 1)
        if (magnitudes > self.format.largest_code).any():
            raise ValueError(
                f"codes has {codes[magnitudes > self.format.largest_code].flat[0]}, which is no number, "
                f"allowed with the sign bit cleared are 0..{self.format.largest_code}"
            )
        return codes >> (self.bits - 1) == 1, magnitudes

    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        negative, magnitudes = self._split(codes)
        numbers = self.format.magnitudes[magnitudes]
        return np.where(negative, -numbers, numbers) * self.scale

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]] | None:
        """Numbers over the smallest one, where the largest fits 31 bits."""
        if self.format.integer_magnitudes is None:
            return None
        negative, magnitudes = self._split(codes)
        numbers = self.format.integer_magnitudes[magnitudes]
        return np.where(negative, -numbers, numbers), np.ldexp(self.scale, self.format.unit_exponent)

    def parameter_bits(self) -> int:
        return np.size(self.scale) * {"none": 0, "power_of_two": EXPONENT_BITS, "real": REAL_BITS}[self.format.scaling]
