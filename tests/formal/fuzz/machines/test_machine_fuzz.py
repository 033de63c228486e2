"""Random lists with what goes wrong before them, on the RTL of one kind; what is wrong is found, runs go on."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from lowtide.command import main
from lowtide.common.records.errors import Error
from lowtide.common.records.kinds import Load, Store
from lowtide.common.records.record import Kind
from lowtide.formal.fuzz.machines import examine as examination
from lowtide.formal.fuzz.machines.entries import EntryRoom, entries_end
from lowtide.formal.fuzz.machines.examine import examine, machine_model
from lowtide.formal.fuzz.machines.told import told_of_list
from lowtide.formal.fuzz.machines.trial import EVENTS, event_of, other_identity, random_base, trial
from lowtide.formal.fuzz.records.bus_faults import beats_of
from lowtide.formal.fuzz.records.faults import faulty_list
from lowtide.formal.fuzz.records.maker import USED
from lowtide.hw.config.machines import MACHINES, find_machine
from lowtide.hw.pe import KINDS
from lowtide.sim.machine.library import Counts

SEED = 4
STEP = len(KINDS)  #: from one list of a machine to the next


@pytest.fixture(scope="module")
def model():
    return machine_model(0, seed=SEED)


def number_of(event):
    """The first list of the machine `parallel` behind an event."""
    return next(number for number in range(0, 60 * STEP, STEP) if event_of(SEED, number) == event)


@pytest.mark.parametrize("event", EVENTS)
def test_lists_are_right_whatever_went_wrong_before(model, event):
    number = number_of(event)
    print(f"seed {SEED}, list {number}")
    found = examine(model, number, seed=SEED)
    assert (found.finding, found.event) == ("", event) and found.cycles > 0


def test_number_i_of_a_seed_is_always_the_same():
    one, again, other = (trial(*each) for each in ((SEED, 3), (SEED, 3), (SEED + 1, 3)))
    assert one.found.records == again.found.records and (one.bus, one.cycles) == (again.bus, again.cycles)
    assert one.found.records != other.found.records and one.config.array.kind == list(KINDS)[3]


def test_beats_are_those_that_a_copy_moves():
    config = replace(find_machine("parallel_flex"), bus_bits=128)
    bus, atom = config.bus_bytes, config.atom_bytes
    assert bus > atom
    record = Load(address=10 * bus + atom, units=bus // atom, count_2=2, pitch_2=-4 * bus)
    assert list(beats_of(record, config)) == [(10 * bus, 12 * bus), (6 * bus, 8 * bus)]
    assert list(beats_of(replace(record, fill=1), config)) == []
    assert list(beats_of(Store(address=3 * bus, units=1), config)) == [(3 * bus, 4 * bus)]


def first(event):
    """The first trial of an event and its number."""
    number = number_of(event)
    return number, trial(SEED, number)


@pytest.mark.parametrize(
    "event, change, line",
    [
        ("nothing", lambda drawn: spoilt(drawn, external=True), "external memory differs"),
        ("nothing", lambda drawn: spoilt(drawn, external=False), "the feature memory differs"),
        ("nothing", lambda drawn: measured_otherwise(drawn), "measured sums differ"),
        (
            "bus error",
            lambda drawn: replace(drawn, fault=replace(drawn.fault, record=99)),
            "expected is record 99: BUS",
        ),
        ("wrong record", lambda drawn: replace(drawn, faulty=other_error(drawn)), "expected is record 3: WATCHDOG"),
        ("foreign list", lambda drawn: replace(drawn, program=drawn.config.identity), "expected is record 0: FOREIGN"),
        ("deadlock", lambda drawn: replace(drawn, faulty=other_error(drawn)), "expected is record 3: WATCHDOG"),
        (
            "standing bus",
            lambda drawn: replace(drawn, fault=replace(drawn.fault, record=99)),
            "the register error_record is ",
        ),
        (
            "room of entries",
            lambda drawn: replace(drawn, room=EntryRoom(1000, 0, False)),
            "no error, expected is WINDOW",
        ),
    ],
)
def test_what_is_wrong_is_found(model, monkeypatch, event, change, line):
    number, drawn = first(event)
    monkeypatch.setattr(examination, "trial", lambda seed, number: change(drawn))
    assert line in examine(model, number, seed=SEED).finding


def test_a_foreign_list_that_moves_something_is_found(model, monkeypatch):
    number, drawn = first("foreign list")
    bursts = count()
    monkeypatch.setattr(model, "counts", lambda: Counts(read_bursts=next(bursts)))
    assert examination.foreign(model, drawn) == "a foreign list moves something"


def test_bases_are_of_all_sorts():
    rng = np.random.default_rng(SEED)
    found = [random_base(rng) for _ in range(400)]
    assert all(base % 4096 == 0 and 0 <= base <= (1 << 32) - (1 << 20) for base in found) and 0 in found
    crossed = {bit for base in found for bit in range(21, 32) if base >> bit != (base + USED - 1) >> bit}
    assert crossed == set(range(21, 32)) and max(found) > 0xF000_0000


@pytest.mark.parametrize("register, wrong", [("feature_memory", 32), ("write_limit", 1), ("status", 8), ("start", 1)])
def test_registers_that_tell_another_number_are_found(model, monkeypatch, register, wrong):
    number, drawn = first("nothing")
    read = model.read_register
    monkeypatch.setattr(examination, "trial", lambda seed, number: drawn)
    monkeypatch.setattr(model, "read_register", lambda name: read(name) ^ (wrong if name == register else 0))
    assert f"the register {register} is " in examine(model, number, seed=SEED).finding


def test_entries_that_tell_what_cannot_be_are_found(model):
    number, drawn = first("nothing")
    model.move(drawn.found.base)
    model.write(drawn.found.base, drawn.found.external)
    run = model.run_at(drawn.found.address, len(drawn.found.records))
    assert told_of_list(model, drawn.found, run, run.cycles) == ""
    assert {entry.kind for entry in run.entries} >= {Kind.LOAD, Kind.EXEC}
    entry = run.entries[3]
    for changed, line in (
        (replace(entry, beats=entry.beats + 1), f"record {entry.number} is told to have moved {entry.beats + 1} beats"),
        (replace(entry, active=entry.cycles + 1), f"record {entry.number} of {entry.cycles} cycles"),
        (replace(entry, cycles=run.cycles), f"record {entry.number} is told to begin at cycle {entry.begun} "),
        (replace(entry, number=1000), "there are entries of other records"),
    ):
        entries = (*run.entries[:3], changed, *run.entries[4:])
        assert line in told_of_list(model, drawn.found, replace(run, entries=entries), run.cycles)
    assert "is told to begin" in told_of_list(model, drawn.found, run, run.cycles - 1)


def test_room_for_entries_is_of_all_sorts():
    rng = np.random.default_rng(SEED)
    rooms = [EntryRoom.drawn(rng, 40) for _ in range(300)]
    assert {39, 40} < {room.entries for room in rooms} and all(0 <= room.entries <= 40 for room in rooms)
    assert {0, 1, 31} < {room.spare for room in rooms} <= set(range(32))
    assert {room.is_refused for room in rooms} == {False, True}


@pytest.mark.parametrize("spare", [0, 31])
def test_entries_that_are_not_where_they_should_be_are_found(model, monkeypatch, spare):
    """The machine has other room than is expected: by one entry more, and by one less."""
    _, drawn = first("nothing")
    model.move(drawn.found.base)
    room = EntryRoom(5, spare, False)
    assert entries_end(model, drawn.found, room, latency=0) == ""
    write = model.write_register
    for change in (-32, 32):
        monkeypatch.setattr(
            model, "write_register", lambda name, value, by=change: write(name, value + by * (name == "write_limit"))
        )
        assert "entr" in entries_end(model, drawn.found, room, latency=0)
        monkeypatch.setattr(model, "write_register", write)
        model.move(drawn.found.base)


def test_a_reset_by_software_that_does_nothing_is_found(model, monkeypatch):
    number, drawn = first("software reset")
    monkeypatch.setattr(examination, "trial", lambda seed, number: replace(drawn, cycles=500))
    monkeypatch.setattr(model, "reset_by_register", lambda: None)
    assert "the register status is 0x" in examine(model, number, seed=SEED).finding
    model.reset()


def test_a_watchdog_of_other_cycles_is_found(model, monkeypatch):
    number, drawn = first("deadlock")
    monkeypatch.setattr(examination, "trial", lambda seed, number: drawn)
    write = model.write_register
    monkeypatch.setattr(
        model, "write_register", lambda name, value, **named: write(name, value + 300 * (name == "watchdog"), **named)
    )
    monkeypatch.setattr(examination, "kept_by_registers", lambda *given: "")
    assert f"the watchdog of {drawn.quiet} cycles tells after " in examine(model, number, seed=SEED).finding
    monkeypatch.undo()
    model.reset()


def test_other_identities_are_of_all_sorts_and_never_the_machines_own():
    rng = np.random.default_rng(SEED)
    for machine in MACHINES.values():
        found = [other_identity(machine, rng) for _ in range(200)]
        assert machine.identity not in found and all(0 <= each < 1 << 32 for each in found)
        assert 0 in found and any((each ^ machine.identity).bit_count() == 1 for each in found)
        assert len({each.identity for each in MACHINES.values()} & set(found)) > 3 and len(set(found)) > 60


def spoilt(drawn, *, external):
    """A trial whose list is said to leave another byte in a memory."""
    memories = drawn.found.after.memories
    memory = memories.external if external else drawn.found.after.local(0)
    memory[(0,) * memory.ndim] ^= 1
    return drawn


def measured_otherwise(drawn):
    """A trial whose list is said to have measured other sums."""
    drawn.found.after.measured = {number: (2, 1) for number in range(len(drawn.found.records))}
    return drawn


def other_error(drawn):
    wrong = faulty_list(drawn.config, SEED, 0, fault="window", records=3)
    wrong.error.error, wrong.error.record = Error.WATCHDOG, 3
    return wrong


def test_the_command_goes_on_where_it_stopped(tmp_path, capsys):
    arguments = ["fuzz-machine", "--seed", str(SEED), "--kind", "parallel", "--jobs", "1", "-o", str(tmp_path)]
    assert main([*arguments, "--count", "1"]) == 0
    page = tmp_path / "page.md"
    assert main([*arguments, "--count", str(STEP + 1), "--page", str(page)]) == 0
    assert "1 of them were examined before" in capsys.readouterr().out
    assert f"lists 0 to {STEP}, none with findings" in page.read_text()
    assert page.read_bytes() == (tmp_path / "fuzz_machine.md").read_bytes()
    assert np.all([f"| {kind} |" in page.read_text() for kind in (*KINDS, "all")])


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--kind", "systolic"], ["--seed", "-1"], ["--jobs", "0"]])
def test_bad_input_is_one_line_and_status_2(arguments, capsys):
    assert main(["fuzz-machine", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and arguments[0][2:] in said
