"""Random lists on the mutants of a machine: what they leave, and the cycles that they take.

Each list begins in a simulation of its own, so none sees what another one has left. When golden's machine agrees with
all that is compared, the list runs once more, by itself, and the machine must tell the same times as it does without
mutants, record by record: what users are told of cycles is exact, so a machine that is slower is wrong.
"""

import signal
from dataclasses import dataclass, field

from lowtide.common.records.errors import MachineError
from lowtide.hw.pe import KINDS
from lowtide.sim.machine import MachineModel, MachineRun

from ...fuzz.machines.examine import MEMORY_BYTES, WATCHDOG, examine
from ...fuzz.machines.trial import Trial, trial
from ..mutants import SELECTOR
from .text import MutatedMachine

__all__ = ["LONGEST", "SEED", "ListPlayer", "numbers_of"]

SEED = 1  #: of the lists
LONGEST = 30  #: seconds of processor time that a list may take; without a mutant half as many
_NONE = 0  # the mutant that is none


def numbers_of(kind: str, lists: range) -> list[int]:
    """The numbers of some lists of a kind of PE, of which 0 is the first."""
    kinds = list(KINDS)
    return [kinds.index(kind) + len(kinds) * number for number in lists]


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
    _drawn: dict[int, Trial] = field(default_factory=dict, init=False)
    _expected: dict[int, MachineRun] = field(default_factory=dict, init=False)

    def __call__(self, mutant: int) -> str:
        try:
            for number in numbers_of(self.machine.config.array.kind, self.lists):
                if said := self.difference(mutant, number):
                    return f"list {number}: {said}"
        except (RuntimeError, OSError) as error:
            return str(error).splitlines()[0]
        return ""

    def difference(self, mutant: int, number: int) -> str:
        """What is wrong with a list on a mutant. RuntimeError, OSError where it breaks a rule of the bus."""
        if number not in self._drawn:
            self._drawn[number] = trial(SEED, number)
        drawn = self._drawn[number]
        if mutant != _NONE and number not in self._expected:
            self._expected[number] = self.times(_NONE, drawn)
        longest = LONGEST if mutant != _NONE else LONGEST / 2
        signal.setitimer(signal.ITIMER_VIRTUAL, longest)  # its signal ends the process
        try:
            if said := examine(self._model(mutant), number, seed=SEED, drawn=drawn).finding:
                return said
            told = self.times(mutant, drawn)
        except MachineError as error:
            return str(error)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return difference_of(told, self._expected.get(number, told))

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
