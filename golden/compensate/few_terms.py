"""Integers of few terms: for every c the integers with at most c terms, and the nearest of them to a real number.

Cutting an integer to its highest terms does not always give the nearest one of so few: 43 = 64 - 16 - 4 - 1 is cut to
48, 40 = 32 + 8 is nearer. Both have two terms, and an array that keeps two leaves either as it is.

Source: the terms are those of `lowtide.golden.terms`; nearest values by bisection.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..number_formats.integers.fixed_point import FixedPoint
from ..terms import count_terms

__all__ = ["FewTerms"]


class FewTerms:
    """The integers of a fixed-point format by their numbers of terms.

    Parameters
    ----------
    base : FixedPoint
        A symmetric one.
    encoding : str
        Of the terms, one of `lowtide.golden.ENCODINGS`.

    Attributes
    ----------
    most : int
        The largest number of terms that one of the integers has.
    """

    def __init__(self, base: FixedPoint, encoding: str = "hese") -> None:
        self.base, self.encoding = base, encoding
        low, high = base.integer_range
        everything = np.arange(low, high + 1)
        counts = count_terms(everything, encoding, base.bits, base.signed)
        self.most = int(counts.max())
        self._levels = [everything[counts <= terms].astype(np.float64) for terms in range(self.most + 1)]
        self._middles = [(levels[1:] + levels[:-1]) / 2 for levels in self._levels]

    @staticmethod
    @lru_cache
    def of(base: FixedPoint, encoding: str = "hese") -> FewTerms:
        """``FewTerms(base, encoding)``, made once for each base and encoding."""
        return FewTerms(base, encoding)

    def nearest(self, targets: NDArray[np.float64], terms: int) -> NDArray[np.float64]:
        """The nearest integer of at most ``terms`` terms to each real target, of equals the smaller: float64.

        ``terms`` is 0 or more, beyond `most` nothing changes.
        """
        terms = min(terms, self.most)
        return self._levels[terms][np.searchsorted(self._middles[terms], targets)]

    def nearest_of(self, targets: NDArray[np.float64], terms: NDArray[np.int64]) -> NDArray[np.float64]:
        """`nearest` with a number of terms for each target, integers of the same shape."""
        found = np.empty_like(targets)
        numbers = np.clip(terms, 0, self.most)
        for number in range(self.most + 1):
            some = numbers == number
            if some.any():
                found[some] = self.nearest(targets[some], number)
        return found

    def count(self, integers: NDArray[np.float64]) -> NDArray[np.int64]:
        """Terms of each of ``integers`` (whole numbers of any dtype): int64 of the same shape."""
        whole = np.asarray(integers).astype(np.int32)
        return count_terms(whole, self.encoding, self.base.bits, self.base.signed).astype(np.int64)
