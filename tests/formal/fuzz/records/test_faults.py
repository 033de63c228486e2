"""Lists with a wrong record stop there, with its error, and leave the memories as the records before it did."""

from itertools import permutations

import numpy as np
import pytest

from lowtide.common.records.errors import MachineError
from lowtide.formal.fuzz.records.faults import FAULTS, OTHERS, STANDS, faulty_list
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.pe import KINDS

SEED = 2


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_lists_stop_at_the_wrong_record(kind, fault):
    print(f"seed {SEED}")
    for number in range(6):
        base = 4096 * number * 0x1_0001
        found = faulty_list(flexible_machine(kind), SEED, number, fault=fault, records=6, base=base)
        windows = dict(read_window=found.read_window, write_window=found.write_window)
        machine = Interpreter(found.config, found.external.copy(), **windows, base=base)
        with pytest.raises(ValueError if fault == STANDS else MachineError) as refusal:
            machine.run_at(found.address)
        if fault == STANDS:
            assert f"record {found.error.record}: " in str(refusal.value) and "a deadlock" in str(refusal.value)
        else:
            assert (refusal.value.error, refusal.value.record) == (found.error.error, found.error.record)
        assert found.error.error == FAULTS[fault][0] and np.array_equal(
            machine.memories.external, found.after.memories.external
        )


def test_a_seed_is_always_the_same_list():
    config = flexible_machine("parallel")
    one, again = (faulty_list(config, SEED, 3, fault="window") for _ in range(2))
    assert np.array_equal(one.external, again.external) and str(one.error) == str(again.error)


def test_arrays_refuse_jobs_for_many_reasons():
    config = flexible_machine("parallel")
    found = [faulty_list(config, SEED, number, fault="refused mode", records=4) for number in range(60)]
    assert all(each.reason > 0 for each in found) and len({each.reason for each in found}) > 4
    assert faulty_list(config, SEED, 0, fault="window", records=4).reason == 0


def test_windows_end_at_any_byte():
    config = flexible_machine("parallel")
    found = [faulty_list(config, SEED, number, fault="window", records=4) for number in range(40)]
    for ends in ([each.read_window[1] for each in found], [each.write_window[1] for each in found]):
        assert all({end >> bit & 1 for end in ends} == {0, 1} for bit in range(14))
    assert {len(each.others) for each in found} == {OTHERS}


def test_records_take_and_give_too_many_tokens_of_every_engine():
    config = flexible_machine("parallel")
    lines = [faulty_list(config, SEED, number, fault=STANDS, records=4).error.line.split() for number in range(80)]
    assert {(line[2], line[7].rstrip(",")) for line in lines} == set(permutations(("LOAD", "EXEC", "STORE"), 2))
    assert {int(line[4]) - int(line[-3].rstrip(":")) for line in lines} >= set(range(1, 8))  # how many are missing
    lines = [faulty_list(config, SEED, number, fault="token overflow", records=4).error.line for number in range(60)]
    found = {int(line.split(" leaves ")[1].split()[0]) for line in lines}
    assert 256 in found and found <= set(range(256, 263)) and len(found) > 4


@pytest.mark.parametrize("fault, fields", [("static range", 12), ("built range", 9), ("accessed address", 4)])
def test_many_fields_are_wrong(fault, fields):
    config = flexible_machine("parallel")
    lines = {faulty_list(config, SEED, n, fault=fault, records=4).error.line.split(" is ")[0] for n in range(60)}
    assert len(lines) >= fields, lines
