"""The compiled machine from NumPy: what it leaves in memory, what it counts, how it fails, how a run is drawn."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import End, Load, Store, Wait, pack
from lowtide.common.records.record import RECORD_BYTES, Kind
from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.layouts.pictures import picture_loads, picture_stores
from lowtide.formal.fuzz.records.lists import random_list
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.machines import find_machine, flexible_machine
from lowtide.sim.machine import MachineModel
from lowtide.sim.machine.model import entry_of
from lowtide.sim.machine.trace import write_trace

MEMORY = 1 << 18
GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "run_a_machine.md"


@pytest.fixture(scope="module")
def model():
    return MachineModel(flexible_machine("parallel"), memory_bytes=MEMORY, watchdog=5000, quick=True)


def copy(model, units, bytes_of_unit, source=0x4000, target=0x8000):
    """Records that copy units through the feature memory; and their bytes."""
    values = np.arange(units * bytes_of_unit, dtype=np.uint8)
    model.write(source, values)
    return [Load(address=source, units=units, give_b=1), Store(address=target, units=units, take_a=1)], values


@pytest.mark.parametrize("latency, stalls", [(0, 0.0), (20, {"r": 0.5, "w": 0.3})])
def test_a_list_runs_and_is_counted(model, latency, stalls):
    model.reset()
    model.behave(latency=latency, stalls=stalls)
    unit, units = model.config.atom_bytes, 64
    records, values = copy(model, units, unit)
    run = model.run(records, address=0x1000)
    assert (model.read(0x8000, len(values)) == values).all()
    load, store = run.entries
    assert [(each.number, each.kind) for each in run.entries] == [(0, Kind.LOAD), (1, Kind.STORE)]
    beats = units * unit // model.config.bus_bytes
    assert load.beats == store.beats == beats and store.token_waits > 0
    assert load.begun + load.cycles <= store.begun and store.begun + store.cycles <= run.cycles
    assert run.written_bytes == units * unit + 2 * 32 and run.read_bytes >= units * unit + 3 * 64
    if latency:
        assert load.cycles > 1.5 * beats and load.bus_waits > 0


def test_random_lists_are_golden(model):
    model.reset()
    model.behave(latency=7, stalls=0.1)
    measured = {}
    for number in range(6):
        found = random_list(model.config, 3, number)
        model.write(0, found.external)
        run = model.run_at(found.address, len(found.records))
        assert (model.memory[: len(found.external)] == found.after.memories.external).all()
        executed = [entry for entry in run.entries if entry.kind == Kind.EXEC]
        assert {entry.number: (entry.smallest, entry.largest) for entry in executed} == {
            entry.number: found.after.measured.get(entry.number, (0, 0)) for entry in executed
        }
        measured |= found.after.measured
        assert len(run.entries) == sum(record.kind in (Kind.LOAD, Kind.EXEC, Kind.STORE) for record in found.records)
    assert measured


@pytest.mark.parametrize("base", [0xFFF0_0000, 0x7FFE_0000, 4096])
def test_external_memory_may_be_anywhere(base):
    config = flexible_machine("parallel")
    model = MachineModel(config, memory_bytes=MEMORY, base=base, watchdog=5000, quick=True)
    records, values = copy(model, 64, config.atom_bytes, base + 0x4000, base + MEMORY - 64 * config.atom_bytes)
    run = model.run(records, address=base)
    assert (model.read(base + MEMORY - len(values), len(values)) == values).all() and len(run.entries) == 2
    assert (model.memory[-len(values) :] == values).all()
    for windows, error in (({}, Error.WINDOW), ({"read_base": 0, "read_limit": (1 << 32) - 1}, Error.BUS)):
        for register, value in windows.items():
            model.write_register(register, value)
        with pytest.raises(MachineError) as caught:
            model.run([Load(address=base - config.atom_bytes)], address=base)
        golden = Interpreter(config, model.memory.copy(), base=base, read_window=(0 if windows else base, 1 << 32))
        with pytest.raises(MachineError) as expected:
            golden.run_at(base)
        assert caught.value.error == expected.value.error == error
    with pytest.raises(ValueError, match=f"address is {base - 1:#x} for 1 bytes, allowed are those from {base:#x} to "):
        model.read(base - 1, 1)


def test_external_memory_moves_with_its_windows(model):
    model.move(0x1234_5000)
    records, values = copy(model, 4, model.config.atom_bytes, 0x1234_9000, 0x1234_5000)
    model.run(records, address=0x1234_8000)
    assert (model.memory[: len(values)] == values).all()
    assert [model.read_register(f"write_{end}") - model.base for end in ("base", "limit")] == [
        0,
        MEMORY + (1 << 19) - 1,
    ]
    with pytest.raises(ValueError, match=r"base is 0x800, allowed are multiples of 4096 from 0 to 0xfff40000"):
        model.move(0x800)
    with pytest.raises(ValueError, match="base is 0xfffff000"):
        model.move(0xFFFF_F000)
    model.move(0)


def test_software_works_at_a_wait(model):
    model.reset()
    records, values = copy(model, 4, model.config.atom_bytes)
    seen = []

    def on_wait(machine):
        seen.append(machine.read(0x8000, len(values)))
        machine.write(0x4000, values[::-1])

    model.run([*records, Wait(), *records], on_wait=on_wait)
    assert len(seen) == 1 and (seen[0] == values).all()
    assert (model.read(0x8000, len(values)) == values[::-1]).all()


def test_errors_have_their_record_and_the_next_run_is_right(model):
    model.reset()
    records, values = copy(model, 4, model.config.atom_bytes)
    with pytest.raises(MachineError, match="record 2: WINDOW: the machine stopped: ") as caught:
        model.run([*records, Load(address=MEMORY)])
    assert (caught.value.error, caught.value.record) == (Error.WINDOW, 2)
    with pytest.raises(MachineError, match="record 0: WATCHDOG"):
        model.run([Load(units=1, take_a=1)])
    model.run(records)
    assert (model.read(0x8000, len(values)) == values).all()


@pytest.mark.parametrize("before", [0, 1, 5])
def test_a_record_that_ends_beyond_the_window_is_told(model, before):
    """Of any of its bytes, whatever lies there."""
    for record in (Exec(), Load(fill=1), Wait()):
        packed = pack([*(Load(fill=1) for _ in range(before)), record, Exec(), End()])
        for inside in sorted({0, 20, record.size // 2, record.size // 2 + 20, record.size - 1}):
            model.reset()
            external = np.full(4096, 255, np.uint8)
            external[: len(packed)] = np.frombuffer(packed, np.uint8)
            model.write(0x1000, external)
            end = 0x1000 + RECORD_BYTES * before + inside
            model.write_register("read_limit", end - 1)
            golden = Interpreter(model.config, external, base=0x1000, read_window=(0, end))
            with pytest.raises(MachineError) as expected:
                golden.run_at(0x1000)
            with pytest.raises(MachineError) as told:
                model.run_at(0x1000, before + 3)
            assert {(each.value.error, each.value.record) for each in (expected, told)} == {(Error.WINDOW, before)}
    model.reset()


def test_a_list_for_another_machine_is_refused_as_golden_does(model):
    model.reset()
    assert model.read_register("identity") == model.config.identity == model.read_register("program")
    found, rng = random_list(model.config, 5, 1), np.random.default_rng(5)
    for initialise in (False, True):
        for program in (0, int(rng.integers(1 << 32)), find_machine("tiny").identity):
            model.write_register("program", program)
            model.write(0, found.external)
            before = model.counts()
            golden = Interpreter(model.config, found.external.copy(), program=program)
            with pytest.raises(MachineError, match="record 0: FOREIGN: program is ") as of_golden:
                golden.run_at(found.address)
            with pytest.raises(MachineError, match="record 0: FOREIGN: the machine stopped") as of_rtl:
                model.run_at(found.address, len(found.records), initialise=initialise)
            assert {(each.value.error, each.value.record) for each in (of_golden, of_rtl)} == {(Error.FOREIGN, 0)}
            after = model.counts()
            assert (after.read_bursts, after.write_bursts) == (before.read_bursts, before.write_bursts)
            assert (model.memory[: len(found.external)] == golden.memories.external).all()
            assert model.read_register("status") == 4 and model.read_register("profile_entries") == 0
        model.write_register("program", model.config.identity)
        model.run_at(found.address, len(found.records), initialise=initialise)
        assert (model.memory[: len(found.external)] == found.after.memories.external).all()


@pytest.mark.parametrize("apart", [1, 2])
def test_movers_rearrange_a_picture_and_back(model, apart):
    """Channels last in external memory, blocks of channels and phases in the feature memory."""
    model.reset()
    config = model.config
    atom = config.atom_bytes
    layout = Layout.of(5, 7, 3 * atom, values=atom, array_rows=config.rows, apart=apart, base=5)
    picture = np.random.default_rng(apart).integers(0, 256, (5, 7, 3 * atom), np.uint8)
    model.write(0x4000, picture)
    whole = Store(address=0x10000, units=config.feature_atoms)
    back = picture_stores(layout, 0x8000, atom)
    model.run([*picture_loads(layout, 0x4000, atom), Wait(), whole, *back])
    atoms = model.read(0x10000, config.feature_bytes).reshape(-1, atom)
    assert np.array_equal(layout.get(atoms), picture)
    assert np.array_equal(model.read(0x8000, picture.size), picture.reshape(-1))


def test_bad_input_is_told_in_a_line(model):
    for call, line in [
        (lambda: MachineModel(model.config, memory_bytes=5000), "memory_bytes is 5000, allowed are multiples of 4096"),
        (lambda: model.behave(stalls={"x": 0.5}), "stalls of x is 0.5, allowed are 0 to below 1 for ar, r, aw, w, b"),
        (lambda: model.behave(stalls=1.0), "stalls of ar is 1.0, allowed are 0 to below 1"),
        (lambda: model.read(MEMORY, 1), "address is 0x40000 for 1 bytes, allowed are those from 0x0 to 0x3ffff"),
        (lambda: model.run([], address=32), "address is 0x20, allowed are multiples of 64"),
        (lambda: model.read_register("speed"), "register is 'speed', allowed are version, array"),
        (lambda: model.run_at(0, 1 << 20), "records is 1048576, allowed are at most 16384: see entries"),
    ]:
        with pytest.raises(ValueError, match=line):
            call()


def test_the_guide_runs(tmp_path, monkeypatch, capsys):
    """Its code, and that what it prints is right."""
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), flags=re.S)
    names = {}
    exec(compile(code, str(GUIDE), "exec"), names)
    window = np.pad(names["picture"], ((1, 1), (1, 1), (0, 0)))[2:5, 3:6]  # what pixel (2, 3) sees
    expected = np.clip(np.tensordot(window, names["weights"], 3) * 3 + 1024 >> 11, 0, 255)
    first, *lines, last = capsys.readouterr().out.splitlines()
    assert first == str(expected)
    assert [line.split()[0] for line in lines] == ["LOAD"] * 4 + ["EXEC", "STORE"]
    assert re.fullmatch(r"\d+ cycles, \d+ bytes read, \d+ written", last)
    assert Path("build/run.json").exists()


def test_a_run_is_drawn(model, tmp_path):
    model.reset()
    records, _ = copy(model, 64, model.config.atom_bytes)
    run = model.run(records)
    events = json.loads(write_trace(tmp_path / "run.json", run.entries, {1: "result"}).read_text())["traceEvents"]
    drawn = {event["name"]: event for event in events if event["ph"] == "X"}
    assert list(drawn) == ["LOAD 0", "waits for tokens", "result"]
    waits, result = drawn["waits for tokens"], drawn["result"]
    assert waits["ts"] + waits["dur"] == result["ts"] and result["args"]["beats"] == run.entries[1].beats
    assert [event["args"]["name"] for event in events if event["ph"] == "M"] == ["LOAD", "EXEC", "STORE"]


def test_an_entry_of_no_kind_is_told():
    """As only a machine that is broken writes it, such as one with a defect put into it."""
    with pytest.raises(RuntimeError, match="an entry of kind 9 into its profile, there is none"):
        entry_of([9 << 28, 0, 0, 0, 0, 0, 0, 0], 0, 0)
