"""Power-of-two and additive power-of-two weights (APoT).

A magnitude is a sum of n terms, ``a sum_i p_i / max``, term i from its own set of ``2^k`` numbers::

    p_i in {0, 2^-i, 2^-(i+n), ..., 2^-(i + (2^k - 2) n)}      i = 0..n-1

A weight has ``1 + n k`` bits, a the chosen end of the range. The sets have no exponent in common, so every level is the
sum of one choice only. n = 1 are plain power-of-two weights, k = 1 uniform ones. Every value takes the nearest level,
ties to the smaller magnitude.

A code is the sign bit over n fields of k bits, term 0 in the highest; a field is 0 for no term, else c for the c-th
smallest number of its set. With n = 1 these are the codes log4 and log5 of `lowtide.golden.storage_formats` for 4
and 5 bits. As integers, levels are multiples of the smallest: at most n ones of ``n (2^k - 1)`` bits, so a term array
takes n terms a weight. In the paper plain power-of-two weights of b bits have ``2^(b-1)`` magnitudes besides zero, one
more than b bits hold with zero and sign; here the smallest is left out.

Source: Li, Dong, Wang, Additive Powers-of-Two Quantization, ICLR 2020, arXiv 1909.13144, section 2.2; power-of-two
weights: Zhou et al., Incremental Network Quantization, arXiv 1702.03044.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import LARGEST_BITS, check_integer
from ...storage_formats import PLAIN
from ..fitting.ranges import Largest, RangeChoice, chosen_magnitude
from ..fitting.scales import REAL_BITS, checked_axis, checked_values, one_where_zero
from ..format import Format
from .level_quantiser import LevelQuantiser, midpoints
from .logarithmic import log_mode_fields

__all__ = ["AdditivePowerOfTwo", "power_of_two"]

_LARGEST_WIDTH = 30  # bits of the largest level as an integer


@dataclass(frozen=True)
class AdditivePowerOfTwo(Format):
    """Sums of powers of two.

    Parameters
    ----------
    terms : int
        n, 1..8.
    term_bits : int
        k, 1..4, with ``n (2^k - 1) <= 30`` and ``n k <= 8``.
    choice : RangeChoice
        Of the range.
    """

    terms: int = 2
    term_bits: int = 2
    choice: RangeChoice = Largest()

    def __post_init__(self) -> None:
        check_integer("terms", self.terms, 1, 8)
        check_integer("term_bits", self.term_bits, 1, 4)
        if self.width > _LARGEST_WIDTH or self.terms * self.term_bits > 8:
            raise ValueError(
                f"terms, term_bits are {self.terms}, {self.term_bits}, allowed are products <= 8 and "
                f"terms (2^term_bits - 1) <= {_LARGEST_WIDTH}"
            )
        if not isinstance(self.choice, RangeChoice):
            raise ValueError(f"choice is {self.choice!r}, allowed are instances of RangeChoice")

    @property
    def width(self) -> int:
        """Bits of the largest level as an integer, without sign."""
        return self.terms * ((1 << self.term_bits) - 1)

    @property
    def name(self) -> str:
        kind = "power of two" if self.terms == 1 else f"APoT n={self.terms}"
        return " ".join(word for word in (f"{kind} {1 + self.terms * self.term_bits} bit", self.choice.label) if word)

    @cached_property
    def levels(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(integers, codes) of the magnitudes, ascending integers: int64 [2^(n k)] each."""
        codes = np.arange(1 << (self.terms * self.term_bits))
        integers = np.zeros_like(codes)
        for term in range(self.terms):
            shift = self.terms - 1 - term
            field = codes >> (shift * self.term_bits) & ((1 << self.term_bits) - 1)
            integers += np.where(field > 0, 1 << (np.maximum(field, 1) - 1) * self.terms + shift, 0)
        order = np.argsort(integers)
        return integers[order], codes[order]

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> LevelQuantiser:
        values = checked_values(values)
        axis = checked_axis(axis, values.ndim)
        return self.of_range(chosen_magnitude(self.choice, values, axis, self.of_range))

    def of_range(self, end: ArrayLike) -> LevelQuantiser:
        """The quantiser whose largest level is ``end``, one or more numbers >= 0."""
        integers, codes = self.levels
        return LevelQuantiser(
            levels=integers,
            thresholds=midpoints(integers),
            indices=codes,
            scale=one_where_zero(np.asarray(end) / integers[-1]),
            scale_bits=REAL_BITS,
        )

    def mode_fields(self) -> dict[str, Any] | None:
        """For one term log4, log5 or plain; else plain integers of which a term array takes n terms each."""
        if self.terms == 1:
            return log_mode_fields(self.term_bits)
        if self.width >= LARGEST_BITS:
            return None
        plain = {"w_bits": self.width + 1, "w_signed": True, "w_format": PLAIN.name}
        return plain | {"hese": False, "select": True, "group": 1, "budget": self.terms}


def power_of_two(bits: int = 4, choice: RangeChoice | None = None) -> AdditivePowerOfTwo:
    """Plain power-of-two weights of ``bits`` bits, 2..5: levels 0 and ``±a 2^-i``, i = 0..2^(bits-1) - 2."""
    check_integer("bits", bits, 2, 5)
    return AdditivePowerOfTwo(terms=1, term_bits=bits - 1, choice=choice or Largest())
