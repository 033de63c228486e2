"""The reading half of the bus: which burst goes out when, and when its data are here.

The list's fetch goes before LOAD. External memory answers bursts in order, beat by beat without a pause, a stated
latency behind their addresses; a beat that its client does not take yet holds back all others.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..agenda import Agenda

__all__ = ["Burst", "ReadBus", "Reader"]

ANSWERED = 3  #: cycles from a burst's way out to its first beat inside, without latency


def _nothing(_: int) -> None:
    """Of a burst that tells nobody."""


@dataclass(frozen=True)
class Burst:
    """A burst that went out.

    Parameters
    ----------
    last : callable
        Of the cycle in which its first beat is inside: the one in which its last beat is taken, as far as is known;
        asked again when that comes.
    begins, ends : callable
        Told these cycles, when they have come.
    """

    last: Callable[[int], int]
    begins: Callable[[int], None] = _nothing
    ends: Callable[[int], None] = _nothing


class Reader(Protocol):
    """Who asks for bursts."""

    def offers(self) -> int | None:
        """The first cycle in which its next burst can go out; None where that is not known, or there is none."""

    def goes(self, cycle: int) -> Burst:
        """It goes out."""


class ReadBus:
    """Bursts of reads.

    Parameters
    ----------
    agenda : Agenda
    latency : int
        Cycles from an address to its data.
    outstanding : int
        Bursts that may be on their way.
    readers : sequence of Reader
        The first of those that ask is served.
    """

    def __init__(self, agenda: Agenda, latency: int, outstanding: int, readers: list[Reader]) -> None:
        self.agenda, self.latency, self.outstanding, self.readers = agenda, latency, outstanding, readers
        self.went = -1  # cycle of the last burst
        self.planned: int | None = None  # the next look at what is asked for
        self.flying: deque[tuple[int, Burst]] = deque()  # not inside yet: the earliest cycle of the first beat
        self.ends: deque[int] = deque()  # last beats of those that were, as long as they may count
        self.last = -1  # the last beat of all of them
        self.delivers = False  # a burst is to come inside next, or does
        self.inside = 0  # bursts that do

    def look(self, cycle: int) -> None:
        """Something may go out in a cycle."""
        if self.planned is None or cycle < self.planned:
            self.planned = cycle
            self.agenda.at(cycle, self.send, late=True)

    def send(self, cycle: int) -> None:
        """The first that asks sends a burst."""
        if self.planned is None or cycle < self.planned:
            return
        self.planned = None
        while self.ends and self.ends[0] < cycle:
            self.ends.popleft()
        if cycle <= self.went:
            self.look(self.went + 1)
            return
        if len(self.flying) + self.inside + len(self.ends) >= self.outstanding:
            if self.ends:
                self.look(self.ends[0] + 1)
            return  # else looked for when a burst has ended
        later: list[int] = []
        for reader in self.readers:
            offers = reader.offers()
            if offers is not None and offers <= cycle:
                self.went = cycle
                self.flying.append((cycle + ANSWERED + self.latency, reader.goes(cycle)))
                self.plan()
                self.look(cycle + 1)
                return
            if offers is not None:
                later.append(offers)
        if later:
            self.look(min(later))

    def plan(self) -> None:
        """The next burst comes inside as soon as it can."""
        if self.flying and not self.delivers:
            self.delivers = True
            self.agenda.at(max(self.flying[0][0], self.last + 1), self.deliver)

    def deliver(self, cycle: int) -> None:
        """The first beat of a burst is inside."""
        _, burst = self.flying.popleft()
        self.inside = 1
        burst.begins(cycle)
        self.agenda.at(burst.last(cycle), lambda now: self.deliver_last(now, burst, cycle))

    def deliver_last(self, cycle: int, burst: Burst, first: int) -> None:
        """Its last beat is taken, unless something has held it back meanwhile."""
        last = burst.last(first)
        if last > cycle:
            self.agenda.at(last, lambda now: self.deliver_last(now, burst, first))
            return
        self.last, self.delivers, self.inside = cycle, False, 0
        self.ends.append(cycle)
        burst.ends(cycle)
        self.plan()
        self.look(cycle)
