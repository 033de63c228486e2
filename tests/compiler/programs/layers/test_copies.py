"""What is wanted of a memory goes in and out by few records."""

import numpy as np

from lowtide.common.records.kinds import Memory
from lowtide.compiler.programs.layers.copies import GAP, loads, runs, stores
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.machines import find_machine


def test_units_go_in_and_out():
    rng, config = np.random.default_rng(0), find_machine("tiny")
    count, unit = config.feature_atoms, config.atom_bytes
    for _ in range(20):
        wanted = np.zeros(count, np.bool_)
        for _ in range(int(rng.integers(4))):
            first = int(rng.integers(count))
            wanted[first : first + int(rng.integers(1, 300))] = True
        values = rng.integers(0, 256, (count, unit), np.uint8)
        memory = np.concatenate([values.reshape(-1), np.zeros(count * unit, np.uint8)])
        machine = Interpreter(config, memory)
        machine.run([*loads(Memory.FEATURE, wanted, 0, unit), *stores(wanted, count * unit, unit)])
        assert np.array_equal(machine.local(Memory.FEATURE)[wanted], values[wanted])
        assert np.array_equal(memory[count * unit :].reshape(count, unit)[wanted], values[wanted])


def test_small_gaps_go_with_them():
    wanted = np.zeros(1000, np.bool_)
    assert list(runs(wanted)) == []
    wanted[[3, 3 + GAP, 4 + 2 * GAP, 999]] = True
    assert list(runs(wanted)) == [range(3, 4 + GAP), range(4 + 2 * GAP, 5 + 2 * GAP), range(999, 1000)]
    assert list(runs(np.ones(5, np.bool_))) == [range(5)]
