"""How a block of weights is rounded while it can still be chosen: by the format's own rule, or by the error it causes.

A block t [g, C] of every column is to become numbers q of a format. What counts is not ``|t - q|`` but
``(t - q)^T A (t - q)`` with a metric A that knows the layer's data and what the blocks to come can still make good.

========================  ========================================================================================
`FormatRounding`          the format's rounding, whatever A: the nearest number of each value; of a group of term
                          revealing the largest terms
`LeastErrorTerms`         term revealing only: terms go where they lower the error most. With the diagonal of A the best
                          integers are known (`lowtide.golden.compensate.allocation`); `refine` then makes each value in
                          turn the best one for the exact A, with as many terms as the others leave it
`LeastErrorExponents`     integers with an exponent for each group: every exponent is tried, each value in turn made
                          the best one for the exact A, and that of the least error kept
========================  ========================================================================================

Source: Frantar et al., GPTQ, arXiv 2210.17323 (rounding by the format); the selection of terms is Lowtide's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..number_formats.floating.group_exponent import GroupExponent, GroupExponentQuantiser
from ..number_formats.format import Format, Quantiser
from ..number_formats.integers.revealed import TermRevealed
from ..number_formats.integers.term_cut import CutQuantiser
from .allocation import least_error_integers
from .few_terms import FewTerms
from .metric import diagonal, errors, times
from .slots import Slots

__all__ = ["SELECTIONS", "FormatRounding", "LeastErrorTerms", "Selection", "selection_of"]

SELECTIONS = ("largest terms", "least error")
_SWEEPS = 2  # over the values of a group, for each exponent


class Selection(Protocol):
    """How a block of weights is rounded."""

    @property
    def block(self) -> int:
        """Values that are rounded together, g."""

    @property
    def quantiser(self) -> Quantiser:
        """What has the numbers, fitted to the whole matrix."""

    def choose(self, targets: NDArray[np.float64], metric: NDArray[np.float64]) -> NDArray[np.float64]:
        """Numbers of the format for targets [g, C] under the metric [B, g, g]: float64 [g, C]."""

    def refine(
        self, chosen: NDArray[np.float64], targets: NDArray[np.float64], metric: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Numbers of the format at least as good as ``chosen`` [g, C]: float64 [g, C]."""


