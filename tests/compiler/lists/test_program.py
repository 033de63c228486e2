"""Lists of records: tokens for what must wait, none for what need not; memories that are too small."""

import numpy as np
import pytest

from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.kinds import End, Load, Memory, Store, Wait, unpack
from lowtide.compiler.kernels.convolution import linear
from lowtide.compiler.kernels.vector import copy
from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.lists.program import Program
from lowtide.compiler.lists.tokens import Place, Schedule
from lowtide.golden.machine import Interpreter
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig

from engine_orders import orders

ARRAY = ArrayConfig(name="array", rows=4, cols=4, lanes=4)
CONFIG = AcceleratorConfig(name="around", array=ARRAY, feature_bytes=1 << 12, weight_bytes=1 << 10, taps=16, post=POST)


@pytest.mark.parametrize("seed", range(30))
def test_no_order_lets_a_record_run_before_what_it_waits_for(seed):
    rng = np.random.default_rng(seed)
    schedule, touched = Schedule(), []
    kinds = (Load(), Exec(source=Source.VECTOR_SUM), Store(), Wait())

    def places():
        return [Place(Memory.FEATURE, first := int(rng.integers(8)), first + int(rng.integers(1, 4))) for _ in range(2)]

    for _ in range(40):
        reads, writes = places()[: rng.integers(3)], places()[: rng.integers(1, 3)]
        touched.append((reads, writes))
        kind = kinds[rng.choice(4, p=[0.3, 0.3, 0.3, 0.1])]
        schedule.add(kind, reads=reads, writes=writes)
    for _ in range(5):
        order = orders(schedule.records, rng)
        ended = {number: time for time, number in enumerate(order)}
        for later, (reads, writes) in enumerate(touched):
            for earlier, (before_reads, before_writes) in enumerate(touched[:later]):
                meet = any(a.meets(b) for a in before_writes for b in [*reads, *writes])
                meet |= any(a.meets(b) for a in before_reads for b in writes)
                if meet:
                    assert ended[earlier] < ended[later]


def test_records_that_share_nothing_do_not_wait():
    schedule = Schedule()
    for first, record in enumerate((Load(), Exec(), Store(), Load(), Wait(), Store())):
        schedule.add(record, writes=[Place(Memory.FEATURE, first, first + 1)])
    taken = [each.pack()[0] >> 4 | each.pack()[1] for each in schedule.records]
    assert not any(taken)


def test_weights_of_the_next_layer_load_while_one_runs():
    program, mode = Program(CONFIG), Mode()
    forms = [Layout.of(1, 8, 16 << n % 2, values=4, array_rows=4, base=128 * n, signed=True) for n in range(5)]
    rng = np.random.default_rng(0)
    for source, target in zip(forms, forms[1:], strict=False):
        program.run(linear(CONFIG, mode, source, target, rng.integers(-100, 100, (source.channels, target.channels))))
    records = program.finished()
    runs = [n for n, record in enumerate(records) if isinstance(record, Exec)]
    loads = [
        [record for record in records[a + 1 : b] if isinstance(record, Load)]
        for a, b in zip([-1, *runs], runs, strict=False)
    ]
    assert [sum(load.take_a for load in each) for each in loads] == [0, 0, 1, 1]  # the second need not wait
    assert [records[n].take_b for n in runs] == [1] * 4 and isinstance(records[-1], End)
    places = [load.local for each in loads for load in each if load.memory == Memory.WEIGHT]
    assert places == [0, 32, 0, 32]


def test_tensors_are_copied_as_they_lie():
    source = Layout.of(3, 3, 5, values=4, array_rows=4, base=7)
    target = Layout.of(3, 3, 5, values=4, array_rows=4, base=70)
    program = Program(CONFIG, base=1024)
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (3, 3, 5))
    atoms = np.zeros((source.room, 4), np.uint8)
    source.at(0).put(atoms, x)
    inside, outside = program.put(atoms.tobytes()), program.reserve(target)
    program.load(source, inside)
    program.run(copy(CONFIG, source, target))
    program.wait()
    program.store(target, outside)
    image = program.image()
    assert unpack(image.data[image.execution - 1024 :]) == program.finished() and inside == 1024 and not outside % 64
    memory = np.zeros(1024 + len(image.data), np.uint8)
    memory[1024:] = np.frombuffer(image.data, np.uint8)
    Interpreter(CONFIG, memory).run_at(image.execution)
    stored = memory[outside : outside + 4 * target.room].reshape(-1, 4)
    assert np.array_equal(target.at(0).get(stored), x)


def test_layers_that_need_more_than_a_memory_are_refused():
    source = Layout.of(1, 4, 64, values=4, array_rows=4)
    target = Layout.of(1, 4, 32, values=4, array_rows=4, base=200)
    with pytest.raises(ValueError, match="a layer needs 128 units of WEIGHT memory, allowed are 64"):
        Program(CONFIG).run(linear(CONFIG, Mode(), source, target, np.ones((64, 32), int)))
    with pytest.raises(ValueError, match="base is 8, allowed are multiples of 64"):
        Program(CONFIG, base=8)
