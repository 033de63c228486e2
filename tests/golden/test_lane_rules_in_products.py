"""Products under lane rules: what is multiplied, which budgets are lossless, what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden import (
    Array,
    Mode,
    gemm,
    job_cycles,
    largest_k,
    lossless_budget,
    reveal,
    reveal_by_lanes,
)
from lowtide.golden.gemm import check

FREE = Array(kind="term", rows=2, cols=2, lanes=4, group=4)
DEDICATED = replace(FREE, dedicated=True)
WINDOWS = replace(FREE, window=2)
BOTH = replace(FREE, lanes=6, dedicated=True, window=2)


def test_a_term_array_multiplies_what_its_lanes_take():
    rng = np.random.default_rng(4)
    x, w = rng.integers(-128, 128, (3, 18)), rng.integers(-128, 128, (18, 5))
    mode = Mode(hese=True, select=True, group=4, budget=5)
    for array in (DEDICATED, WINDOWS, BOTH):
        kept = reveal_by_lanes(w, array, group=4, budget=5, axis=0)
        assert (gemm(x, w, mode, array).y == x @ kept).all()
        assert (kept != reveal(w, group=4, budget=5, axis=0)).any()
        assert largest_k(mode, array) == (2**31 - 1) // (128 * 128)
    assert (gemm(x, w, mode, replace(FREE, window=4)).y == gemm(x, w, mode, FREE).y).all()


def test_without_selection_every_term_must_fit_under_the_rules():
    mode = Mode(hese=True, group=4, budget=21)
    with pytest.raises(ValueError) as error:
        check(mode, BOTH)
    assert str(error.value) == (
        "mode.budget is 21, allowed without selection are integers >= 22 "
        "(every hese term of a group of 4 under the lane rules)"
    )
    exact = replace(mode, budget=22)
    x, w = np.random.default_rng(5).integers(-128, 128, (2, 6, 6))
    assert (gemm(x, w, exact, BOTH).y == x @ w).all() and job_cycles(4, exact, BOTH) == 4
    ternary = Mode(group=4, budget=4, w_bits=2, w_format="ternary")
    check(ternary, DEDICATED)
    with pytest.raises(ValueError, match="mode.budget is 3, allowed without selection are integers >= 4"):
        check(replace(ternary, budget=3), DEDICATED)


@pytest.mark.parametrize(
    "array, message",
    [
        (replace(WINDOWS, window=3), "array.window is 3, allowed are divisors of array.group 4"),
        (replace(WINDOWS, window=0), "array.window is 0, allowed are integers 1..4"),
        (replace(WINDOWS, lanes=3), "array.lanes is 3, allowed are numbers whose 3 lanes that are not dedicated"),
        (replace(BOTH, lanes=5), "array.lanes is 5, allowed are numbers whose 1 lanes that are not dedicated"),
        (
            replace(DEDICATED, lanes=3),
            "array.lanes is 3, allowed with array.dedicated are integers >= 4 (array.group)",
        ),
    ],
)
def test_arrays_that_break_the_rules_are_refused(array, message):
    for call in (
        lambda: check(Mode(hese=True, select=True, group=4, budget=4), array),
        lambda: reveal_by_lanes([1], array, group=1, budget=1),
        lambda: lossless_budget(array, 4),
    ):
        with pytest.raises(ValueError) as error:
            call()
        assert str(error.value).startswith(message) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: reveal_by_lanes([1], BOTH, group=5, budget=1), "group is 5, allowed are integers 1..4"),
        (lambda: reveal_by_lanes([1], BOTH, group=4, budget=-1), "budget is -1, allowed are integers >= 0"),
        (lambda: reveal_by_lanes(1, BOTH, group=4, budget=1), "values has 0 dimensions, allowed are 1 or more"),
        (lambda: reveal_by_lanes([200], BOTH, group=4, budget=1), "values has values from 200 to 200 out of range"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message) and "\n" not in str(error.value)
