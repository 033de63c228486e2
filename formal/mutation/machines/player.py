"""Random lists on the mutants of a machine: what they leave, and the cycles that they take.

Each list begins in a simulation of its own, so none sees what another one has left. When golden's machine agrees with
all that is compared, the machine must also have told the same times as it does without mutants, record by record: what
users are told of cycles is exact, so a machine that is slower is wrong. Where it has told others, that may follow from
what went wrong before the list, and the list runs once more, by itself.
"""

import signal
import time
from dataclasses import dataclass, field

from lowtide.common.records.errors import MachineError
from lowtide.hw.pe import KINDS
from lowtide.sim.machine import MachineModel, MachineRun

from ...fuzz.machines.examine import MEMORY_BYTES, WATCHDOG, examine
from ...fuzz.machines.trial import Trial, trial
from ..mutants import SELECTOR
from .text import MutatedMachine

__all__ = ["SEED", "ListPlayer", "numbers_of"]

SEED = 1  #: of the lists
LONGEST = 2  #: seconds of processor time that a list may take on a mutant, beside
SLOWER = 2  #: times what two runs without mutants take: where it takes other cycles it is wrong anyway
_NONE = 0  # the mutant that is none


def numbers_of(kind: str, lists: range) -> list[int]:
    """The numbers of some lists of a kind of PE, of which 0 is the first."""
    kinds = list(KINDS)
    return [kinds.index(kind) + len(kinds) * number for number in lists]


@dataclass(frozen=True, eq=False)
class Expected:
    """A list on the machine without mutants.

    Parameters
    ----------
    drawn : Trial
    run : MachineRun
        What is told of it when all has run that is before.
    alone : MachineRun
        When it runs by itself.
    seconds : float
        Of processor time, for both.
    """

    drawn: Trial
    run: MachineRun
    alone: MachineRun
    seconds: float


@dataclass
class ListPlayer:
    """Runs lists on mutants, which it is called with: what is wrong, "" where nothing is.

    Parameters
    ----------
    machine : MutatedMachine
    lists : range
        Of its kind, of which 0 is the first.
    """

    machine: MutatedMachine
    lists: range
    _expected: dict[int, Expected] = field(default_factory=dict, init=False)

    def of(self, lists: range) -> "ListPlayer":
        """A player of other lists, that knows what this one does."""
        found = ListPlayer(self.machine, lists)
        found._expected = self._expected
        return found

    def prepare(self) -> None:
        """Draw all lists and run them without mutants, so that processes which are forked need not.

        Raises
        ------
        ValueError
            The machine itself fails a list.
        """
        for number in self._numbers:
            self._without_mutants(number)

    def __call__(self, mutant: int) -> str:
        try:
            for number in self._numbers:
                if said := self.difference(mutant, number):
                    return f"list {number}: {said}"
        except (RuntimeError, OSError) as error:
            return str(error).splitlines()[0]
        return ""

    def difference(self, mutant: int, number: int) -> str:
        """What is wrong with a list on a mutant. RuntimeError, OSError where it breaks a rule of the bus."""
        expected = self._without_mutants(number)
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST + SLOWER * expected.seconds)  # its signal ends the process
        try:
            found, run = self.examined(mutant, number, expected.drawn)
            if found or run == expected.run:
                return found
            return difference_of(self.times(mutant, expected.drawn), expected.alone)
        except MachineError as error:
            return str(error)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    @property
    def _numbers(self) -> list[int]:
        return numbers_of(self.machine.config.array.kind, self.lists)

    def _without_mutants(self, number: int) -> Expected:
        """What is known of a list. ValueError where the machine fails it."""
        if number not in self._expected:
            drawn, begun = trial(SEED, number), time.process_time()
            try:
                found, run = self.examined(_NONE, number, drawn)
                alone = self.times(_NONE, drawn)
            except (MachineError, RuntimeError, OSError) as error:
                found, run = str(error), None
            if found or run is None:
                raise ValueError(f"the machine without mutants fails list {number}: {found}")
            self._expected[number] = Expected(drawn, run, alone, time.process_time() - begun)
        return self._expected[number]

    def examined(self, mutant: int, number: int, drawn: Trial) -> tuple[str, MachineRun | None]:
        """What is wrong with a list on a mutant but times, and what is told of it, if it comes to that."""
        runs: list[MachineRun] = []
        listed = examine(self._model(mutant), number, seed=SEED, drawn=drawn, on_run=runs.append)
        return listed.finding, runs[-1] if runs else None

    def times(self, mutant: int, drawn: Trial) -> MachineRun:
        """What a mutant tells of a list that runs by itself. Errors as of :meth:`MachineModel.run_at`."""
        model, found = self._model(mutant), drawn.found
        model.move(found.base)
        model.behave(latency=drawn.bus.latency, stalls=drawn.bus.stalls)
        model.write(found.base, found.external)
        return model.run_at(found.address, len(found.records))

    def _model(self, mutant: int) -> MachineModel:
        model = MachineModel(
            self.machine.config,
            memory_bytes=MEMORY_BYTES,
            watchdog=WATCHDOG,
            seed=SEED + 1,
            progress=False,
            verilog_text=self.machine.text,
            selector=SELECTOR,
        )
        model.select(mutant)
        return model


def difference_of(told: MachineRun, expected: MachineRun) -> str:
    """What is told of a list otherwise than expected; "" where nothing is."""
    for one, other in zip(told.entries, expected.entries, strict=False):
        if one != other:
            return f"record {one.number} is told as {one}, expected is {other}"
    if told.cycles != expected.cycles:
        return f"the list takes {told.cycles} cycles, expected are {expected.cycles}"
    return "" if told == expected else "other numbers of beats go over the bus"