@dataclass(frozen=True, eq=False)
class FormatRounding:
    """Rounding by the format itself.

    Parameters
    ----------
    format : Format
    quantiser : Quantiser
        Fitted to the whole matrix; a local format is fitted to each block.
    """

    format: Format
    quantiser: Quantiser

    @property
    def block(self) -> int:
        """Values that are rounded together."""
        return self.format.block

    def choose(self, targets: NDArray[np.float64], metric: NDArray[np.float64]) -> NDArray[np.float64]:
        """The nearest numbers of the format, float64 [g, C], of targets [g, C], whatever the metric [B, g, g]."""
        if self.format.local:
            return self.format.fit(targets, axis=0).round(targets)
        return self.quantiser.round(targets)

    def refine(
        self, chosen: NDArray[np.float64], targets: NDArray[np.float64], metric: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """``chosen``, which cannot be improved here."""
        return chosen


@dataclass(frozen=True, eq=False)
class LeastErrorTerms:
    """Term revealing by the error.

    Parameters
    ----------
    format : TermRevealed
    quantiser : CutQuantiser
        With a scale a column.
    """

    format: TermRevealed
    quantiser: CutQuantiser

    @property
    def block(self) -> int:
        """The group."""
        return self.format.group

    @cached_property
    def _slots(self) -> Slots:
        return Slots.of_format(self.format)

    @cached_property
    def _integers(self) -> FewTerms:
        return FewTerms.of(self.format.base, self.format.encoding)

    def choose(self, targets: NDArray[np.float64], metric: NDArray[np.float64]) -> NDArray[np.float64]:
        """The best numbers of the format, float64 [g, C], of targets [g, C] under the diagonal of a positive definite
        metric [B, g, g]."""
        scale, slots = self.quantiser.base.scale, self._slots.first(len(targets))
        importance = diagonal(metric, targets.shape[1])
        return self._taken(least_error_integers(targets / scale, importance, slots, self._integers)) * scale

    def refine(
        self, chosen: NDArray[np.float64], targets: NDArray[np.float64], metric: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Coordinate descent from ``chosen``: value i alone is best at ``t_i + sum_(j != i) A_ij e_j / A_ii``."""
        scale, slots = self.quantiser.base.scale, self._slots.first(len(targets))
        chosen, targets = np.rint(chosen / scale), targets / scale
        importance, counts = diagonal(metric, targets.shape[1]), self._integers.count(chosen)
        error = targets - chosen
        for first, end, shared in slots.windows:
            beyond = np.stack([np.maximum(counts[value] - slots.own[value], 0) for value in range(first, end)])
            left = shared - beyond.sum(axis=0)
            for value in range(first, end):
                pull = times(metric[:, value : value + 1], error)[0] / importance[value]
                terms = left + beyond[value - first] + slots.own[value]
                best = self._integers.nearest_of(chosen[value] + pull, terms)
                counts[value] = self._integers.count(best)
                used = np.maximum(counts[value] - slots.own[value], 0)
                left += beyond[value - first] - used
                beyond[value - first], chosen[value] = used, best
                error[value] = targets[value] - best
        return self._taken(chosen) * scale

    def _taken(self, integers: NDArray[np.float64]) -> NDArray[np.float64]:
        """The integers that an array's lanes leave, where counts alone do not say; mostly the same."""
        return integers if self.format.rule is None else self.format.cut(integers.astype(np.int32)).astype(np.float64)


@dataclass(frozen=True, eq=False)
class LeastErrorExponents:
    """A group's exponent by the error.

    Parameters
    ----------
    format : GroupExponent
    quantiser : GroupExponentQuantiser
        With a scale a column.
    """

    format: GroupExponent
    quantiser: GroupExponentQuantiser

    @property
    def block(self) -> int:
        """The group."""
        return self.format.block

    def choose(self, targets: NDArray[np.float64], metric: NDArray[np.float64]) -> NDArray[np.float64]:
        """Numbers of the format for targets [g, C]: float64 [g, C]. metric: positive definite [B, g, g]."""
        steps, importance = targets / self.quantiser.scale, diagonal(metric, targets.shape[1])
        best, least = np.zeros_like(steps), np.full(targets.shape[1], np.inf)
        for exponent in self.format.exponents:
            found = self.format.nearest(steps, exponent)
            error = steps - found
            for value in list(range(len(steps))) * _SWEEPS:
                pull = times(metric[:, value : value + 1], error)[0] / importance[value]
                found[value] = self.format.nearest(found[value] + pull, exponent)
                error[value] = steps[value] - found[value]
            here = errors(metric, error)
            better = here < least
            best[:, better], least[better] = found[:, better], here[better]
        return best * self.quantiser.scale

    def refine(
        self, chosen: NDArray[np.float64], targets: NDArray[np.float64], metric: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """``chosen``, which is refined already."""
        return chosen


def selection_of(
    name: str, format: Format, weights: NDArray[np.float64], share: float | NDArray[np.float64] = 1.0
) -> Selection:
    """The selection of a name for weights in a format with a scale per column.

    Parameters
    ----------
    name : str
        Of SELECTIONS, else ValueError; formats that reveal no terms have their own rounding in either.
    format : Format
    weights : ndarray of float64 [K, C]
    share : float or ndarray of float64 [C]
        The parameters are those of ``share * weights``: a scale that covers a part of the range.
    """
    if name not in SELECTIONS:
        raise ValueError(f"selection is {name!r}, allowed are {', '.join(SELECTIONS)}")
    quantiser = format.fit(weights * share, axis=0)
    if name == "least error" and isinstance(format, TermRevealed) and format.encoding != "booth":
        assert isinstance(quantiser, CutQuantiser)
        return LeastErrorTerms(format, quantiser)
    if name == "least error" and isinstance(format, GroupExponent):
        assert isinstance(quantiser, GroupExponentQuantiser)
        return LeastErrorExponents(format, quantiser)
    return FormatRounding(format, quantiser)
