"""A machine with stand-ins of its PEs is the machine: every list leaves the same bytes, in the same cycles."""

import numpy as np
import pytest

from lowtide.common.records.errors import MachineError
from lowtide.common.records.record import Kind
from lowtide.formal.fuzz.records.faults import FAULTS, faulty_list
from lowtide.formal.fuzz.records.lists import random_list
from lowtide.hw.config.machines import find_machine, flexible_machine
from lowtide.hw.mode.word import Mode
from lowtide.sim.machine import MachineModel

CONFIG = flexible_machine("parallel")  # its array has Booth digits, data and weights of both signs
MEMORY = 1 << 18


@pytest.fixture(scope="module")
def models():
    return [
        MachineModel(CONFIG, memory_bytes=MEMORY, watchdog=5000, quick=True, stand_in=stand_in, progress=False)
        for stand_in in (False, True)
    ]


def left(model, external, address, records):
    """All that can be seen of a run."""
    model.write(0, external)
    try:
        run = model.run_at(address, records)
    except MachineError as error:
        run = (error.error, error.record, str(error))
        model.reset()
    counts = model.counts()
    return run, model.memory.tobytes(), [getattr(counts, name) for name, _ in counts._fields_]


def test_random_lists_leave_the_same_in_the_same_cycles(models):
    rng, seed, signs = np.random.default_rng(1), 1, set()
    for number in range(10):
        latency, stalls = int(rng.integers(20)), float(rng.choice([0, 0.2]))
        found = random_list(CONFIG, seed, number)
        for model in models:
            model.reset()
            model.behave(latency=latency, stalls=stalls)
        shipped, stand_in = (left(model, found.external, found.address, len(found.records)) for model in models)
        assert shipped == stand_in
        assert np.array_equal(models[1].memory[: len(found.external)], found.after.memories.external)
        modes = [Mode.of_word(record.mode) for record in found.records if record.kind == Kind.EXEC]
        signs |= {(mode.x_signed, mode.w_signed) for mode in modes}
    assert len(signs) == 4


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_lists_end_in_the_same_error(models, fault):
    found = faulty_list(CONFIG, 3, 0, fault=fault)
    for model in models:
        model.reset()
        model.behave()
    shipped, stand_in = (left(model, found.external, found.address, 4096) for model in models)
    assert shipped == stand_in


def test_a_machine_without_one_is_refused():
    with pytest.raises(ValueError, match="stand_in is True, allowed is False for the array parallel_8x4_l1: for"):
        MachineModel(find_machine("tiny"), stand_in=True)
