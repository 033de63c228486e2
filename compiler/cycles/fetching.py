"""Records on their way from external memory to the engines: fetched ahead, taken apart word by word."""

from collections.abc import Callable, Sequence

from lowtide.common.records.record import RECORD_BYTES, Kind, Record

from .agenda import Agenda
from .transfers.read_bus import Burst

__all__ = ["Dispatch", "Fetch"]

AHEAD = 4  #: records of 64 bytes that are fetched ahead


class Fetch:
    """Reads a list ahead.

    Parameters
    ----------
    agenda : Agenda
    words : int
        Beats of the bus of 64 bytes.
    look : callable
        Told when a burst may be asked for.
    here : callable
        Called with the number of 64 bytes and the first cycle in which their first word can be taken.
    """

    def __init__(
        self,
        agenda: Agenda,
        words: int,
        look: Callable[[int], None],
        here: Callable[[int, int], None],
    ) -> None:
        self.agenda, self.words, self.look, self.here = agenda, words, look, here
        self.number = 0  # that is asked for next
        self.sent = -1  # cycle in which the last burst went out
        self.wanted: int | None = None
        self.left: list[int] = []  # cycles in which the last word of each was taken
        self.last = -1  # the last cycle in which a word is taken or comes
        self.stops: int | None = None  # cycle from which on nothing is asked for

    def plan(self) -> None:
        """Ask for the next 64 bytes as soon as there is room."""
        before = self.number - AHEAD
        if self.wanted is not None or before >= len(self.left):
            return
        cycle = max(self.sent + 1, self.left[before] + 1 if before >= 0 else 0)
        if self.stops is None or cycle < self.stops:
            self.wanted = cycle + 1
            self.look(cycle + 1)

    def stop(self, cycle: int) -> int:
        """Nothing is asked for from a cycle on, what comes is dropped: the first cycle in which nothing is left."""
        if self.wanted is not None and self.wanted > cycle:
            self.wanted = None
        self.stops = cycle
        return cycle

    def offers(self) -> int | None:
        """The cycle in which the next burst is asked for."""
        return self.wanted

    def goes(self, cycle: int) -> Burst:
        """It goes out."""
        number = self.number
        self.number, self.sent, self.wanted = number + 1, cycle, None

        self.plan()
        return Burst(last=lambda first: first + self.words - 1, begins=lambda first: self.here(number, first + 3))

    def take(self, cycle: int) -> None:
        """The last word of the next 64 bytes is taken."""
        self.left.append(cycle)
        self.plan()


class Dispatch:
    """Takes records apart.

    Parameters
    ----------
    records : sequence of Record
    words : int
        Beats of the bus of 64 bytes.
    fetch : Fetch
    free : callable
        The first cycle in which the lane of a kind of records takes words, None where that is not known.
    whole : callable
        Called with the number of a record and the cycle in which its last word is taken.
    """

    def __init__(
        self,
        records: Sequence[Record],
        words: int,
        fetch: Fetch,
        free: Callable[[Kind], int | None],
        whole: Callable[[int, int], None],
    ) -> None:
        self.records, self.words, self.fetch, self.free, self.whole = records, words, fetch, free, whole
        self.here: dict[int, int] = {}  # first cycles of the words that are here
        self.number = self.part = self.place = 0  # of the record, of its 64 bytes, of all 64 bytes
        self.last = -1  # cycle of the last word
        self.blocked = False  # a record waits for all lanes
        self.dropping: int | None = None  # words are dropped from this cycle on

    def come(self, place: int, cycle: int) -> None:
        """Words are here."""
        self.here[place] = cycle
        self.go()

    def drop(self, cycle: int) -> None:
        """All words that come are dropped from a cycle on."""
        self.dropping = cycle
        self.last = max(self.last, cycle - 1)
        self.go()

    def go(self) -> None:
        """Take all words that can be taken."""
        while self.place in self.here:
            first = max(self.here[self.place], self.last + 1)
            if self.dropping is None:
                if self.blocked:
                    return
                record = self.records[self.number]
                if record.kind not in (Kind.END, Kind.WAIT):
                    free = self.free(record.kind)
                    if free is None:
                        return
                    first = max(first, free)
            del self.here[self.place]
            self.last = first + self.words - 1
            self.place += 1
            self.fetch.take(self.last)
            if self.dropping is None:
                self.part += 1
                if self.part * RECORD_BYTES == record.size:
                    self.part = 0
                    self.number += 1
                    self.blocked = record.kind in (Kind.END, Kind.WAIT)
                    self.whole(self.number - 1, self.last)
