"""The engine of EXEC in a list: its records while LOAD and STORE use the feature memory as well.

STORE's reads go before those of the feeders, so a record ends later than it would alone: its end is predicted anew when
the reads up to it are known. Writes go before those of LOAD, which waits.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.execute import Exec
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from .agenda import Agenda
from .execution.blocked import Blocked, Stretch
from .execution.execution import Execution

__all__ = ["Executing"]

POSTED = 1  #: cycles that atoms wait before they are written
#: Fields that cycles do not depend on.
WITHOUT_MEANING = dict.fromkeys(
    ("take_a", "take_b", "give_a", "give_b", "tap_base", "weight_base", "parameter_base"), 0
)


@lru_cache(maxsize=4096)
def _predicted(
    record: Exec, config: AcceleratorConfig, reads: tuple[Stretch, ...] = ()
) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
    """Cycles of a record while STORE reads, and those in which it writes atoms and reads those of a second tensor."""
    execution = Execution(record, config, Blocked(reads) if reads else None)
    cycles, second = execution.run(), execution.post.second
    return cycles, execution.post.writes.array(), second.all_reads.array() if second else np.zeros(0, np.int64)


class Executing:
    """Runs EXEC records, one at a time.

    Parameters
    ----------
    config : AcceleratorConfig
    agenda : Agenda
    reads : list of Stretch
        Those of STORE, which grows.
    ended : callable
        Called with the cycle in which a record ends.
    """

    def __init__(
        self, config: AcceleratorConfig, agenda: Agenda, reads: list[Stretch], ended: Callable[[int], None]
    ) -> None:
        self.config, self.agenda, self.reads, self.ended = config, agenda, reads, ended
        self.first = 0  # of the reads that may be within the record
        self.writes: NDArray[np.int64] = np.zeros(0, np.int64)  # the cycles in which the record writes
        self.earlier: list[NDArray[np.int64]] = []  # in which records before it did, as far as a LOAD may ask for them
        self.since = 0  # the first cycle that it may ask for
        self.second: NDArray[np.int64] = self.writes  # those in which it reads a second tensor

    def begin(self, record: Exec, cycle: int) -> None:
        """A record begins."""
        rows = self.config.rows
        places: dict[str, Any] = {
            name: getattr(record, name) % rows for name in ("in_base", "out_base", "operand_base")
        }
        self.record, self.begun = replace(record, **(WITHOUT_MEANING | places)), cycle
        cycles, writes, second = _predicted(self.record, self.config)
        self.earlier = [each for each in (*self.earlier, self.writes) if len(each) and each[-1] >= self.since]
        self.writes, self.second = writes + cycle + POSTED, second + cycle
        while self.first < len(self.reads) and self.reads[self.first].last < cycle:
            self.first += 1
        self.known: list[Stretch] = []
        self.agenda.at(cycle + cycles - 1, self.end)

    def end(self, cycle: int) -> None:
        """The record ends, unless STORE has read meanwhile."""
        reads = [stretch for stretch in self.reads[self.first :] if stretch.first < cycle]
        if reads == self.known:
            self.ended(cycle)
            return
        self.known = reads
        since = tuple([replace(stretch, first=stretch.first - self.begun) for stretch in reads])
        cycles, writes, second = _predicted(self.record, self.config, since)
        self.writes, self.second = writes + self.begun + POSTED, second + self.begun
        self.agenda.at(max(cycle, self.begun + cycles - 1), self.end)

    def written(self, cycle: int, steps: int) -> int:
        """The last of so many cycles, from one on, in which nothing is written, by records that have begun."""
        before = [each for each in self.earlier if each[-1] >= cycle]
        return _free(np.concatenate([*before, self.writes]) if before else self.writes, cycle, steps)

    def read(self, cycle: int) -> int:
        """The first cycle, from one on, in which no second tensor is read."""
        return _free(self.second, cycle, 1)


def _free(taken: NDArray[np.int64], cycle: int, steps: int) -> int:
    """The last of so many cycles, from one on, that are not taken."""
    if not len(taken) or taken[-1] < cycle:
        return cycle + steps - 1
    low = int(np.searchsorted(taken, cycle))
    last, waits = cycle + steps - 1, 0
    while True:
        found = int(np.searchsorted(taken, last, side="right")) - low
        if found == waits:
            return last
        last, waits = last + found - waits, found
