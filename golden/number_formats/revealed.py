"""Term revealing on top of symmetric fixed point: a group keeps the highest terms of its integers.

``v = s reveal(q)``, ``q = clip(round(v / s))`` of the base format: of every ``group`` values along axis 0 the
``budget`` largest terms ``±2^e``. With a ``rule`` they are those that an array's lanes take
(`lowtide.golden.lane_rules`).

Codes are the revealed integers. HESE and Booth terms may carry them one past the base's range, to ``2^(b-1)`` if
signed (`lowtide.golden.revealed_range`): an array, which reveals on chip, is given the largest integer of the base
instead and reveals it to ``2^(b-1)`` again (`lowtide.golden.network.array_product`).
The error within the base's range is at most ``s (1/2 + largest_loss)``. Revealing twice changes nothing, except for
Booth, whose cut integers may have more terms than were kept.

Source: Kung, McDanel, Zhang, Term Revealing, SC 2020, arXiv 2007.06389; the rules are Lowtide's own.
"""

from dataclasses import dataclass

from ..lane_rules import lane_views, reveal_by_lanes, ruled_range
from ..reveal import check_group_and_budget, reveal, revealed_range
from ..terms import check_integer
from .fixed_point import FixedPoint
from .format import Format
from .term_cut import CutQuantiser, check_base, first_whole_plane, loss_below

__all__ = ["TermRevealed"]


@dataclass(frozen=True)
class TermRevealed(Format):
    """base: a symmetric `FixedPoint`. group: 1..32, at most rule.group. budget: >= 0. encoding: of
    lowtide.golden.ENCODINGS.

    rule: None, or an object with an array's attributes group, lanes, dedicated and window, as `lowtide.golden.Array`
    has them.
    """

    base: FixedPoint = FixedPoint()
    group: int = 8
    budget: int = 12
    encoding: str = "hese"
    rule: object = None

    def __post_init__(self):
        check_base(self.base)
        check_group_and_budget(self.group, self.budget, self.encoding)
        if self.rule is not None:
            lane_views(self.rule)
            check_integer("group", self.group, 1, self.rule.group)

    @property
    def block(self):
        """The group."""
        return self.group

    @property
    def name(self):
        words = [f"TR g={self.group} k={self.budget}", "" if self.encoding == "hese" else self.encoding]
        if self.rule is not None:
            words.append(f"l={self.rule.lanes}" + " dedicated" * bool(self.rule.dedicated))
            words.append("" if self.rule.window is None else f"w={self.rule.window}")
        words.append("" if self.base == FixedPoint() else f"of {self.base.name}")
        return " ".join(word for word in words if word)

    def cut(self, integers):
        """The revealed integers of the base's codes [K, ...], int32."""
        if self.rule is not None:
            return reveal_by_lanes(integers, self.rule, axis=0, **self._selection())
        return reveal(integers, axis=0, **self._selection())

    @property
    def integer_range(self):
        """(smallest, largest) that a code may be."""
        return revealed_range(**self._selection()) if self.rule is None else ruled_range(self.rule, **self._selection())

    @property
    def largest_loss(self):
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

    def fit(self, values, *, axis=None):
        return CutQuantiser(format=self, base=self.base.fit(values, axis=axis))

    def mode_fields(self):
        """Those of the base with the selection; None for Booth terms, which no array selects."""
        if self.encoding == "booth":
            return None
        selection = {"hese": self.encoding == "hese", "select": True, "group": self.group, "budget": self.budget}
        return self.base.mode_fields() | selection

    def _selection(self):
        form = {"encoding": self.encoding, "bits": self.base.bits, "signed": self.base.signed}
        return {"group": self.group, "budget": self.budget} | form

    def _views(self):
        """(first, end, slots): the runs of values that lanes see, and the terms that these lanes have slots for."""
        if self.rule is None:
            return [(0, self.group, self.budget)]
        views = lane_views(self.rule)
        slots = [views[slot % len(views)] for slot in range(self.budget)]
        return [(first, min(end, self.group), slots.count((first, end))) for first, end in set(views)]
