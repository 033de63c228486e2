"""Activity is what the nets did: worked examples of operands whose transitions are known."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.hw import find
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.synth.gates import activity as module
from lowtide.synth.gates.activity import activity
from lowtide.synth.targets import GateLibrary

GATES = GateLibrary()
SMALL = ArrayConfig(name="tiny", rows=1, cols=1, x_width=4, w_width=4, acc_width=16, multiplier="booth")
MODE = SMALL.modes()[0]


def product(weights, data=None):
    """One dot product; data are ones unless given."""
    weights = np.array(weights)
    return (np.ones((1, len(weights)), int) if data is None else np.array(data)[None, :]), weights[:, None], MODE


def more(long, short, config=SMALL):
    """What the longer product does more than the shorter one, cycle for cycle: dict of nets, and cycles."""
    first, second = (activity(config, GATES, "plain", [each]) for each in (long, short))
    assert first.nets.keys() == second.nets.keys()
    return {net: count - second.nets[net] for net, count in first.nets.items()}, first.cycles - second.cycles


def test_registers_change_with_the_weights_that_they_hold():
    """100 cycles more, weights 0 and 3 in turn: both low bits change every cycle, the others never."""
    nets, cycles = more(product([0, 3] * 100), product([0, 3] * 50))
    assert cycles == 100
    assert [nets[f"south[{bit}]"] for bit in range(4)] == [100, 100, 0, 0]
    assert [nets[f"north[{bit}]"] for bit in range(4)] == [100, 100, 0, 0]
    assert [nets[f"east[{bit}]"] for bit in range(4)] == [0, 0, 0, 0]


def test_a_clock_changes_twice_a_cycle():
    nets, cycles = more(product([0, 3] * 100), product([0, 3] * 50))
    assert nets["clk"] == 2 * cycles == 200
    whole = activity(SMALL, GATES, "plain", [product([0, 3] * 50)])
    assert whole.nets["clk"] == 2 * whole.cycles
    assert sum(count == 200 for net, count in nets.items() if net.startswith("_")) == 3  # all gates open while it works


def test_a_clock_gate_is_closed_while_there_is_nothing_to_do():
    """The accumulator's clock rises once for each multiplication, however long the array fills and drains."""
    whole = activity(SMALL, GATES, "plain", [product([0, 3] * 50), product([1] * 7)])
    assert 2 * 107 in [count for net, count in whole.nets.items() if net.startswith("_")]
    assert whole.cycles > 107 and whole.multiplications == 107


def test_the_accumulator_counts():
    """0 + 1 + 1 + ...: bit 0 changes every cycle, bit 1 every other, of 64 cycles."""
    nets, cycles = more(product([1] * 128), product([1] * 64))
    assert cycles == 64
    assert [nets[f"result[{bit}]"] for bit in range(5)] == [64, 32, 16, 8, 4]
    assert nets["south[0]"] == nets["east[0]"] == 0


def test_transitions_are_summed_over_the_array():
    pair = replace(SMALL, name="pair", cols=2)
    x, w, mode = product([0, 3] * 100)
    found = activity(pair, GATES, "plain", [(x, np.hstack([w, w]), mode)])
    assert (found.instances, found.multiplications) == (2, 400)
    assert found.nets["clk"] == 4 * found.cycles
    assert found.nets["south[0]"] >= 2 * 199


def test_operands_of_zero_leave_the_multiplier_alone():
    nets, cycles = more(product([0] * 200), product([0] * 100))
    assert cycles == 100
    assert {count for net, count in nets.items() if count and net not in ("clk",)} == {200}  # clocks only


def test_activity_is_kept(monkeypatch):
    first = activity(SMALL, GATES, "plain", [product([1, 2, 3])])
    monkeypatch.setattr(module, "CountingModel", None)
    assert activity(SMALL, GATES, "plain", [product([1, 2, 3])]) == first
    with pytest.raises(TypeError):
        activity(SMALL, GATES, "plain", [product([1, 2, 4])])


def test_a_product_that_the_array_refuses_is_refused():
    mode = find("term_8x8_g8_l8").modes()[0]
    with pytest.raises(ValueError):
        activity(SMALL, GATES, "plain", [(np.ones((1, 4), int), np.ones((4, 1), int), mode)])
