"""Beats on their way from the nest of loops to the array or the vector source."""

from collections import deque
from collections.abc import Callable

from .groups import Groups

__all__ = ["Feeder"]

KEPT = 3  #: beats that are remembered


class Feeder:
    """The times of beats, one a cycle where nothing waits.

    Parameters
    ----------
    groups : Groups
        Of the rows.
    ready : int
        The first cycle in which the nest can begin.
    free : callable, optional
        The first cycle from one on in which the feature memory serves nobody before the feeder.
    """

    def __init__(self, groups: Groups, ready: int, free: Callable[[int], int] | None) -> None:
        self.groups, self.ready, self.free = groups, ready, free
        self.usable = 0  # the first cycle in which the group is the current one
        self.counted = self.moved = 0  # the last beat left the counters, the stage behind them
        self.offered = 0  # it came before the feeders, where one can wait
        self.begun = self.read = 0  # its operands were asked for, and read
        self.loaded = 0
        self.taken = deque([-1] * KEPT, KEPT)  # the last beats by the array

    def open(self, is_first: bool) -> None:
        """Begin with a group."""
        self.groups.next(0 if is_first else self.begun)
        self.usable, told = self.groups.usable, self.groups.whole + 1
        if is_first:
            self.loaded = max(told, self.ready)
        else:
            self.loaded = self.counted if told <= self.counted else told

    def count(self, earliest: int) -> int:
        """A beat leaves the counters, not before a cycle: its cycle."""
        wanted = max(self.counted + 1, self.loaded + 1, earliest)
        self.counted = self.moved if wanted <= self.moved else max(wanted, self.offered)
        self.moved = max(self.counted + 1, self.offered)
        return self.counted

    def fetch(self) -> int:
        """Its operands are asked for and read: the first cycle in which they can be taken."""
        self.offered = max(self.moved, self.begun) + 1
        self.begun = max(self.offered, self.usable, self.read)
        self.read = max(self.begun + 1, self.taken[-1])
        if self.free is not None:
            self.read = self.free(self.read)
        return self.read + 1

    def take(self, cycle: int) -> None:
        """They are taken."""
        self.taken.append(cycle)

    def key(self, reference: int) -> tuple[int, ...]:
        """Its state within a group, times from a cycle on."""
        times = (self.counted, self.moved, self.offered, self.begun, self.read, *self.taken)
        return tuple([time - reference for time in times])

    def shift(self, cycles: int) -> None:
        """So many cycles later."""
        self.counted, self.moved = self.counted + cycles, self.moved + cycles
        self.offered += cycles
        self.begun, self.read = self.begun + cycles, self.read + cycles
        self.taken = deque([time + cycles for time in self.taken], KEPT)
