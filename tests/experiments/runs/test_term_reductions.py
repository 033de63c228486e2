"""Reductions in term pairs: the cheapest of both sides, chosen on one half of the data and reported on the other."""

import numpy as np
import pytest

from lowtide.experiments.runs import paired
from lowtide.experiments.runs.term_reductions import cheapest, in_one_unit, papers_way, sentence

N = 400


def row(
    pairs, wrong, *, bits=None, w_bits=8, x_bits=8, revealed=True, compensated=False, encoding="hese", terms=3, group=8
):
    """A row of the digits perceptron. wrong: places of the samples that it loses; the float network loses none."""
    right = np.ones(N, bool)
    right[list(wrong)] = False
    return {
        "task": "digits",
        "pair_bound": pairs,
        "bit_bound": bits,
        "revealed": revealed,
        "compensated": compensated,
        "encoding": encoding,
        "w_bits": w_bits,
        "x_bits": x_bits,
        "data_terms": terms,
        "group": group,
        "weights": "TR g=8" if revealed else f"fixed {w_bits} bit",
        **paired.outcome(right, np.ones(N, bool)),
    }


def fixed(w_bits, x_bits, pairs, wrong, **fields):
    return row(pairs, wrong, bits=w_bits * x_bits, w_bits=w_bits, x_bits=x_bits, revealed=False, **fields)


EIGHT = fixed(8, 8, 20, [])
CHOICE, REPORT = range(0, N, 2), range(1, N, 2)  # 200 each: one wrong is 0.5 points


def test_the_cheapest_is_chosen_on_the_even_units_alone():
    spoilt, good, dear = row(1, CHOICE[:2]), row(2, [CHOICE[0], *REPORT[:50]]), row(3, [])
    rows = [EIGHT, spoilt, good, dear, row(1, [], compensated=True), row(0.5, [], encoding="binary")]
    assert cheapest(rows, EIGHT, ("hese", False), 0.005) is good
    assert cheapest(rows, EIGHT, ("booth", False), 0.005) is None
    found = in_one_unit([*rows, fixed(3, 4, 6, CHOICE[:1])], "digits", False)
    assert (found.fixed["w_bits"], found.fixed_cost, found.terms_cost, found.times) == (3, 6, 2, 3)
    assert found.terms_loss.loss == pytest.approx(50 / 200) and found.terms_loss.units == 200
    assert found.fixed_loss.loss == 0


def test_of_equal_costs_the_better_one_is_chosen():
    rows = [EIGHT, row(2, CHOICE[:1]), row(2, [])]
    assert cheapest(rows, EIGHT, ("hese", False), 0.005) is rows[2]


def test_the_papers_way_counts_bits_of_plain_fixed_point_with_data_of_six_bits():
    rows = [
        EIGHT,
        fixed(2, 4, 4, []),
        fixed(4, 6, 6, CHOICE[:2]),
        fixed(5, 6, 9, []),
        row(5, []),
        row(3, CHOICE[:2]),
        row(1, [], compensated=True),
        row(1, [], terms=1),
        row(1, [], group=16),
    ]
    strict, usual, loose = papers_way(rows, "digits")
    assert (
        (usual.fixed["w_bits"], usual.fixed_cost, usual.terms_cost)
        == (5, 30, 5)
        == (strict.fixed["w_bits"], strict.fixed_cost, strict.terms_cost)
    )
    assert (loose.fixed["w_bits"], loose.fixed_cost, loose.terms_cost, loose.times) == (4, 24, 3, 8)
    assert "4 x 6 bits (24 bit pairs, loses 0.00 ± 0.00 points, n = 200)" in sentence(loose)
    assert sentence(loose).endswith(": 8.0 times fewer.")


def test_a_missing_side_is_said():
    assert in_one_unit([row(1, [])], "digits", False) is None and papers_way([row(1, [])], "digits") == []
    assert "no term revealing here." in sentence(in_one_unit([EIGHT], "digits", False))
