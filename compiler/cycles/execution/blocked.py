"""Cycles in which the port of the feature memory serves somebody else, in stretches that repeat."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Blocked", "Stretch"]


@dataclass(frozen=True)
class Stretch:
    """Every so many cycles.

    Parameters
    ----------
    first : int
        Cycle.
    step : int
    count : int
    """

    first: int
    step: int
    count: int

    @property
    def last(self) -> int:
        """The last cycle."""
        return self.first + self.step * (self.count - 1)


class Blocked:
    """Stretches in order of time, none within another.

    Parameters
    ----------
    stretches : sequence of Stretch
    """

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self.stretches = stretches
        self.firsts = [stretch.first for stretch in stretches]

    def free(self, cycle: int) -> int:
        """The first cycle from one on that is not among them."""
        place = bisect_right(self.firsts, cycle) - 1
        while place >= 0:
            stretch = self.stretches[place]
            if cycle > stretch.last or (cycle - stretch.first) % stretch.step:
                return cycle
            if stretch.step > 1:
                cycle += 1
            else:
                cycle = stretch.last + 1
            if place + 1 < len(self.firsts) and self.firsts[place + 1] <= cycle:
                place += 1
        return cycle

    def phase(self, cycle: int) -> tuple[int, ...]:
        """Where in its stretch a cycle is: equal for cycles from which on they look alike up to :meth:`until`."""
        place = bisect_right(self.firsts, cycle) - 1
        if place < 0 or cycle > self.stretches[place].last:
            return (place, -1)
        stretch = self.stretches[place]
        return (place, (cycle - stretch.first) % stretch.step)

    def until(self, cycle: int) -> int | None:
        """The cycle up to which they go on as they do in a cycle; None where that is for ever."""
        place = bisect_right(self.firsts, cycle) - 1
        if place >= 0 and cycle <= self.stretches[place].last:
            return self.stretches[place].last
        return self.firsts[place + 1] if place + 1 < len(self.firsts) else None

    def repeats(self, times: int, cycles: int, begun: int, ahead: int) -> int:
        """How often ``cycles`` that begin in a cycle can be repeated, ``times`` at most, until they no longer go on as
        they do; what repeats looks some cycles ahead."""
        until = self.until(begun)
        return times if until is None else max(0, min(times, (until - begun - ahead) // max(1, cycles) - 1))
