"""Whole machines: random legal lists leave in all memories what golden's machine leaves, whatever the bus does."""

import random
from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.kinds import Memory
from lowtide.formal.fuzz.records.lists import random_list
from lowtide.hw.config.machines import find_machine, flexible_machine
from lowtide.sim.machine.library import machine_verilog
from lowtide.sim.verilator.lint import lint

from control_bench import RESET
from machine_bench import MachineBench

SEED = 1
ROOM = 1 << 17  #: of external memory, behind what lists use


def test_random_lists_leave_what_golden_says():
    """Of every kind, and behind what goes wrong: `make fuzz`."""
    leaves_what_golden_says(flexible_machine("bit_plane"), 4)


def test_random_lists_on_tiles_leave_what_golden_says():
    config = flexible_machine("digit")
    array = replace(config.array, name="digit_tiled", tile_rows=2, tile_cols=4)
    leaves_what_golden_says(replace(config, array=array), 3)


def leaves_what_golden_says(config, lists):
    rng = random.Random(SEED)
    bench = MachineBench(config, rng)
    for number in range(lists):
        print(f"seed {SEED}, list {number}")
        found = random_list(config, SEED, number)
        memory = bench.model.memory
        assert len(found.external) <= ROOM
        memory[: len(found.external)] = found.external
        bench.model.behave(latency=rng.choice((0, 3, 30)), stalls=rng.choice((0.0, 0.2, 0.6)))
        assert bench.run(found.address) == (0, 0)
        assert np.array_equal(memory[: len(found.external)], found.after.memories.external)
        assert np.array_equal(bench.features(ROOM), found.after.local(Memory.FEATURE))


@pytest.mark.parametrize("by_software", [False, True])
def test_a_reset_in_any_cycle_leaves_nothing_behind(by_software):
    config, rng = flexible_machine("parallel"), random.Random(SEED + by_software)
    bench, found = MachineBench(config, rng), random_list(flexible_machine("parallel"), SEED, 1)
    memory = bench.model.memory
    for _ in range(6):
        memory[: len(found.external)] = found.external
        bench.write("execution", found.address)
        bench.write("start", 2)
        for _ in range(rng.randrange(6000)):
            bench.cycle()
        if by_software:
            bench.model.hold_bus(True)
            bench.write("start", RESET)
            bench.model.hold_bus(False)
        else:
            bench.reset()
    memory[: len(found.external)] = found.external
    assert bench.run(found.address) == (0, 0)
    assert np.array_equal(memory[: len(found.external)], found.after.memories.external)
    assert np.array_equal(bench.features(ROOM), found.after.local(Memory.FEATURE))


@pytest.mark.parametrize("name", ["tiny", "bit_plane_flex"])
def test_verilator_has_no_remark(name):
    config = find_machine(name)
    assert lint(machine_verilog(config), top=config.top) == []
