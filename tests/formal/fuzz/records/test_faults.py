"""Lists with a wrong record stop there, with its error, and leave the memories as the records before it did."""

import numpy as np
import pytest

from lowtide.common.records.errors import MachineError
from lowtide.formal.fuzz.records.faults import FAULTS, faulty_list
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.pe import KINDS

SEED = 2


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_lists_stop_at_the_wrong_record(kind, fault):
    print(f"seed {SEED}")
    for number in range(12):
        base = 4096 * number * 0x1_0001
        found = faulty_list(flexible_machine(kind), SEED, number, fault=fault, records=6, base=base)
        windows = dict(read_window=found.read_window, write_window=found.write_window)
        machine = Interpreter(found.config, found.external.copy(), **windows, base=base)
        with pytest.raises(MachineError) as refusal:
            machine.run_at(found.address)
        assert (refusal.value.error, refusal.value.record) == (found.error.error, found.error.record)
        assert found.error.error == FAULTS[fault][0] and np.array_equal(
            machine.memories.external, found.after.memories.external
        )


def test_a_seed_is_always_the_same_list():
    config = flexible_machine("parallel")
    one, again = (faulty_list(config, SEED, 3, fault="window") for _ in range(2))
    assert np.array_equal(one.external, again.external) and str(one.error) == str(again.error)


@pytest.mark.parametrize("fault, fields", [("static range", 12), ("built range", 9), ("accessed address", 4)])
def test_many_fields_are_wrong(fault, fields):
    config = flexible_machine("parallel")
    lines = {faulty_list(config, SEED, n, fault=fault, records=4).error.line.split(" is ")[0] for n in range(60)}
    assert len(lines) >= fields, lines
