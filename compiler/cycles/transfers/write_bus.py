"""The writing half of the bus: STORE's requests and the entries that tell of records, one request at a time.

Data of a burst are collected before it goes out. One who asks while the other's request is being collected has its turn
behind that.
"""

from collections import deque
from collections.abc import Iterator

from .runs import bursts

__all__ = ["WriteBus"]

LONGEST = 16  #: beats of a burst
ROOM = LONGEST + 2  #: beats that are collected
ANSWERED = 3  #: cycles from a burst's way out to where its response counts, without its beats and latency


class WriteBus:
    """Bursts of writes.

    Parameters
    ----------
    bus_bytes : int
        Of a beat.
    latency : int
        Cycles from the last beat to the response.
    outstanding : int
        Responses of STORE that may be missing.
    """

    def __init__(self, bus_bytes: int, latency: int, outstanding: int) -> None:
        self.bus, self.latency, self.outstanding = bus_bytes, latency, outstanding
        self.entry_turn = False  # it is the entries' turn
        self.served = True  # who has the turn has sent a request
        self.gone = -1  # cycle in which the last burst went out
        self.free = 0  # the first in which the next one can
        self.collected = -1  # cycle of STORE's last beat
        self.left: deque[int] = deque([-1] * ROOM, ROOM)  # those in which the last beats left
        self.answers: deque[int] = deque([-1] * outstanding, outstanding)  # of STORE's last bursts
        self.answered = -1  # the first in which no response of STORE is missing
        self.entries_answered = -1

    def turn(self, asks: int) -> int:
        """STORE asks in a cycle: the first in which its beats are collected."""
        if not self.entry_turn:
            return asks
        self.entry_turn = False
        return max(asks, self.gone + 1) + 1

    def store(self, first: int, beats: Iterator[int], count: int, asks: int) -> None:
        """A request of STORE.

        Parameters
        ----------
        first : int
            Beat of external memory.
        beats : iterator of int
            For each beat the first cycle in which it is there; asked when the beat before has left.
        count : int
            Of beats.
        asks : int
            Cycle in which it is asked for.
        """
        hold = self.turn(asks)
        first_goes = max(asks, self.gone + 1) + 1  # when the request is cut
        for burst in bursts(first, count, self.bus, LONGEST):
            for _ in range(burst):
                self.collected = max(next(beats), self.collected + 1, hold, self.left[0] + 1)
                self.left.append(self.collected + 1)  # at least; corrected when the burst goes
            goes = max(self.collected + 1, self.free, first_goes, self.answers[0])
            self.send(goes, burst)
            for place in range(1, burst + 1):
                self.left[-place] = goes + burst + 1 - place
            self.answers.append(goes + burst + ANSWERED + self.latency)
            self.answered = self.answers[-1]
        self.served = True

    def send(self, goes: int, beats: int) -> None:
        """A burst goes out."""
        self.gone, self.free = goes, goes + beats

    def entry(self, asks: int, beats: int) -> int:
        """An entry is asked for in a cycle: that in which it goes out."""
        begins = asks
        if not self.entry_turn:
            begins = max(asks, self.gone + 1) + 1
        goes = max(begins + beats, self.free)
        self.send(goes, beats)
        self.entry_turn, self.served = True, True
        self.entries_answered = goes + beats + ANSWERED + self.latency
        return goes
