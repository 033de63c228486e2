"""Which numbers of terms the values of a group may have together: selection rules, as counts.

A group of values with c_0, c_1, ... terms is left as it is by a selection if slots that only one value can use, and
those that the values of a window share, are enough for all of them::

    sum of max(0, c_i - own_i) over the values of a window  <=  its shared slots        for every window

- free: no value has slots of its own, the window is the group, it shares all ``budget`` slots.
- dedicated lanes: each value has a slot of its own in every round, the other lanes share theirs.
- windowed lanes: each window has the slots of its lanes.

This is exact for the free rule and for budgets of one round. Beyond, lanes take the largest terms first and may take
one that another lane should have left them: `lowtide.golden.reveal_by_lanes` has the last word.

Source: lowtide.golden.lane_rules; Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389, for the free rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..duck_types import Lanes
from ..lane_rules import lane_views
from ..number_formats.integers.revealed import TermRevealed
from ..reveal import check_group_and_budget

__all__ = ["Slots"]


@dataclass(frozen=True)
class Slots:
    """Slots of a group.

    Parameters
    ----------
    own : tuple of int
        Slots that each value of the group has to itself.
    windows : tuple of (int, int, int)
        (first, end, slots) of the values that share slots; each value lies in one.
    """

    own: tuple[int, ...]
    windows: tuple[tuple[int, int, int], ...]

    @classmethod
    def free(cls, group: int, budget: int) -> Slots:
        """Any term of the group. ValueError for a group or budget that does not exist."""
        check_group_and_budget(group, budget, "hese")
        return cls((0,) * group, ((0, group, budget),))

    @classmethod
    def of_lanes(cls, rule: Lanes, group: int, budget: int) -> Slots:
        """Those of ``budget`` slots, 0 or more, that the lanes of an array hand out to a group of ``group`` values."""
        views = lane_views(rule)
        check_group_and_budget(group, budget, "hese")
        slots = [views[slot % len(views)] for slot in range(budget)]
        own = tuple(slots.count((value, value + 1)) for value in range(group))
        window = rule.window or rule.group
        if window == 1:
            return cls(own, tuple((value, value + 1, 0) for value in range(group)))
        runs = [(first, first + window) for first in range(0, group, window)]
        return cls(own, tuple((first, min(end, group), slots.count((first, end))) for first, end in runs))

    @classmethod
    def of_format(cls, format: TermRevealed) -> Slots:
        """Those of a `lowtide.golden.number_formats.TermRevealed`."""
        if format.rule is None:
            return cls.free(format.group, format.budget)
        return cls.of_lanes(format.rule, format.group, format.budget)

    def first(self, values: int) -> Slots:
        """The slots of a group that is shorter, of its first ``values`` values."""
        if values == len(self.own):
            return self
        return Slots(
            self.own[:values],
            tuple((first, min(end, values), slots) for first, end, slots in self.windows if first < values),
        )
