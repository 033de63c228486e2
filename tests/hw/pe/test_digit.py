"""`digit` by hand: its encoder's digits, products with exponents, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
from amaranth.hdl import Cat, Module, Signal
from amaranth.sim import Simulator

from lowtide import golden
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.pe.digit.encoder import free_digits
from lowtide.sim import Model

NARROW = ArrayConfig(
    name="by_hand",
    kind="digit",
    rows=1,
    cols=2,
    lanes=2,
    w_width=5,
    weight_cycles=1,
    exponent_bits=2,
    w_formats=("plain", "two_digits"),
)
FREE = Mode(x_signed=True, w_bits=5, w_format="two_digits")


def test_two_free_digits_of_all_21_integers():
    weight, m, found = Signal(5), Module(), {}
    outputs = [Cat(digit) for digit in free_digits(weight)]
    digits = Signal(6)
    m.d.comb += digits.eq(Cat(outputs))

    async def ask(simulation):
        for value in range(-10, 11):
            simulation.set(weight, value & 31)
            await simulation.delay(1e-6)
            bits = simulation.get(digits)
            parts = [bits >> 3 * place & 7 for place in range(2)]
            found[value] = [((part & 1) + (part & 2)) * (-1 if part & 4 else 1) for part in parts]

    simulator = Simulator(m)
    simulator.add_testbench(ask)
    simulator.run()
    assert {value: low + 4 * high for value, (low, high) in found.items()} == {value: value for value in range(-10, 11)}
    assert all(-2 <= digit <= 2 for pair in found.values() for digit in pair)


def test_products_with_exponents_by_hand():
    model = Model(NARROW)
    x = np.array([[3, -5, 7]])  # two chunks: the second has one value
    w = np.array([[10, -10], [-9, 4], [1, -2]])
    codes = w & 31
    result = model.gemm(x, codes, FREE.change(group_exponent=True), w_exponents=np.array([[3, 0], [1, 2]]))
    assert result.y.tolist() == [[(30 + 45) * 8 + 7 * 2, -30 - 20 - 14 * 4]]
    assert model.gemm(x, codes, FREE).y.tolist() == [[30 + 45 + 7, -30 - 20 - 14]]


@pytest.mark.parametrize(
    "bits, signed, cycles", [(2, True, 1), (4, True, 1), (8, True, 2), (8, False, 3), (7, False, 2)]
)
def test_cycles_are_the_digits_over_the_rate(bits, signed, cycles):
    config = replace(NARROW, w_width=8, weight_cycles=None, w_types=("signed", "unsigned"))
    assert config.cycles_per_beat(Mode(w_bits=bits, w_signed=signed)) == cycles
    assert replace(config, digits_per_cycle=4, weight_cycles=None).cycles_per_beat(Mode(w_bits=bits)) == 1


def test_weights_of_more_digits_than_there_are_cycles_for_are_refused_by_both_statements():
    wide = Mode(w_bits=5)
    line = "w_bits is 5, of 3 digits, configuration by_hand takes 2"
    with pytest.raises(ValueError, match=line):
        NARROW.check_mode(wide)
    with pytest.raises(ValueError, match="mode.w_bits is 5, of 3 digits, allowed on this digit array are 2 digits"):
        golden.check(wide, NARROW)
    for mode in (FREE, Mode(w_bits=4)):
        NARROW.check_mode(mode)
        golden.check(mode, NARROW)


def test_a_configuration_without_any_mode_is_refused():
    with pytest.raises(ValueError, match="^weight_cycles is 1, of one digit each, .*: allowed are 2 to 3$"):
        ArrayConfig(kind="digit", w_width=5, w_types=("unsigned",), digits_per_cycle=1, weight_cycles=1)
    for types, cycles in ((("unsigned",), 2), (("signed",), 1)):
        config = ArrayConfig(kind="digit", w_width=5, w_types=types, digits_per_cycle=1, weight_cycles=cycles)
        assert min(mode.w_bits for mode in config.modes()) == 2


def test_cycles_that_no_weight_takes_are_refused():
    with pytest.raises(ValueError, match="weight_cycles is 3, weights of 5 bits take 2: allowed are 1 to 2"):
        replace(NARROW, weight_cycles=3)
    with pytest.raises(ValueError, match="digits_per_cycle is 3, allowed are 1, 2, 4"):
        replace(NARROW, digits_per_cycle=3)


@pytest.mark.parametrize(
    "exponents, line", [(None, "w_exponents are missing"), ([[4, 0]], "values 0 to 4, allowed are")]
)
def test_exponents_that_are_missing_or_too_large(exponents, line):
    model = Model(NARROW)
    with pytest.raises(ValueError, match=line):
        model.gemm(
            np.ones((1, 2), int), np.ones((2, 2), int), FREE.change(group_exponent=True),
            w_exponents=None if exponents is None else np.array(exponents),
        )  # fmt: skip
