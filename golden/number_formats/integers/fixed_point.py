"""Fixed point: integers times a scale, around a zero point if asymmetric.

=============  ===================================================  =================================================
symmetric      ``q = clip(round(v / s))``, ``s = end / L``          signed -L..L, L = 2^(b-1) - 1; unsigned 0..L,
                                                                    L = 2^b - 1
asymmetric     ``q = clip(round(v / s) + z)``,                      all b-bit integers; zero is exact: the range is
               ``s = (high - low) / (2^b - 1)``,                    widened to hold it
               ``z = smallest - round(low / s)``
power of two   ``s = 2^-f``, the largest f whose range holds the    dynamic fixed point if every layer has its own f
               chosen one
=============  ===================================================  =================================================

Rounding is to nearest, ties of ``v / s`` to even. Within the chosen range the error is at most ``s / 2``.

Source: Jacob et al., arXiv 1712.05877 (scale and zero point); Krishnamoorthi, arXiv 1806.08342 (per channel);
dynamic fixed point: Courbariaux et al., arXiv 1412.7024, Gysel, Ristretto, arXiv 1605.06402.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import LARGEST_BITS, check_bits, value_range
from ...pe.fields import check_choice
from ...quantise import check_scale, finite_array, quantised_range
from ...storage_formats import PLAIN
from ..fitting.ranges import Largest, RangeChoice, chosen_magnitude, squared_error
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

__all__ = ["FixedPoint", "FixedPointQuantiser"]


@dataclass(frozen=True)
class FixedPoint(Format):
    """Fixed point.

    Parameters
    ----------
    bits : int
        2..16.
    signed : bool
    symmetric : bool
        Without zero point.
    choice : RangeChoice
        Of the range.
    power_of_two : bool
        The scale is a power of two.
    """

    bits: int = 8
    signed: bool = True
    symmetric: bool = True
    choice: RangeChoice = Largest()
    power_of_two: bool = False

    def __post_init__(self) -> None:
        check_bits("bits", self.bits)
        for name in ("signed", "symmetric", "power_of_two"):
            check_choice(name, getattr(self, name), (True, False))
        if not isinstance(self.choice, RangeChoice):
            raise ValueError(f"choice is {self.choice!r}, allowed are instances of RangeChoice")

    @property
    def name(self) -> str:
        words = ["dynamic" * self.power_of_two, f"fixed {self.bits} bit", "unsigned" * (not self.signed)]
        return " ".join(word for word in [*words, "asymmetric" * (not self.symmetric), self.choice.label] if word)

    @property
    def stored_bits(self) -> float:
        """Bits of a stored value."""
        return self.bits

    @property
    def integer_range(self) -> tuple[int, int]:
        """(smallest, largest) code."""
        return (quantised_range if self.symmetric else value_range)(self.bits, self.signed)

    @property
    def largest_integer(self) -> int:
        """The largest code."""
        return self.integer_range[1]

    def nearest_integers(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """The integers of the format that are nearest to real numbers, float64 of any shape."""
        return np.clip(np.rint(steps), *self.integer_range)

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> FixedPointQuantiser:
        """The quantiser of the chosen range. ValueError also for negative values if unsigned and symmetric."""
        values = checked_values(values)
        axis = checked_axis(axis, values.ndim)
        if self.symmetric:
            if not self.signed and values.min() < 0:
                raise ValueError(f"values has the smallest value {values.min()}, allowed are values >= 0 if unsigned")
            return self.of_range(0.0, chosen_magnitude(self.choice, values, axis, lambda end: self.of_range(0.0, end)))
        lowest, highest = reduced(np.min, values, axis), reduced(np.max, values, axis)

        def error(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
            return squared_error(values, self.of_range(low, high), axis)

        high = self.choice.end(values, axis, lambda end: error(lowest, end))
        low = -self.choice.end(-values, axis, lambda end: error(-end, high))
        nothing = (low >= 0) & (high <= 0)
        return self.of_range(np.where(nothing, lowest, low), np.where(nothing, highest, high))

    def of_range(self, low: ArrayLike, high: ArrayLike) -> FixedPointQuantiser:
        """The quantiser of a given range, ``low..high``, or ``±max(-low, high)`` if symmetric.

        Parameters
        ----------
        low, high : array_like of real numbers
            Of shapes that broadcast. Zero is taken into the range.
        """
        least, most = np.minimum(finite_array("low", low), 0.0), np.maximum(finite_array("high", high), 0.0)
        smallest, largest = self.integer_range
        if self.symmetric:
            scale = np.maximum(-least, most) / largest
        else:
            scale = most / (largest - smallest) - least / (largest - smallest)
        scale = one_where_zero(scale)
        if self.power_of_two:
            scale = power_of_two_above(scale)
        zero_point = 0 if self.symmetric else smallest - np.rint(least / scale).astype(np.int32)
        return self._quantiser(scale, zero_point)

    def _quantiser(self, scale: NDArray[np.float64], zero_point: NDArray[np.int32] | int) -> FixedPointQuantiser:
        return FixedPointQuantiser(format=self, scale=scale, zero_point=zero_point)

    def mode_fields(self) -> dict[str, Any] | None:
        """Integers as they are; those of an asymmetric format, less their zero point, take a bit more."""
        if self.symmetric:
            return {"w_bits": self.bits, "w_signed": self.signed, "w_format": PLAIN.name}
        if self.bits == LARGEST_BITS:
            return None
        return {"w_bits": self.bits + 1, "w_signed": True, "w_format": PLAIN.name}


@dataclass(frozen=True, kw_only=True, eq=False)
class FixedPointQuantiser(Quantiser):
    """Fixed point at a scale.

    Parameters
    ----------
    format : FixedPoint
    scale : ndarray of float64
        > 0, of a shape that broadcasts to the values.
    zero_point : ndarray of int32, or int
        Of the shape of ``scale``.
    """

    format: FixedPoint
    scale: NDArray[np.float64]
    zero_point: NDArray[np.int32] | int = 0

    def __post_init__(self) -> None:
        check_scale(self.scale)
        checked_codes(self.zero_point, *self.format.integer_range)

    @property
    def bits(self) -> float:
        return self.format.stored_bits

    def _steps(self, values: ArrayLike) -> NDArray[np.float64]:
        """``clip(round(values / scale))`` less the zero point, float64."""
        values = finite_array("values", values)
        check_fits("values", values, self.scale)
        low, high = self.format.integer_range
        values /= self.scale
        np.rint(values, out=values)
        return np.clip(values, low - self.zero_point, high - self.zero_point, out=values)

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        return (self._steps(values) + self.zero_point).astype(np.int32)

    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        integers, scale = self.integers(codes)
        return integers * scale

    def round(self, values: ArrayLike) -> NDArray[np.float64]:
        steps = self._steps(values)
        steps += 0.0  # no negative zeros
        steps *= self.scale
        return steps

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
        codes = checked_codes(codes, *self.format.integer_range)
        check_fits("codes", codes, self.scale)
        return codes.astype(np.int32) - np.int32(self.zero_point), np.asarray(self.scale)

    def parameter_bits(self) -> int:
        each = EXPONENT_BITS if self.format.power_of_two else REAL_BITS
        return np.size(self.scale) * (each + (0 if self.format.symmetric else self.format.bits))
