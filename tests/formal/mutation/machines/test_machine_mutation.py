"""Mutants of machines: which units they are of, how they are judged, and what the page says."""

import signal
import time
from dataclasses import replace

import pytest

from lowtide.command import main
from lowtide.formal.mutation.judge import judge
from lowtide.formal.mutation.judged import Judged, Kept
from lowtide.formal.mutation.machines import run
from lowtide.formal.mutation.machines.report import markdown
from lowtide.formal.mutation.machines.run import judge_machine
from lowtide.formal.mutation.machines.text import mutated_machine, units_of
from lowtide.formal.mutation.mutants import SELECTOR, Mutant
from lowtide.hw.config.machines import flexible_machine
from lowtide.sim.machine.library import machine_verilog


@pytest.fixture(scope="module")
def machine():
    return mutated_machine("parallel", count=5, seed=1, units=["lists_watchdog", "machine_packer"])


def test_units_are_all_modules_around_the_array():
    config = flexible_machine("parallel")
    units = units_of(config, machine_verilog(config))
    assert {"machine", "machine_nest", "lists_fetch", "load_cursor", "control_registers"} <= set(units.values())
    assert not any(module.startswith(config.array.name) for module in units)
    assert len(set(units.values())) == len(units)


def test_mutants_are_of_the_units_and_have_numbers_of_their_own(machine):
    assert {mutant.unit for mutant in machine.mutants} == {"lists_watchdog", "machine_packer"}
    numbers = [mutant.number for mutant in machine.mutants]
    assert len(set(numbers)) == len(numbers) == 10 and min(numbers) > 0
    top = machine.text[machine.text.index(f"module {machine.config.top}(") :]
    assert SELECTOR in top[: top.index(")")] and SELECTOR not in machine.original


def _mutant(number):
    return Mutant(number, "unit", "inv", "net[0]", "line", "command")


def _play(number):
    if number == 3:
        signal.setitimer(signal.ITIMER_VIRTUAL, 1)
        while True:  # a machine that never ends
            time.process_time()
    return "differs" if number == 2 else ""


def test_a_mutant_that_never_ends_is_killed_and_the_others_are_judged():
    found = {}
    judge(
        [_mutant(number) for number in range(1, 6)],
        lambda: _play,
        jobs=2,
        done=lambda mutant, line: found.__setitem__(mutant.number, line),
    )
    assert {number: bool(line) for number, line in found.items()} == {1: False, 2: True, 3: True, 4: False, 5: False}


class Proofs:
    """Proves what it is told to, some of it in the whole machine."""

    def __init__(self, in_machine, proved):
        self.in_machine, self.proved = in_machine, proved

    def outcome_in_machine(self, mutant):
        return "equivalent" if mutant.number in self.in_machine else "undecided"

    def outcome(self, mutant):
        return "equivalent" if mutant.number in self.proved else "different"


class Player:
    """Plays mutants as it is told to; without mutants there is something wrong, or nothing."""

    def __init__(self, play, lists, wrong=""):
        self.play, self.lists, self.wrong = play, lists, wrong

    def prepare(self):
        if self.wrong:
            raise ValueError(f"the machine without mutants fails {self.wrong}")

    def of(self, lists):
        return Player(self.play, lists)

    def __call__(self, number):
        return self.play(self.lists, number)


def test_outcomes_are_kept_and_survivors_are_compared(machine, tmp_path, monkeypatch):
    """One mutant is found by a list, the proofs judge the others, and further lists find those of a unit."""
    first, packers = machine.mutants[0].number, [each.number for each in machine.mutants if "packer" in each.unit]
    proved = [each.number for each in machine.mutants[2::3]]

    def play(lists, number):
        found = [first] if 0 in lists else packers
        return "list 8: memory differs" if number in found else ""

    monkeypatch.setattr(run, "ListPlayer", lambda machine, lists: Player(play, lists))
    monkeypatch.setattr(run, "Equivalence", lambda machine, *, timeout: Proofs(proved[1:], proved[:1]))
    kept = Kept(tmp_path / "kept.json", seed=1, count=5)
    judged = judge_machine(machine, kept, lists=2, further=3, jobs=2, timeout=10, done=lambda judged: None)
    assert [each.mutant for each in judged] == sorted(machine.mutants, key=lambda mutant: mutant.number)
    assert judged[0].outcome == "killed" and judged[0].mutant.number not in packers
    others = {
        part: {each.outcome for each in judged[1:] if part in each.mutant.unit} for part in ("watchdog", "packer")
    }
    assert others == {"watchdog": {"equivalent", "survived"}, "packer": {"equivalent", "killed"}}
    assert [each.mutant.number for each in judged if each.outcome == "equivalent"] == proved
    monkeypatch.setattr(run, "judge", lambda mutants, *given, **named: pytest.fail("judged again") if mutants else None)
    again = Kept(tmp_path / "kept.json", seed=1, count=5)
    assert judge_machine(machine, again, lists=2, further=3, jobs=2, timeout=10, done=lambda judged: None) == judged
    drawn = tmp_path / "fuzz" / "records" / "lists.py"  # lists that are drawn otherwise may find others
    drawn.parent.mkdir(parents=True)
    drawn.write_text("RECORDS = 7\n")
    monkeypatch.setattr(run, "FUZZ", tmp_path / "fuzz")
    with pytest.raises(pytest.fail.Exception, match="judged again"):
        judge_machine(machine, again, lists=2, further=3, jobs=2, timeout=10, done=lambda judged: None)


def test_a_machine_that_fails_by_itself_is_refused(machine, tmp_path, monkeypatch):
    wrong = "list 8: memory differs"
    monkeypatch.setattr(run, "ListPlayer", lambda machine, lists: Player(None, lists, wrong))
    kept = Kept(tmp_path / "kept.json", seed=1, count=5)
    with pytest.raises(ValueError, match="the machine without mutants fails list 8: memory differs"):
        judge_machine(machine, kept, lists=2, further=3, jobs=1, timeout=1, done=lambda judged: None)


def test_the_page_has_the_share_of_each_unit_and_those_that_are_low():
    outcomes = ("killed", "killed", "survived", "equivalent")
    judged = [Judged(replace(_mutant(number), number=number), each, "") for number, each in enumerate(outcomes)]
    text = markdown({"parallel": judged}, "lowtide mutate-machine", count=4, seed=1, lists=9, further=20)
    assert "| unit | 67 of 3 |" in text and "- `parallel`: unit, 67 % of 3" in text and "66.7 %" in text
    assert "4 mutants a unit where it has so many, seed 1, 9 lists, and 20 further ones" in text


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["--unit", "nothing"], "unit is 'nothing', allowed for parallel are machine"),
        (["--count", "0"], "count is 0, allowed are 1 to 1023"),
        (["--lists", "0"], "lists is 0, allowed are 1 and more"),
        (["--kind", "none"], "kind is 'none', allowed are parallel"),
    ],
)
def test_bad_input_is_one_line(arguments, line, capsys, tmp_path):
    assert main(["mutate-machine", *arguments, "-o", str(tmp_path)]) == 2
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 1 and error[0].startswith(f"error: {line[:30]}")
