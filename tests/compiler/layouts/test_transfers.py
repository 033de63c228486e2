"""Copies of tensors and parts of them, against NumPy: every value arrives, and nothing is written beyond the part."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.kinds import Memory
from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.layouts.transfers import loads, stores
from lowtide.golden.machine import Interpreter
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig

ARRAY = ArrayConfig(name="array", rows=4, cols=2, lanes=4)
CONFIG = AcceleratorConfig(name="around", array=ARRAY, feature_bytes=1 << 15, weight_bytes=1 << 8, bus_bits=32)


@pytest.mark.parametrize("seed", range(40))
def test_parts_go_in_and_out(seed):
    rng = np.random.default_rng(seed)
    planes, apart = bool(rng.integers(2)), int(rng.integers(1, 5))
    rows, columns, channels = int(rng.integers(1, 12)), int(rng.integers(1, 9)), int(rng.integers(1, 14))
    form = dict(values=4, array_rows=4, bits=int(rng.integers(1, 9)) if planes else 8, planes=planes, apart=apart)
    full = Layout.of(rows, columns, channels, reader_columns=int(rng.integers(1, 9)), **form)
    first = apart * int(rng.integers(0, -(-rows // apart)))
    part = full.rows_from(first, int(rng.integers(1, rows - first + 1)))
    block = int(rng.integers(0, full.blocks))
    part = part.channels_from(4 * block, int(rng.integers(1, channels - 4 * block + 1)))
    inside = part.resized(part.rows, part.channels, array_rows=4).at(int(rng.integers(0, 50)))
    machine = Interpreter(CONFIG, np.zeros(4 * full.room + 64, np.uint8))
    codes = rng.integers(0, 1 << full.bits, (rows, columns, channels))
    outside = machine.memories.external[64:].reshape(-1, 4)
    full.put(outside, codes)
    machine.run(loads(part, inside, 64, 4))
    there = np.s_[first : first + part.rows, :, 4 * block : 4 * block + part.channels]
    feature = machine.local(Memory.FEATURE)
    assert np.array_equal(inside.get(feature), codes[there])
    feature[inside.base : inside.base + inside.room] ^= 0xFF
    before = full.get(outside)
    machine.run(stores(part, inside, 64, 4))
    expected = before.copy()
    expected[there] ^= (1 << full.bits) - 1
    found = full.get(outside)
    kept = np.ones(found.shape, bool)
    kept[there] = False
    kept[:, :, 4 * block : 4 * block + 4 * part.blocks] = False  # of whole atoms
    assert np.array_equal(found[there], expected[there]) and np.array_equal(found[kept], before[kept])


@pytest.mark.parametrize("apart", [1, 2, 3])
def test_a_whole_tensor_is_one_record(apart):
    full = Layout.of(6, 5, 12, values=4, array_rows=4, apart=apart)
    (record,) = loads(full, replace(full, base=8), 0, 4)
    if apart == 1:
        assert record.units == full.room and (record.count_1, record.count_2, record.count_3) == (1, 1, 1)
