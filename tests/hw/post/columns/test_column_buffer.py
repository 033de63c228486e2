"""The buffer of columns: every column once, in order, as many as it holds without a pause, none after a start."""

from collections import deque

import numpy as np
import pytest

from lowtide.hw.post.columns.column_buffer import ColumnBuffer

from unit_model import UnitModel


@pytest.fixture(scope="module")
def model():
    found = UnitModel(ColumnBuffer("column_buffer", width=70, depth=4))
    found.reset()
    return found


def cleared(model):
    for name, value in (("start", 1), ("columns_valid", 0), ("waiting_ready", 0)):
        model.set(name, value)
    model.tick()
    model.set("start", 0)


def test_columns_leave_in_order(model):
    rng = np.random.default_rng(1)
    cleared(model)
    inside, held = deque(), None
    for cycle in range(3000):
        if held is None and rng.random() < (0.9 if cycle % 400 < 200 else 0.3):
            held = int.from_bytes(rng.bytes(8), "little") << 6
            model.set("columns_data", held)
        model.set("columns_valid", held is not None)
        ready = rng.random() < (0.3 if cycle % 400 < 200 else 0.9)
        model.set("waiting_ready", ready)
        model.set("start", cycle % 701 == 700)
        if model.get("waiting_valid"):
            assert model.get("waiting_data") == inside[0]
            if ready:
                inside.popleft()
        if held is not None and model.get("columns_ready"):
            inside.append(held)
            held = None
        assert len(inside) <= 5
        if cycle % 701 == 700:
            inside.clear()
        model.tick()
    assert inside or held


def test_it_takes_what_it_holds_without_a_pause(model):
    cleared(model)
    model.set("columns_valid", 1)
    taken = []
    for cycle in range(8):
        model.set("columns_data", cycle + 1)
        taken.append(model.get("columns_ready"))
        model.tick()
    assert taken == [1] * 5 + [0] * 3
    assert model.get("waiting_valid") and model.get("waiting_data") == 1
