"""Lists on mutants: a machine that is only slower is found, whatever it leaves in its memories."""

import signal
from dataclasses import replace

import pytest

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.record import Kind
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


@pytest.fixture
def made(monkeypatch):
    """Makes a player of three lists, by what is told of a list behind what goes wrong, and when it runs by itself."""

    def make(times, alone, finding=lambda mutant, number: ""):
        def examined(self, mutant, number, drawn):
            return finding(mutant, number), times(mutant, number)

        monkeypatch.setattr(player, "trial", lambda seed, number: number)
        monkeypatch.setattr(ListPlayer, "examined", examined)
        monkeypatch.setattr(ListPlayer, "times", lambda self, mutant, drawn: alone(mutant, drawn))
        return ListPlayer(MutatedMachine("", "", (), flexible_machine("parallel")), range(3))

    return make


@pytest.mark.parametrize(
    "alone, mutant, line",
    [
        (_slower, 1, ""),
        (_slower, 2, "list 8: the list takes 91 cycles, expected are 90"),
        (lambda mutant, number: RUN, 2, ""),  # only behind what goes wrong before the list
        (lambda mutant, number: _wrong(mutant, number) if mutant == 2 else RUN, 2, "list 8: record 5: BUS: not as"),
    ],
)
def test_slower_machines_are_found(made, alone, mutant, line):
    """Memories are right in all of them."""
    said = made(_slower, alone)(mutant)
    assert said.startswith(line) and bool(said) == bool(line)
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0  # it would end this process later


def test_what_differs_from_golden_is_told_first(made):
    play = made(_slower, _slower, lambda mutant, number: "external memory differs" if mutant == 2 else "")
    assert play(2) == "list 0: external memory differs"


def test_a_machine_that_fails_without_mutants_is_refused(made):
    with pytest.raises(ValueError, match="the machine without mutants fails list 0: external memory differs"):
        made(_slower, _slower, lambda mutant, number: "external memory differs").prepare()


def test_lists_run_once_without_mutants(made):
    runs = []

    def noted(mutant, number):
        runs.append((mutant, number))
        return RUN

    play = made(noted, noted)
    play.prepare()
    assert len(runs) == 6 and {mutant for mutant, _ in runs} == {0}
    play.of(range(1, 3))(7)
    assert runs[6:] == [(7, 8), (7, 16)]
