"""The engine of STORE: when it reads the feature memory, and when its beats and responses are through."""

from collections.abc import Callable, Iterator

from lowtide.common.records.kinds import Store
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..agenda import Agenda
from ..execution.blocked import Stretch
from .runs import Runs
from .write_bus import WriteBus

__all__ = ["Storing"]

RUNS_IN_FLIGHT = 9  # one of them in the cursor
REQUESTS = 8  # that wait for the bus


class Storing:
    """Runs STORE records, one at a time.

    Parameters
    ----------
    config : AcceleratorConfig
    agenda : Agenda
    bus : WriteBus
    free : callable
        The first cycle from one on in which the feature memory is not read for EXEC's second tensor.
    stretches : list of Stretch
        Cycles in which the feature memory is read; grows.
    ended : callable
        Called with the cycle in which a record ends.
    """

    def __init__(
        self,
        config: AcceleratorConfig,
        agenda: Agenda,
        bus: WriteBus,
        free: Callable[[int], int],
        stretches: list[Stretch],
        ended: Callable[[int], None],
    ) -> None:
        self.config, self.agenda, self.bus, self.free, self.ended = config, agenda, bus, free, ended
        self.beats_of_read = config.rows * config.atom_bytes // config.bus_bytes
        self.stretches = stretches
        self.beats = 0  # of the record
        self.prepared = self.left = -1  # cycles in which the last beat was ready, and in which the one before left

    def begin(self, record: Store, cycle: int) -> None:
        """A record begins."""
        self.runs = Runs(record, self.config)
        self.begun, self.beats, self.number = cycle, 0, 0
        self.taken: list[int] = []  # cycles in which runs left the nest of counters
        self.read: list[int] = []  # in which the last read of a run was
        self.sent: list[int] = []  # in which its last burst went out
        self.plan()

    def plan(self) -> None:
        """The next run is taken, and its first read planned."""
        cycles = [self.taken[-1] + 1 if self.taken else self.begun + 1]
        if self.number >= RUNS_IN_FLIGHT:
            cycles.append(self.read[self.number - RUNS_IN_FLIGHT] + 1)
        if self.number >= REQUESTS:
            cycles.append(self.sent[self.number - REQUESTS] + 1)
        self.taken.append(max(cycles))
        earliest = self.taken[-1] + 3
        if self.read:
            earliest = max(earliest, self.read[-1] + 1, self.prepared)
        self.agenda.at(max(earliest + 2, self.bus.collected + 1), self.send, late=True)

    def send(self, _: int) -> None:
        """A run goes through, request and beats."""
        first, beats = self.runs.beats(self.number)
        self.beats += beats
        reads: list[int] = []
        earliest = self.taken[-1] + 3
        if self.read:
            earliest = max(earliest, self.read[-1] + 1)
        self.bus.store(first, self.stepped(reads, beats, earliest), beats, self.taken[-1] + 2)
        self.read.append(reads[-1])
        self.sent.append(self.bus.gone)
        self.note(reads)
        self.number += 1
        if self.number < len(self.runs):
            self.plan()
        else:
            self.ended(self.bus.answered)

    def stepped(self, reads: list[int], beats: int, earliest: int) -> Iterator[int]:
        """For each beat the first cycle in which it is there; reads of the feature memory are noted."""
        for number in range(beats):
            if number % self.beats_of_read == 0:
                reads.append(self.free(max(earliest, self.prepared)))
            self.prepared = max(reads[-1] + 1, self.prepared + 1, self.left + 1)
            self.left = self.bus.collected  # two of them can wait
            yield self.prepared + 1

    def note(self, reads: list[int]) -> None:
        """Reads become stretches in which every so many cycles one is."""
        place = 0
        while place < len(reads):
            step = reads[place + 1] - reads[place] if place + 1 < len(reads) else 1
            count = 1
            while place + count < len(reads) and reads[place + count] - reads[place + count - 1] == step:
                count += 1
            last = self.stretches[-1] if self.stretches else None
            if last and reads[place] - last.last == last.step == step:
                self.stretches[-1] = Stretch(last.first, step, last.count + count)
            else:
                self.stretches.append(Stretch(reads[place], step, count))
            place += count
