"""Whole lists on the control of a machine: order, errors with their record, interrupts, profile, and a next run."""

import random

import numpy as np
import pytest
from control_bench import DONE, FAILS, WAITS, ControlBench

from lowtide.common.records.errors import Error
from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import End, Load, Memory, Store, Wait, pack
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig

SIZE = 1 << 16
LIST, PROFILE, DATA, RESULTS = 0x1000, 0x2000, 0x4000, 0x8000
MACHINES = {
    bus_bits: AcceleratorConfig(
        name=f"bus_{bus_bits}",
        array=ArrayConfig(name=f"array_{bus_bits}", kind="parallel", rows=8, cols=2, lanes=lanes),
        feature_bytes=1 << 9 if lanes == 1 else 1 << 11,
        weight_bytes=1 << 9,
        parameters=16,
        taps=16,
        bus_bits=bus_bits,
        outstanding=4,
        post=(),
    )
    for bus_bits, lanes in ((32, 1), (256, 4))
}


def bench(bus_bits=32, seed=1, busy=1.0, **behaviour):
    made = ControlBench(MACHINES[bus_bits], random.Random(seed), size=SIZE, seed=seed, busy=busy)
    made.model.memory[:] = np.random.default_rng(seed).integers(0, 256, SIZE)
    made.model.behave(**behaviour)
    made.write("interrupts_enabled", 7)
    return made


def chain(steps, atom, atoms=16):
    """Loads, adds 1 and stores, several times over two halves of the feature memory, in a pipeline of tokens."""
    records = []
    for step in range(steps):
        half = step % 2 * 128
        again = int(step >= 2)
        records += [
            Load(address=DATA + step * atoms * atom, local=half, units=atoms, take_a=again, give_a=1),
            Exec(
                in_base=half,
                out_base=half + 64,
                out_columns=atoms,
                take_b=1,
                take_a=again,
                give_b=1,
                give_a=1,
            ),
            Store(address=RESULTS + step * atoms * atom, local=half + 64, units=atoms, take_b=1, give_b=1),
        ]
    return records


def expected(made, steps, atoms=16):
    size = steps * atoms * made.config.atom_bytes
    return made.model.memory[DATA : DATA + size] + np.uint8(1)


def results(made, steps, atoms=16):
    return made.model.memory[RESULTS : RESULTS + steps * atoms * made.config.atom_bytes]


def right_run(made, steps=3):
    """A run that has to be right, whatever was before."""
    made.model.behave()
    made.model.memory[RESULTS : RESULTS + 4096] = 0
    made.start("execute", pack([*chain(steps, made.config.atom_bytes), End()]), LIST)
    assert made.until_over() == (0, 0)
    assert (results(made, steps) == expected(made, steps)).all()


