"""The queue in a memory: every word once, in order, as many as it holds without a pause, none after a start."""

from collections import deque

import numpy as np
import pytest

from lowtide.hw.memory.queue import Queue

from unit_model import UnitModel


@pytest.fixture(scope="module")
def model():
    found = UnitModel(Queue("queue", width=70, most=5))
    found.reset()
    return found


def cleared(model):
    for name, value in (("start", 1), ("i_valid", 0), ("o_ready", 0)):
        model.set(name, value)
    model.tick()
    model.set("start", 0)


def test_words_leave_in_order(model):
    rng = np.random.default_rng(1)
    cleared(model)
    inside, held = deque(), None
    for cycle in range(3000):
        if held is None and rng.random() < (0.9 if cycle % 400 < 200 else 0.3):
            held = int.from_bytes(rng.bytes(8), "little") << 6
            model.set("i_data", held)
        model.set("i_valid", held is not None)
        ready = rng.random() < (0.3 if cycle % 400 < 200 else 0.9)
        model.set("o_ready", ready)
        model.set("start", cycle % 701 == 700)
        assert model.get("level") == len(inside)
        if model.get("o_valid"):
            assert model.get("o_data") == inside[0]
            if ready:
                inside.popleft()
        if held is not None and model.get("i_ready"):
            inside.append(held)
            held = None
        assert len(inside) <= 5
        if cycle % 701 == 700:
            inside.clear()
        model.tick()
    assert inside or held


def test_it_takes_what_it_holds_without_a_pause(model):
    cleared(model)
    model.set("i_valid", 1)
    taken = []
    for cycle in range(8):
        model.set("i_data", cycle + 1)
        taken.append(model.get("i_ready"))
        model.tick()
    assert taken == [1] * 5 + [0] * 3
    assert model.get("o_valid") and model.get("o_data") == 1
