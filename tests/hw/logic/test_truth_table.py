"""Conditions on mode bits: right for every code that occurs, and made once."""

import itertools

import pytest
from amaranth.hdl import Cat, Fragment, Module, Signal
from amaranth.sim import Simulator

from lowtide.hw.logic.truth_table import Conditions, sum_of_products


def table(bits, condition):
    """The condition's value for every code of the bits."""
    m, result, found = Module(), Signal(), []
    m.d.comb += result.eq(condition)

    async def bench(context):
        for code in range(1 << len(bits)):
            context.set(Cat(bits), code)
            found.append(context.get(result))

    simulator = Simulator(m)
    simulator.add_testbench(bench)
    simulator.run()
    return found


@pytest.mark.parametrize("choices", list(itertools.product((0, 1, None), repeat=8))[::61])
def test_conditions_on_three_bits(choices):
    """1, 0 or free for each of the 8 codes: one in 61 of all 6,561 such tables."""
    bits = [Signal(name=f"bit_{place}") for place in range(3)]
    ones, zeros = ([code for code, wanted in enumerate(choices) if wanted == value] for value in (1, 0))
    found = table(bits, sum_of_products(bits, ones, zeros))
    assert all(found[code] for code in ones) and not any(found[code] for code in zeros)


def test_equal_conditions_are_one_signal_and_constant_ones_none():
    m, bits = Module(), [Signal(name="low"), Signal(name="high")]
    conditions = Conditions(m, bits, {"a": 0, "b": 1, "c": 3})
    assert conditions.among(["a", "c"], "first") is conditions.among(["c", "a"], "second")
    assert conditions.among([], "never").value == 0 and conditions.among(["a", "b", "c"], "always").value == 1
    assert Fragment.get(m, None).statements, "the condition is driven"
