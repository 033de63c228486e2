"""Integers with an exponent for each group: ``v = s q 2^e``, one scale s for all groups, or for those of a column.

q are the integers of a base format: fixed point, or a small float over its smallest number (E2M1, the elements of
MXFP4). e is 0 to ``2^exponent_bits - 1``, the same for ``block`` values along axis 0. The exponents add to the range
and not to the error of small groups: the range of the base's choice is that of q with the largest e, so s is
``2^(2^exponent_bits - 1)`` times finer than the base's own scale. A group takes the exponent with which its squared
error is least, of equal ones the smallest.

Codes are the products ``q 2^e``, integers. `GroupExponent.split` takes them apart, as memory holds them.

Source: shared exponents of small groups: Rouhani et al., arXiv 2310.10537 (MX formats); here the scale is real and the
exponent a few bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import LARGEST_BITS, check_integer, integer_array
from ...pe.fields import check_choice
from ...quantise import check_scale, finite_array
from ..fitting.blocks import cut, split_exponents
from ..fitting.ranges import chosen_magnitude
from ..fitting.scales import REAL_BITS, check_fits, checked_axis, checked_codes, checked_values, one_where_zero
from ..format import Format, Quantiser
from ..integers.fixed_point import FixedPoint
from .small_float import SmallFloat

__all__ = ["GroupExponent", "GroupExponentQuantiser"]


@dataclass(frozen=True)
class GroupExponent(Format):
    """Groups of numbers with an exponent each.

    Parameters
    ----------
    base : FixedPoint or SmallFloat
        Fixed point symmetric and signed; a small float without a scaling of its own.
    block : int
        Values that share an exponent, >= 1.
    exponent_bits : int
        1..4.
    """

    base: FixedPoint | SmallFloat = FixedPoint(bits=4)
    block: int = 8
    exponent_bits: int = 2

    def __post_init__(self) -> None:
        if isinstance(self.base, SmallFloat):
            check_choice("base.scaling", self.base.scaling, ("none",))
            check_integer("base.largest_integer", self.base.largest_integer, 1, (1 << LARGEST_BITS - 1) - 1)
        else:
            check_choice("base.symmetric", self.base.symmetric, (True,))
            check_choice("base.signed", self.base.signed, (True,))
            check_choice("base.power_of_two", self.base.power_of_two, (False,))
        check_integer("block", self.block, 1)
        check_integer("exponent_bits", self.exponent_bits, 1, 4)

    @property
    def name(self) -> str:
        return f"{self.base.name} 2^e g={self.block} e={self.exponent_bits}"

    @property
    def exponents(self) -> range:
        """Those that a group can have."""
        return range(1 << self.exponent_bits)

    @property
    def largest(self) -> int:
        """The largest code."""
        return self.base.largest_integer << self.exponents[-1]

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> GroupExponentQuantiser:
        checked = checked_values(values)
        end = chosen_magnitude(self.base.choice, checked, checked_axis(axis, checked.ndim), self._of_end)
        return self._of_end(end)

    def _of_end(self, end: ArrayLike) -> GroupExponentQuantiser:
        return GroupExponentQuantiser(format=self, scale=one_where_zero(np.asarray(end) / self.largest))

    def nearest(self, steps: NDArray[np.float64], exponent: int) -> NDArray[np.float64]:
        """The nearest code with this exponent to each real number, in units of the scale: float64."""
        return self.base.nearest_integers(np.ldexp(steps, -exponent)) * (1 << exponent)

    def split(self, codes: ArrayLike) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(integers, exponents) of codes [K, ...]: int32 [K, ...] and int32 [blocks, ...], the smallest exponents.

        ValueError for codes that no group has.
        """
        checked = checked_codes(integer_array("codes", codes), -self.largest, self.largest).astype(np.int32)
        integers, exponents = split_exponents(checked, self.block, self.exponent_bits, self.base.largest_integer)
        strange = integers[self.base.nearest_integers(integers.astype(np.float64)) != integers]
        if strange.size:
            raise ValueError(f"codes has {strange[0]} times a power of two, allowed are numbers of {self.base.name}")
        return integers, exponents

    def mode_fields(self) -> dict[str, Any] | None:
        """Those of the base, in groups as long as the array's beats."""
        fields = self.base.mode_fields()
        return None if fields is None else fields | {"group_exponent": True}


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupExponentQuantiser(Quantiser):
    """Integers with an exponent for each group, at a scale. scale: float64 > 0 that broadcasts to the values."""

    format: GroupExponent
    scale: NDArray[np.float64]

    def __post_init__(self) -> None:
        check_scale(self.scale)

    @property
    def bits(self) -> float:
        """With the exponent's share."""
        share = Fraction(self.format.exponent_bits, self.format.block)
        return float(self.format.base.stored_bits + share)

    @property
    def code_bits(self) -> int:
        return self.format.largest.bit_length() + 1

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        finite = finite_array("values", values)
        check_fits("values", finite, self.scale)
        largest = self.format.largest
        groups = cut(np.clip(finite / self.scale, -largest, largest), self.format.block)
        best, least = np.zeros_like(groups), np.full((len(groups), 1, *groups.shape[2:]), np.inf)
        for exponent in self.format.exponents:
            found = self.format.nearest(groups, exponent)
            error = np.square(groups - found).sum(axis=1, keepdims=True)
            best, least = np.where(error < least, found, best), np.minimum(error, least)
        return best.reshape(-1, *finite.shape[1:])[: len(finite)].astype(np.int32)

    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        integers, scale = self.integers(codes)
        return integers * scale

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        check_fits("codes", np.asarray(codes), self.scale)
        self.format.split(codes)
        return np.asarray(codes).astype(np.int32), np.asarray(self.scale)

    def parameter_bits(self) -> int:
        return np.size(self.scale) * REAL_BITS
