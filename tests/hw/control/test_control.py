"""Whole lists on the control of a machine: order, interrupts, profile, registers, and a next run."""

import numpy as np
import pytest

from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import End, Load, Memory, Wait, pack

from control_bench import BUSY, DONE, WAITING, WAITS
from control_lists import DATA, LIST, MACHINES, PROFILE, bench, chain, expected, results, right_run


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
    assert made.read("interrupts") == WAITS and made.read("status") & 7 == BUSY | WAITING
    assert (results(made, 2) == expected(made, 2)).all()  # all engines have ended
    made.write("watchdog", 50)
    for _ in range(300):
        made.cycle()
    assert made.read("status") == BUSY | WAITING and made.read("record") == 6  # the watchdog does not watch
    made.model.memory[DATA : DATA + 16] = 7
    made.write("watchdog", 0)
    made.write("interrupts", WAITS)
    made.write("start", 4)
    assert made.until_over() == (0, 0)
    assert (results(made, 2)[: 16 * atom] == 8).all() and made.read("record") == 10


def test_what_lies_behind_the_end_does_not_matter():
    records = pack([*chain(1, 1), End()])
    made = bench(read_fault=(LIST + len(records), LIST + len(records) + 512))
    made.start("execute", records, LIST)
    assert made.until_over() == (0, 0)
    made.write("read_limit", DATA + 15)
    made.start("execute", records, DATA + 16 - 64 * ((len(records) + 15) // 64) - 16 & ~63)
    assert made.until_over() == (0, 0)


def test_registers_tell_what_the_machine_is_and_refuse_what_is_none():
    made = bench(256)
    config = made.config
    assert made.read("version") == 0x4C54_0002
    assert made.read("array") == 8 | 2 << 16
    assert made.read("units") == 2 | 3 << 8 | 5 << 16 | config.multiplier_bits << 24
    assert made.read("feature_memory") == config.feature_atoms and made.read("weight_memory") == config.weight_words
    assert made.read("small_memories") == 15 | 15 << 16
    assert made.read("extras") == 0
    made.write("array", 0xFFFFFFFF)
    assert made.read("array") == 8 | 2 << 16 and made.read("read_limit") == 0xFFFFFFFF
    made.write("execution", 0x1234_5678)
    assert made.read("execution") == 0x1234_5640
    assert made.read("identity") == config.identity != 0
    made.write("identity", 1)
    assert made.read("identity") == config.identity == made.read("program")
    for address in (0x68, 0x6C, 0xFFC):
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