@pytest.mark.parametrize("bus_bits", MACHINES)
@pytest.mark.parametrize("stalls, latency, busy", [(0.0, 0, 1.0), (0.3, 25, 0.6)])
def test_records_run_in_the_order_of_their_tokens(bus_bits, stalls, latency, busy):
    made = bench(bus_bits, 3, busy, stalls=stalls, latency=latency)
    steps = 8
    records = [*chain(steps, made.config.atom_bytes), End()]
    made.write("profile", PROFILE)
    made.start("initialise", pack(records), LIST)
    assert made.until_over() == (0, 0)
    assert (results(made, steps) == expected(made, steps)).all()
    assert made.read("interrupts") == DONE and made.model.get("irq")
    assert made.read("record") == 3 * steps
    entries = made.model.memory[PROFILE : PROFILE + 32 * made.read("profile_entries")].view(np.uint32).reshape(-1, 8)
    assert sorted(entries[:, 0] & 0xFFFFFF) == list(range(3 * steps))
    by_number = {int(entry[0] & 0xFFFFFF): entry for entry in entries}
    for number, record in enumerate(records[:-1]):
        kind, begun, cycles, _, active, _, beats, zero = by_number[number][0] >> 28, *by_number[number][1:]
        assert kind == record.kind and zero == 0 and active <= cycles
        bytes_moved = 16 * made.config.atom_bytes
        assert beats == (0 if isinstance(record, Exec) else bytes_moved // made.config.bus_bytes)
        step, place = divmod(number, 3)
        if place:  # begins when the record before it in the chain has ended
            before = by_number[number - 1]
            assert begun >= before[1] + before[2]
        if step >= 2 and place == 0:  # LOAD: its half is free again
            before = by_number[number - 5]
            assert begun >= before[1] + before[2]
    assert made.read("cycles") >= max(entries[:, 1] + entries[:, 2])
    overlap = any(
        a[1] < b[1] + b[2] and b[1] < a[1] + a[2] and a[0] >> 28 != b[0] >> 28 for a in entries for b in entries
    )
    assert overlap  # engines run at the same time
    made.write("interrupts", DONE)
    assert made.read("interrupts") == 0 and not made.model.get("irq")
    right_run(made)


def test_an_interrupt_is_raised_only_where_it_is_enabled():
    made = bench()
    made.write("interrupts_enabled", 6)
    made.start("execute", pack([End()]), LIST)
    assert made.until_over() == (0, 0)
    assert made.read("interrupts") == DONE and not made.model.get("irq")
    made.write("interrupts_enabled", 1)
    assert made.model.get("irq")


def test_wait_stands_until_software_resumes():
    made = bench()
    atom = made.config.atom_bytes
    made.start("execute", pack([*chain(2, atom), Wait(), *chain(1, atom), End()]), LIST)
    made.write("start", 4)  # too early: counts for nothing
    while not made.model.get("irq"):
        made.cycle()
    assert made.read("interrupts") == WAITS and made.read("status") == 3
    assert (results(made, 2) == expected(made, 2)).all()  # all engines have ended
    made.write("watchdog", 50)
    for _ in range(300):
        made.cycle()
    assert made.read("status") == 3 and made.read("record") == 6  # the watchdog does not watch
    made.model.memory[DATA : DATA + 16] = 7
    made.write("watchdog", 0)
    made.write("interrupts", WAITS)
    made.write("start", 4)
    assert made.until_over() == (0, 0)
    assert (results(made, 2)[: 16 * atom] == 8).all() and made.read("record") == 10


def broken(record, *, bits=(), **fields):
    """A record with bits turned, or with numbers that it refuses."""
    word = int.from_bytes(record.pack(), "little")
    for field in record.layout():
        if field.name in fields:
            word = field.put(word, fields[field.name])
    for bit in bits:
        word ^= 1 << bit
    return word.to_bytes(record.size, "little")


REFUSED = [
    (broken(Load(address=DATA), bits=[20]), Error.RESERVED),
    (broken(Load(address=DATA), bits=[511]), Error.RESERVED),
    (broken(Store(address=DATA), bits=[500]), Error.RESERVED),
    (broken(Exec(), bits=[1023]), Error.RESERVED),
    (broken(Exec(), bits=[31]), Error.RESERVED),
    (broken(End(), bits=[4]), Error.RESERVED),
    (broken(Wait(), bits=[300]), Error.RESERVED),
    (broken(End(), kind=5), Error.KIND),
    (broken(End(), kind=15), Error.KIND),
    (broken(Exec(), taps=0), Error.RANGE),
    (broken(Exec(), out_apart=5), Error.RANGE),
    (broken(Exec(), operand=3), Error.RANGE),
    (broken(Load(address=DATA), memory=4), Error.RANGE),  # no table is built
    (broken(Load(address=DATA), units=0), Error.RANGE),
    (broken(Load(address=DATA, local=511, units=2)), Error.ADDRESS),
    (broken(Store(address=DATA, local=511, units=2)), Error.ADDRESS),
    (broken(Load(address=0xF000)), Error.WINDOW),
    (broken(Store(address=0xE000)), Error.WINDOW),
]


@pytest.mark.parametrize(("record", "error"), REFUSED)
def test_an_illegal_record_stops_the_list_and_the_next_run_is_right(record, error):
    made = bench(stalls=0.1, latency=3)
    made.write("read_limit", 0xEFFF)
    made.write("write_limit", 0xDFFF)
    before = made.model.memory[0xE000:].copy()
    after = Store(address=0xD000, units=16)
    made.start("execute", pack(chain(2, 1)) + record + pack([after, *chain(1, 1), End()]), LIST)
    stored = made.model.memory[0xD000:0xD010].copy()
    assert made.until_over() == (error, 6)
    assert made.read("interrupts") == FAILS and made.read("status") == 4
    assert (made.model.memory[0xE000:] == before).all()
    if error == Error.KIND:  # waits for all before it
        assert (results(made, 2) == expected(made, 2)).all() and (made.model.memory[0xD000:0xD010] == stored).all()
    made.write("interrupts", FAILS)
    right_run(made)
    assert made.read("interrupts") == DONE


@pytest.mark.parametrize("response", [2, 3])
@pytest.mark.parametrize(
    ("fault", "number"),
    [
        ({"read_fault": (DATA + 20, DATA + 21)}, 3),  # LOAD of the second step
        ({"write_fault": (RESULTS + 5, RESULTS + 6)}, 2),
        ({"read_fault": (LIST + 64, LIST + 68)}, 1),  # the first word of EXEC
        ({"read_fault": (LIST + 2 * 64, LIST + 2 * 64 + 1)}, 1),  # its second half
        ({"write_fault": (PROFILE + 32, PROFILE + 36)}, None),
    ],
)
def test_an_error_of_the_bus_stops_the_list(fault, number, response):
    made = bench(stalls=0.2, latency=5, response=response, **fault)
    made.write("profile", PROFILE)
    made.start("execute", pack([*chain(3, 1), End()]), LIST)
    error, place = made.until_over()
    assert error == Error.BUS and number in (None, place)
    assert made.read("interrupts") == FAILS
    made.write("profile", 0)
    right_run(made)


def test_what_lies_behind_the_end_does_not_matter():
    records = pack([*chain(1, 1), End()])
    made = bench(read_fault=(LIST + len(records), LIST + len(records) + 512))
    made.start("execute", records, LIST)
    assert made.until_over() == (0, 0)
    made.write("read_limit", DATA + 15)
    made.start("execute", records, DATA + 16 - 64 * ((len(records) + 15) // 64) - 16 & ~63)
    assert made.until_over() == (0, 0)


def test_lists_and_entries_keep_to_the_windows():
    made = bench()
    made.write("read_limit", LIST + 64 * 5 - 1)
    made.start("execute", pack([Load(address=0, units=1)] * 9 + [End()]), LIST)
    assert made.until_over() == (Error.WINDOW, 5)
    made.write("read_limit", 0xFFFFFFFF)
    made.write("write_base", PROFILE)
    made.write("write_limit", PROFILE + 63)
    made.write("profile", PROFILE)
    before = made.model.memory[PROFILE + 64 : PROFILE + 96].copy()
    made.start("execute", pack([Load(address=0, units=1)] * 9 + [End()]), LIST)
    assert made.until_over() == (Error.WINDOW, 2)
    assert (made.model.memory[PROFILE + 64 : PROFILE + 96] == before).all() and made.read("profile_entries") == 3


@pytest.mark.parametrize(
    ("records", "number"),
    [
        ([Load(units=4, take_a=1), Load(units=4), End()], 0),  # nothing gives it a token
        ([Load(units=4), Store(address=RESULTS, take_a=1), Exec(take_a=1, give_b=1), End()], 1),  # each waits
        ([Exec(take_b=2), Load(units=4, give_a=1), End()], 0),
    ],
)
def test_a_list_that_waits_for_ever_is_caught_by_the_watchdog(records, number):
    made = bench(latency=10)
    made.write("watchdog", 100)
    made.start("execute", pack(records), LIST)
    assert made.until_over() == (Error.WATCHDOG, number)
    made.write("watchdog", 100)
    right_run(made)


def test_an_engine_that_does_not_end_is_told_to_stop():
    made = bench()
    made.write("watchdog", 60)
    made.engine.hangs = True
    made.start("execute", pack([*chain(2, 1), End()]), LIST)
    assert made.until_over() == (Error.WATCHDOG, 1)
    made.engine.hangs = False
    right_run(made)


def test_an_error_of_the_array_has_its_reason():
    made = bench()
    made.engine.errors = {1: (int(Error.ENGINE), 19)}
    made.start("execute", pack([*chain(3, 1), End()]), LIST)
    assert made.until_over() == (Error.ENGINE, 4)
    assert made.read("error") == Error.ENGINE | 19 << 8
    right_run(made)
    assert made.read("error") == 0
    made.engine.errors = {made.engine.begun: (int(Error.OVERFLOW), 3)}
    made.start("execute", pack([*chain(1, 1), End()]), LIST)
    assert made.until_over() == (Error.OVERFLOW, 1) and made.read("error") == Error.OVERFLOW


def test_a_counter_that_would_exceed_255_is_an_error():
    made = bench()
    made.start("execute", pack([Load(units=1, give_a=7)] * 37 + [End()]), LIST)
    assert made.until_over() == (Error.RANGE, 36)
    right_run(made)


def test_a_start_while_a_list_runs_is_an_error():
    made = bench(latency=20)
    made.start("execute", pack([*chain(8, 1), End()]), LIST)
    for _ in range(100):
        made.cycle()
    made.write("start", 1)
    error, number = made.until_over()
    assert error == Error.START and 0 < number < 24
    right_run(made)


@pytest.mark.parametrize("seed", range(6))
def test_a_reset_at_any_cycle_leaves_nothing_behind(seed):
    made = bench(seed=seed, stalls=0.2, latency=8)
    made.start("execute", pack([*chain(6, 1), End()]), LIST)
    for _ in range(made.rng.randrange(20, 600)):
        made.cycle()
    made.reset()
    assert made.read("status") == 0 and made.read("interrupts") == 0
    right_run(made)


def test_registers_tell_what_the_machine_is_and_refuse_what_is_none():
    made = bench(256)
    config = made.config
    assert made.read("version") == 0x4C54_0001
    assert made.read("array") == 8 | 2 << 16
    assert made.read("units") == 2 | 3 << 8 | 5 << 16 | config.multiplier_bits << 24
    assert made.read("feature_memory") == config.feature_atoms and made.read("weight_memory") == config.weight_words
    assert made.read("small_memories") == 15 | 15 << 16
    made.write("array", 0xFFFFFFFF)
    assert made.read("array") == 8 | 2 << 16 and made.read("read_limit") == 0xFFFFFFFF
    made.write("execution", 0x1234_5678)
    assert made.read("execution") == 0x1234_5640
    for address in (0x18, 0x64, 0xFFC):
        with pytest.raises(OSError, match="response 2"):
            made.read(address)
        with pytest.raises(OSError, match="response 2"):
            made.write(address, 1)


def test_all_memories_are_filled():
    made = bench(stalls=0.1)
    records = [Load(memory=memory, address=DATA + 512 * memory, units=8) for memory in list(Memory)[:4]]
    made.start("initialise", pack([*records, End()]), LIST)
    assert made.until_over() == (0, 0)
    for record in records:
        found = made.local.contents[int(record.memory)][:8].ravel()
        assert (found == made.model.memory[record.address : record.address + len(found)]).all()
