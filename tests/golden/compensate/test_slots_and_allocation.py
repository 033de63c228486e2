"""Selection rules as counts, and the best integers under them, against searches through everything."""

from itertools import product

import numpy as np
import pytest

from lowtide import golden
from lowtide.golden.compensate.allocation import least_error_integers
from lowtide.golden.compensate.few_terms import FewTerms
from lowtide.golden.compensate.slots import Slots
from lowtide.golden.number_formats import FixedPoint, TermRevealed

TERM = {"kind": "term", "rows": 1, "cols": 1}


def array(**fields):
    return golden.Array(**TERM, **fields)


def fits(counts, slots):
    """Whether numbers of terms fit, value by value and window by window."""
    return all(
        sum(max(0, counts[value] - slots.own[value]) for value in range(first, end)) <= shared
        for first, end, shared in slots.windows
    )


def test_slots_of_rules_are_those_of_their_lanes():
    assert Slots.free(4, 6) == Slots((0, 0, 0, 0), ((0, 4, 6),))
    dedicated = array(lanes=6, group=4, dedicated=True)
    assert Slots.of_lanes(dedicated, 4, 6) == Slots((1, 1, 1, 1), ((0, 4, 2),))
    assert Slots.of_lanes(dedicated, 4, 8) == Slots((2, 2, 1, 1), ((0, 4, 2),))  # the second round ends early
    windowed = array(lanes=4, group=4, window=2)
    assert Slots.of_lanes(windowed, 4, 4) == Slots((0, 0, 0, 0), ((0, 2, 2), (2, 4, 2)))
    both = array(lanes=8, group=4, dedicated=True, window=2)
    assert Slots.of_lanes(both, 4, 8) == Slots((1, 1, 1, 1), ((0, 2, 2), (2, 4, 2)))
    alone = array(lanes=4, group=4, window=1)
    assert Slots.of_lanes(alone, 4, 4).own == (1, 1, 1, 1)
    assert Slots.of_lanes(both, 4, 8).first(3) == Slots((1, 1, 1), ((0, 2, 2), (2, 3, 2)))
    assert Slots.of_format(TermRevealed(group=4, budget=6)) == Slots.free(4, 6)


@pytest.mark.parametrize(
    "rule",
    [
        None,
        array(lanes=6, group=4, dedicated=True),
        array(lanes=4, group=4, window=2),
        array(lanes=8, group=4, dedicated=True, window=2),
    ],
    ids=["free", "dedicated", "windowed", "both"],
)
def test_what_fits_is_left_as_it_is_and_what_is_left_fits(rule):
    budget = 5 if rule is None else rule.lanes
    slots = Slots.free(4, budget) if rule is None else Slots.of_lanes(rule, 4, budget)
    values = np.random.default_rng(2).integers(-127, 128, (4, 4000))
    values[:, ::2] = FewTerms.of(FixedPoint(8)).nearest_of(
        values[:, ::2].astype(float), np.random.default_rng(3).integers(0, 3, (4, 2000))
    )
    cut = (
        golden.reveal(values, group=4, budget=budget, axis=0)
        if rule is None
        else (golden.reveal_by_lanes(values, rule, group=4, budget=budget, axis=0))
    )
    few = FewTerms.of(FixedPoint(8))
    counts, left = few.count(values), few.count(cut)
    kept = (values == cut).all(axis=0)
    assert 200 < kept.sum() < 3800
    for column in range(values.shape[1]):
        assert fits(counts[:, column], slots) == kept[column]
        assert fits(left[:, column], slots)


@pytest.mark.parametrize(
    "slots",
    [
        Slots.free(3, 0),
        Slots.free(3, 2),
        Slots.free(3, 4),
        Slots.free(3, 9),
        Slots((1, 1, 1), ((0, 3, 1),)),
        Slots((1, 1, 0), ((0, 2, 1), (2, 3, 1))),
        Slots((2, 1, 1), ((0, 3, 0),)),
    ],
    ids=str,
)
def test_least_error_is_the_least_of_all_integers_that_fit(slots):
    few = FewTerms(FixedPoint(5))
    rng = np.random.default_rng(4)
    targets, importance = rng.uniform(-16, 16, (3, 40)), rng.uniform(0.1, 4, (3, 40))
    integers = np.array(list(product(range(-15, 16), repeat=3)))
    counts = few.count(integers)
    allowed = integers[[fits(row, slots) for row in counts]]
    errors = ((targets.T[:, None] - allowed) ** 2 * importance.T[:, None]).sum(axis=2)
    found = least_error_integers(targets, importance, slots, few)
    assert all(fits(column, slots) for column in few.count(found).T)
    assert np.allclose((importance * (targets - found) ** 2).sum(axis=0), errors.min(axis=1), rtol=1e-12)


def test_one_importance_for_all_columns_broadcasts():
    few, slots = FewTerms.of(FixedPoint(8)), Slots.free(8, 10)
    targets = np.random.default_rng(5).normal(0, 40, (8, 30))
    importance = np.arange(1.0, 9)[:, None]
    assert np.array_equal(
        least_error_integers(targets, importance, slots, few),
        least_error_integers(targets, np.tile(importance, 30), slots, few),
    )
