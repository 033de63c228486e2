"""Term revealing on top of symmetric fixed point: a group keeps the highest terms of its integers.

``v = s reveal(q)``, ``q = clip(round(v / s))`` of the base format: of every ``group`` values along axis 0 the
``budget`` largest terms ``±2^e``. With a ``rule`` they are those that an array's lanes take
(`lowtide.golden.lane_rules`).

Codes are the revealed integers. HESE and Booth terms may carry them one past the base's range, to ``2^(b-1)`` if
signed (`lowtide.golden.revealed_range`): an array, which reveals on chip, is given the largest integer of the base
instead and reveals it to ``2^(b-1)`` again (`lowtide.golden.network.arrays.array_product`).
The error within the base's range is at most ``s (1/2 + largest_loss)``. Revealing twice changes nothing, except for
Booth, whose cut integers may have more terms than were kept.

Source: Kung, McDanel, Zhang, Term Revealing, SC 2020, arXiv 2007.06389; the rules are Lowtide's own.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import check_integer
from ...duck_types import Lanes
from ...lane_rules import lane_views, reveal_by_lanes, ruled_range
from ...reveal import check_group_and_budget, reveal, revealed_range
from .fixed_point import FixedPoint
from .term_cut import CutFormat, CutQuantiser, check_base, first_whole_plane, loss_below

__all__ = ["TermRevealed"]


@dataclass(frozen=True)
class TermRevealed(CutFormat):
    """The largest terms of a group.

    Parameters
    ----------
    base : FixedPoint
        A symmetric one.
    group : int
        Values that share a budget, 1..32, at most rule.group.
    budget : int
        Terms that are kept of a group, 0 or more.
    encoding : str
        Of the terms, one of `lowtide.golden.ENCODINGS`.
    rule : Lanes or None
        An array, such as `lowtide.golden.Array`, whose lanes take the terms; None where they take any.
    """

    base: FixedPoint = FixedPoint()
    group: int = 8
    budget: int = 12
    encoding: str = "hese"
    rule: Lanes | None = None

    def __post_init__(self) -> None:
        check_base(self.base)
        check_group_and_budget(self.group, self.budget, self.encoding)
        if self.rule is not None:
            lane_views(self.rule)
            check_integer("group", self.group, 1, self.rule.group)

    @property
    def block(self) -> int:
        """The group."""
        return self.group

    @property
    def name(self) -> str:
        words = [f"TR g={self.group} k={self.budget}", "" if self.encoding == "hese" else self.encoding]
        if self.rule is not None:
            words.append(f"l={self.rule.lanes}" + " dedicated" * bool(self.rule.dedicated))
            words.append("" if self.rule.window is None else f"w={self.rule.window}")
        words.append("" if self.base == FixedPoint() else f"of {self.base.name}")
        return " ".join(word for word in words if word)

    def cut(self, integers: NDArray[np.integer]) -> NDArray[np.int32]:
        """The revealed integers of the base's codes [K, ...], int32."""
        if self.rule is not None:
            return reveal_by_lanes(integers, self.rule, axis=0, **self._selection())
        return reveal(integers, axis=0, **self._selection())

    @property
    def integer_range(self) -> tuple[int, int]:
        """(smallest, largest) that a code may be."""
        return revealed_range(**self._selection()) if self.rule is None else ruled_range(self.rule, **self._selection())

    @property
    def largest_loss(self) -> int:
        """The most that the cut moves an integer; no group moves one further, some rules never as far."""
        views = self._views()
        planes = [
            min(
                first_whole_plane(self.encoding, self.base, end - first, slots)
                for first, end, slots in views
                if first <= value < end
            )
            for value in range(self.group)
        ]
        return loss_below(self.encoding, self.base, max(planes))

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> CutQuantiser:
        return CutQuantiser(format=self, base=self.base.fit(values, axis=axis))

    def mode_fields(self) -> dict[str, Any] | None:
        """Those of the base with the selection; None for Booth terms, which no array selects."""
        if self.encoding == "booth":
            return None
        selection = {"hese": self.encoding == "hese", "select": True, "group": self.group, "budget": self.budget}
        return (self.base.mode_fields() or {}) | selection

    def _selection(self) -> dict[str, Any]:
        form = {"encoding": self.encoding, "bits": self.base.bits, "signed": self.base.signed}
        return {"group": self.group, "budget": self.budget} | form

    def _views(self) -> list[tuple[int, int, int]]:
        """(first, end, slots): the runs of values that lanes see, and the terms that these lanes have slots for."""
        if self.rule is None:
            return [(0, self.group, self.budget)]
        views = lane_views(self.rule)
        slots = [views[slot % len(views)] for slot in range(self.budget)]
        return [(first, min(end, self.group), slots.count((first, end))) for first, end in set(views)]
