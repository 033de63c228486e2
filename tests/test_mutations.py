"""Deliberate defects in copies of the emitted Verilog are caught by the comparison that proves the original."""

import re

import numpy as np
import pytest

from lowtide import golden
from lowtide.hw import ArrayConfig, Engine, verilog
from lowtide.sim import Model
from lowtide.sim.engine.packing import weight_rows

from golden_jobs import stored

TERM = ArrayConfig(name="test_mutations", kind="term", rows=2, cols=2, lanes=2, group=4, x_types=("signed",))


def small(kind, **fields):
    """A small array of a kind."""
    return ArrayConfig(name=f"test_mutations_{kind}", kind=kind, rows=2, cols=2, **fields)


def replaced(text, pattern, replacement):
    """The text with exactly one match of a pattern replaced."""
    changed, count = re.subn(pattern, replacement, text, flags=re.M)
    assert count == 1, f"{count} places match {pattern}"
    return changed


def tie_rule_flipped(text):
    """Among equal exponents the highest index first: values enter the selector in reverse, indices leave it so."""
    for index in range(2):
        a, b = (f".value(values[{8 * i + 7}:{8 * i}])" for i in (index, 3 - index))
        assert text.count(a) == text.count(b) == 1
        text = text.replace(a, "<swap>").replace(b, a).replace("<swap>", b)
    text = replaced(text, r"\.terms\(selector_terms\)", ".terms(backwards)")
    lane = "00000" + "11"  # valid, negative, exponent; the index, lowest, is complemented
    return replaced(
        text,
        r"^(  wire \[13:0\] selector_terms;)$",
        rf"\1\n  wire [13:0] backwards;\n  assign selector_terms = backwards ^ 14'b{lane}{lane};",
    )


def sign_of_the_top_plane_dropped(text):
    """The highest exponent is always taken as positive: -128 becomes 128."""
    return replaced(text, r"(if \(\w+\) negative_7 <= )[^;]+;", r"\g<1>4'b0;")


def budget_off_by_one(text):
    """A slot more than the budget."""
    return replaced(text, r"(assign slots = in_\w+ \? slots_left : )(mode\[\d+:\d+\]);", r"\1(\2 + 9'd1);")


def coefficient_too_narrow_by_one_bit(text):
    """The top bit of the coefficient of 2^6 repeats the one below."""
    return replaced(text, r"^(  assign result = .*)coefficient_6, ", r"\1{coefficient_6[4], coefficient_6[4:0]}, ")


def weight_of_a_plane(text):
    """Every plane of the weights counts half."""
    return replaced(text, r"(assign \w+ = 3'h)7( - control_bits\[\d:\d\];)", r"\g<1>6\2")


def accumulator_does_not_double(text):
    """Planes of half the weight are added without doubling what is there."""
    return replaced(text, r"control_bits\[\d\] \? (\{ result, 1'h0 \} : )", r"1'h0 ? \1")


def sign_of_a_booth_digit(text):
    """A digit of -1 or -2 in lane 0 counts positive."""
    return replaced(text, r"^(  assign part_0_2 = \w+ \^ )[^;]+;", r"\g<1>10'h0;")


def sign_flag_of_a_brick(text):
    """The limb of X in brick 0 never carries a sign."""
    return replaced(text, r"^(  assign x_negative_0 = )[^;]+;", r"\g<1>1'h0;")


def product_of_two_subwords_that_do_not_belong_together(text):
    """A block of the multiplier stays on that halves must switch off."""
    return replaced(text, r"^(  assign on_4_0 = )[^;]+;", r"\g<1>1'h1;")


def carry_between_columns_lost(text):
    """The sum of the first rows of a subword multiplier loses its highest carry."""
    return replaced(text, r"(assign sum_4 = )sum_3\[8:1\]", r"\g<1>{ 1'h0, sum_3[7:1] }")


DEFECTS = [
    (TERM, tie_rule_flipped),
    (TERM, sign_of_the_top_plane_dropped),
    (TERM, budget_off_by_one),
    (small("parallel", multiplier="booth"), sign_of_a_booth_digit),
    (
        small("term_pair", group=2, accumulation="coefficients", coefficient_width=6, x_types=("signed",)),
        coefficient_too_narrow_by_one_bit,
    ),
    (small("bit_serial", lanes=2), weight_of_a_plane),
    (small("bit_plane", lanes=4), accumulator_does_not_double),
    (small("fused"), sign_flag_of_a_brick),
    (small("subword"), carry_between_columns_lost),
    (small("subword"), product_of_two_subwords_that_do_not_belong_together),
]


def compare(compiled):
    """The comparison in every mode, exact in value and in cycles: operands at random, then all of them 85, which has
    the most terms that signed 8 bits can have, and the same ones on both sides."""
    rng, config = np.random.default_rng(8), compiled.config
    for mode in config.modes():
        k = min(32, config.largest_k(mode))
        operands = [(stored(rng, (8, k), mode, "x"), stored(rng, (weight_rows(k, config, mode), 8), mode, "w"))]
        if min(mode.x_bits, mode.w_bits) == 8:
            operands.append((np.full((8, k), 85), np.full((weight_rows(k, config, mode), 8), 85)))
        for x, w in operands:
            result, stated = compiled.gemm(x, w, mode), golden.gemm(x, w, mode, config)
            assert np.array_equal(result.y, stated.y) and result.cycles == stated.cycles, mode.label()


@pytest.mark.parametrize(
    "config", {config.name: config for config, _ in DEFECTS}.values(), ids=lambda config: config.name
)
def test_the_original_passes(config):
    compare(Model(config))


@pytest.mark.parametrize("config, mutate", DEFECTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_defect_is_caught(config, mutate):
    original = verilog(Engine(config))
    mutated = mutate(original)
    assert mutated != original
    with pytest.raises(AssertionError):
        compare(Model(config, verilog_text=mutated))
