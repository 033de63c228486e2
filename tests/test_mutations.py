"""Deliberate defects in copies of the emitted Verilog are caught by the comparison that proves the original."""

import re

import numpy as np
import pytest

import golden
from hw import ArrayConfig, Engine, Mode, verilog
from sim import Model

from golden_jobs import operand

CONFIG = ArrayConfig(name="test_mutations", kind="term", rows=2, cols=2, lanes=2, group=4, x_types=("signed",))


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
    text = replaced(text, r"\.terms\(operand\)", ".terms(backwards)")
    lane = "00000" + "11"  # valid, negative, exponent; the index, lowest, is complemented
    return replaced(text, r"^(module test_mutations_encoder\(.*\);)$",
                    rf"\1\n  wire [13:0] backwards;\n  assign operand = backwards ^ 14'b{lane}{lane};")


def sign_of_the_top_plane_dropped(text):
    """The highest exponent is always taken as positive: -128 becomes 128."""
    return replaced(text, r"(if \(\w+\) negative_7 <= )[^;]+;", r"\g<1>4'b0;")


def budget_off_by_one(text):
    """A slot more than the budget."""
    return replaced(text, r"(assign slots = in_beat \? slots_left : )(mode\[\d+:\d+\]);", r"\1(\2 + 9'd1);")


def compare(compiled):
    """The comparison: random groups in TR modes of several budgets, exact in value and in cycles."""
    rng = np.random.default_rng(8)
    for budget in (1, 2, 3, 4, 6, 8):
        mode = Mode(hese=True, select=True, group=4, budget=budget)
        x, w = operand(rng, (8, 32), 8, True), operand(rng, (32, 8), 8, True)
        result, stated = compiled.gemm(x, w, mode), golden.gemm(x, w, mode, CONFIG)
        assert np.array_equal(result.y, stated.y) and result.cycles == stated.cycles, mode.label()


def test_the_original_passes():
    compare(Model(CONFIG))


@pytest.mark.parametrize("mutate", [tie_rule_flipped, sign_of_the_top_plane_dropped, budget_off_by_one])
def test_a_defect_is_caught(mutate):
    original = verilog(Engine(CONFIG))
    mutated = mutate(original)
    assert mutated != original
    with pytest.raises(AssertionError):
        compare(Model(CONFIG, verilog_text=mutated))
