"""Buffers give the words that they got, in order, and lose no cycle."""

import random

import pytest

from lowtide.hw.logic.buffer import Fifo, PingPong, Registered

from unit_model import UnitModel

UNITS = {
    "registered": lambda: Registered("registered", 8),
    "ping-pong": lambda: PingPong("ping_pong", 8),
    "fifo": lambda: Fifo("fifo", 8, 4),
    "fifo of 5": lambda: Fifo("fifo_of_5", 8, 5),
}


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("gives, takes", [(1, 1), (0.3, 1), (1, 0.3), (0.6, 0.6)])
def test_words_come_out_in_order(name, gives, takes):
    made, rng = UnitModel(UNITS[name]()), random.Random(4)
    made.set("i_valid", 0)
    made.set("o_ready", 0)
    made.reset()
    sent, got, offered = [], [], None
    while len(got) < 300:
        if offered is None and rng.random() < gives:
            offered = rng.randrange(256)
        made.set("i_valid", offered is not None)
        made.set("i_data", offered or 0)
        made.set("o_ready", ready := rng.random() < takes)
        if "level" in made.names:
            assert made.get("level") == len(sent) - len(got)
        if ready and made.get("o_valid"):
            got.append(made.get("o_data"))
        if offered is not None and made.get("i_ready"):
            sent.append(offered)
            offered = None
        made.tick()
    assert got == sent[: len(got)]
    if gives == takes == 1:
        assert made.cycle == 302  # a reset, and the first word's way


@pytest.mark.parametrize("name", ["registered", "ping-pong"])
def test_a_register_hides_each_side_from_the_other(name):
    made = UnitModel(UNITS[name]())
    for name in ("i_valid", "o_ready", "i_data"):
        made.set(name, 0)
    made.reset()
    for _ in range(4):
        made.set("o_ready", 0)
        before = made.get("i_ready")
        made.set("o_ready", 1)
        assert made.get("i_ready") == before
        made.set("o_ready", 0)
        made.set("i_valid", 0)
        shown = made.get("o_valid")
        made.set("i_valid", 1)
        assert made.get("o_valid") == shown
        made.tick()


@pytest.mark.parametrize("depth", [0, 1])
def test_one_word_is_too_few(depth):
    with pytest.raises(ValueError, match=f"depth is {depth}, allowed are 2 and more"):
        Fifo("fifo", 8, depth)
