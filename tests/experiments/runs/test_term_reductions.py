"""Reductions in term pairs: the cheapest of both sides, chosen on one half of the data and reported on the other."""

import numpy as np
import pytest

from lowtide.common.quantisation import Quantisation
from lowtide.experiments.runs.configurations.measured_rows import ConfigurationRow
from lowtide.experiments.runs.measures import paired
from lowtide.experiments.runs.term_revealing.term_reductions import cheapest, in_one_unit, papers_way, sentence

N = 400


def row(
    pairs, wrong, *, bits=None, w_bits=8, x_bits=8, revealed=True, compensated=False, encoding="hese", terms=3, group=8
):
    """A row of the digits perceptron. wrong: places of the samples that it loses; the float network loses none."""
    right = np.ones(N, bool)
    right[list(wrong)] = False
    return ConfigurationRow(
        task="digits",
        quantisation=Quantisation(),
        pair_bound=pairs,
        bit_bound=bits,
        pairs=pairs,
        multiplications=1,
        revealed=revealed,
        compensated=compensated,
        selection=None,
        scope="all",
        encoding=encoding,
        w_bits=w_bits,
        x_bits=x_bits,
        data_terms=terms,
        group=group,
        budget=None,
        weights="TR g=8" if revealed else f"fixed {w_bits} bit",
        score=float(right.mean()),
        float_score=1.0,
        **vars(paired.compared(right, np.ones(N, bool))),
    )


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
    assert (found.fixed.row.w_bits, found.fixed.cost, found.terms.cost, found.times) == (3, 6, 2, 3)
    assert found.terms.loss.loss == pytest.approx(50 / 200) and found.terms.loss.units == 200
    assert found.fixed.loss.loss == 0


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
        (usual.fixed.row.w_bits, usual.fixed.cost, usual.terms.cost)
        == (5, 30, 5)
        == (strict.fixed.row.w_bits, strict.fixed.cost, strict.terms.cost)
    )
    assert (loose.fixed.row.w_bits, loose.fixed.cost, loose.terms.cost, loose.times) == (4, 24, 3, 8)
    assert "4 x 6 bits (24 bit pairs, loses 0.00 ± 0.00 points, n = 200)" in sentence(loose)
    assert sentence(loose).endswith(": 8.0 times fewer.")


def test_a_missing_side_is_said():
    assert in_one_unit([row(1, [])], "digits", False) is None and papers_way([row(1, [])], "digits") == []
    assert "no term revealing here." in sentence(in_one_unit([EIGHT], "digits", False))
