"""The engine of LOAD: when its runs are asked for, and when their units are written."""

from collections.abc import Callable
from dataclasses import replace

from lowtide.common.records.kinds import Load
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..agenda import Agenda
from ..executing import Executing
from .read_bus import Burst
from .runs import Runs, bursts

__all__ = ["Loading"]

RUNS_IN_FLIGHT = 17  # one of them in the cursor
REQUESTS = 2  #: that wait for the bus


class Loading:
    """Runs LOAD records, one at a time.

    Parameters
    ----------
    config : AcceleratorConfig
    agenda : Agenda
    executing : Executing
        Whose atoms go before those of LOAD.
    look : callable
        Told when a burst may be asked for.
    ended : callable
        Called with the cycle in which a record ends.
    """

    def __init__(
        self,
        config: AcceleratorConfig,
        agenda: Agenda,
        executing: Executing,
        look: Callable[[int], None],
        ended: Callable[[int], None],
    ) -> None:
        self.config, self.agenda, self.executing, self.look, self.ended = config, agenda, executing, look, ended
        self.beats = 0  # of the record
        self.runs: Runs | None = None

    def begin(self, record: Load, cycle: int) -> None:
        """A record begins."""
        self.runs = Runs(record, self.config)
        self.taken: list[int] = []  # cycles in which runs left the nest of counters
        self.sent: list[int] = []  # in which the last burst of a run went out
        self.done: list[int] = []  # in which its last unit was written
        self.begun, self.beats = cycle, 0
        self.executing.since = cycle
        self.cut: list[int] = []  # bursts of the run that did not go out yet, the next one last
        self.first = 0  # beats of the run that went out
        if record.fill:
            self.agenda.at(self.filled(), self.fill_ends)
        else:
            self.look(cycle + 2)

    def filled(self) -> int:
        """The last cycle of a record that fills, as far as records EXEC have begun."""
        assert self.runs
        self.taken, self.done = [], []
        for number in range(len(self.runs)):
            self.take(number)
            start = max(self.taken[-1] + 3, self.done[-1] + 1 if self.done else 0)
            self.done.append(self.step(start, 0, self.runs.fill_steps))
        return self.done[-1]

    def fill_ends(self, cycle: int) -> None:
        """It ends, unless a record EXEC has begun meanwhile and written before it."""
        last = self.filled()
        if last > cycle:
            self.agenda.at(last, self.fill_ends)
        else:
            self.ended(cycle)

    def step(self, cycle: int, first: int, steps: int) -> int:
        """So many steps of a run from a cycle on, before which ``first`` were made: the cycle of the last one."""
        assert self.runs
        beats = self.runs.beats_of_unit
        written = self.executing.written
        if not self.runs.is_feature or written(cycle, steps) == cycle + steps - 1:
            return cycle + steps - 1
        if beats == 1:
            return written(cycle, steps)
        cycle -= 1
        for number in range(first + 1, first + steps + 1):  # the last beat of each atom writes it
            cycle = written(cycle + 1, 1) if number % beats == 0 else cycle + 1
        return cycle

    def take(self, number: int) -> bool:
        """A run leaves the nest of counters, if that is known."""
        if number - RUNS_IN_FLIGHT >= len(self.done):
            return False
        cycles = [self.taken[-1] + 1 if self.taken else self.begun + 1]
        if number >= RUNS_IN_FLIGHT:
            cycles.append(self.done[number - RUNS_IN_FLIGHT] + 1)
        if REQUESTS <= number <= len(self.sent) + REQUESTS - 1:
            cycles.append(self.sent[number - REQUESTS] + 1)
        self.taken.append(max(cycles))
        return True

    def offers(self) -> int | None:
        """The first cycle in which the next burst can go out."""
        runs = self.runs
        if runs is None or (not self.cut and (runs.record.fill or len(self.sent) == len(runs))):
            return None
        number = len(self.sent)
        if len(self.taken) == number and not self.take(number):
            return None
        if not self.cut:
            first, beats = runs.beats(number)
            self.cut = list(bursts(first, beats, self.config.bus_bytes))[::-1]
            self.first = 0
        return max(self.taken[number] + 1, self.sent[-1] + 1 if self.sent else 0)

    def goes(self, cycle: int) -> Burst:
        """The next burst goes out."""
        runs, number = self.runs, len(self.sent)
        assert runs
        beats, first = self.cut.pop(), self.first
        self.first += beats
        self.beats += beats
        ends = not self.cut
        if ends:
            self.sent.append(cycle)

        def over(last: int) -> None:
            self.done.append(last)
            if len(self.done) == len(runs):
                self.ended(last)

        steps = runs.steps(number, first, beats)
        inside = Burst(last=lambda start: self.step(start, first, steps))
        return replace(inside, ends=over) if ends else inside
