"""Lists on mutants: a machine that is only slower is found, whatever it leaves in its memories."""

import signal
from dataclasses import replace

import pytest

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.record import Kind
from lowtide.formal.fuzz.machines.examine import Listed
from lowtide.formal.fuzz.machines.trial import kind_of
from lowtide.formal.mutation.machines import player
from lowtide.formal.mutation.machines.player import ListPlayer, difference_of, numbers_of
from lowtide.formal.mutation.machines.text import MutatedMachine
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.pe import KINDS
from lowtide.sim.machine import Entry, MachineRun

ENTRY = Entry(number=3, kind=Kind.LOAD, begun=7, cycles=20, token_waits=1, beats=4, active=4, bus_waits=9)
RUN = MachineRun(90, (ENTRY,), 64, 32)


@pytest.mark.parametrize("kind", KINDS)
def test_lists_are_of_machines_of_the_kind(kind):
    assert {kind_of(number) for number in numbers_of(kind, range(2, 7))} == {kind}


@pytest.mark.parametrize(
    "told, line",
    [
        (RUN, ""),
        (replace(RUN, cycles=91), "the list takes 91 cycles, expected are 90"),
        (replace(RUN, read_bytes=68), "other numbers of beats go over the bus"),
        *(
            (replace(RUN, entries=(replace(ENTRY, **{name: 2}),)), "record 3 is told as ")
            for name in ("begun", "cycles", "token_waits", "active", "bus_waits", "beats")
        ),
    ],
)
def test_every_time_counts(told, line):
    found = difference_of(told, RUN)
    assert found.startswith(line) and bool(found) == bool(line)


def _slower(mutant, number):
    return replace(RUN, cycles=90 + (mutant == 2 and number == 8))


def _wrong(mutant, number):
    raise MachineError(Error.BUS, "not as before", 5)


@pytest.mark.parametrize(
    "times, mutant, line",
    [
        (_slower, 0, ""),
        (_slower, 1, ""),
        (_slower, 2, "list 8: the list takes 91 cycles, expected are 90"),
        (lambda mutant, number: _wrong(mutant, number) if mutant else RUN, 3, "list 0: record 5: BUS: not as before"),
    ],
)
def test_slower_machines_are_found(monkeypatch, times, mutant, line):
    """Memories are right in all of them."""
    machine = MutatedMachine("", "", (), flexible_machine("parallel"))
    monkeypatch.setattr(player, "trial", lambda seed, number: number)
    monkeypatch.setattr(player, "examine", lambda model, number, **named: Listed(number, "", 1, 1))
    monkeypatch.setattr(ListPlayer, "_model", lambda self, mutant: None)
    monkeypatch.setattr(ListPlayer, "times", lambda self, mutant, drawn: times(mutant, drawn))
    assert ListPlayer(machine, range(3))(mutant) == line
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0  # it would end this process later
