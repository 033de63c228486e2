"""Pictures with channels last, rearranged by the movers: every value is at its place in the layout, and comes back."""

import numpy as np
import pytest

from lowtide.common.records.kinds import Memory
from lowtide.compiler.layouts.layout import Layout
from lowtide.compiler.layouts.pictures import picture_bytes, picture_loads, picture_stores
from lowtide.golden.machine import Interpreter
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig

ATOM = 4
ARRAY = ArrayConfig(name="array", rows=4, cols=2, lanes=ATOM)
CONFIG = AcceleratorConfig(name="around", array=ARRAY, feature_bytes=1 << 15, weight_bytes=1 << 8, bus_bits=32)
START, BACK = 64, 1 << 14


def last(layout, codes):
    """The bytes of a picture with its channels last, in whole atoms."""
    whole = np.zeros((layout.rows, layout.columns, ATOM * layout.blocks), np.uint8)
    whole[..., : layout.channels] = codes
    return whole.reshape(-1)


@pytest.mark.parametrize("seed", range(30))
def test_a_picture_is_rearranged_and_comes_back(seed):
    rng = np.random.default_rng(seed)
    apart = int(rng.integers(1, 5))
    rows, columns, channels = (int(each) for each in rng.integers(1, (12, 12, 14)))
    layout = Layout.of(rows, columns, channels, values=ATOM, array_rows=4, apart=apart, base=int(rng.integers(0, 50)))
    codes = rng.integers(0, 256, (rows, columns, channels))
    machine = Interpreter(CONFIG, np.zeros(2 * BACK, np.uint8))
    external, size = machine.memories.external, picture_bytes(layout, ATOM)
    external[START : START + size] = last(layout, codes)
    loads, stores = picture_loads(layout, START, ATOM), picture_stores(layout, BACK, ATOM)
    assert len(loads) == len(stores) == min(apart, rows) * min(apart, columns)
    machine.run(loads)
    assert np.array_equal(layout.get(machine.local(Memory.FEATURE)), codes)
    machine.run(stores)
    assert np.array_equal(external[BACK : BACK + size], last(layout, codes))
    assert not external[START + size : BACK].any() and not external[BACK + size :].any()


def test_bit_planes_do_not_move():
    layout = Layout.of(2, 2, 4, values=4, array_rows=4, planes=True)
    with pytest.raises(ValueError, match="planes is True, allowed for pictures is False"):
        picture_loads(layout, 0, ATOM)
