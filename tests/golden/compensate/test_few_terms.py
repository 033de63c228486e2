"""The nearest integers of few terms, against a search through all integers."""

import numpy as np
import pytest

from lowtide import golden
from lowtide.golden.compensate.few_terms import FewTerms
from lowtide.golden.number_formats import FixedPoint


@pytest.mark.parametrize("encoding", ["hese", "binary"])
@pytest.mark.parametrize(
    "base", [FixedPoint(8), FixedPoint(5), FixedPoint(6, signed=False)], ids=lambda base: base.name
)
def test_nearest_is_the_nearest_of_all_integers_of_so_few_terms(base, encoding):
    few = FewTerms(base, encoding)
    low, high = base.integer_range
    integers = np.arange(low, high + 1)
    counts = golden.count(integers, encoding, bits=base.bits, signed=base.signed)
    targets = np.linspace(low - 3, high + 3, 4 * (high - low) + 1)
    for terms in range(few.most + 2):
        allowed = integers[counts <= terms]
        distance = np.abs(targets[:, None] - allowed)
        expected = allowed[distance.argmin(axis=1)]  # the first of equals is the smaller
        assert np.array_equal(few.nearest(targets, terms), expected)


def test_nearest_is_not_always_what_cutting_leaves():
    few = FewTerms.of(FixedPoint(8))
    assert golden.top_terms(np.array([43]), 2)[0] == 48
    assert few.nearest(np.array([43.0]), 2)[0] == 40


def test_each_target_has_its_own_number_of_terms():
    few = FewTerms.of(FixedPoint(8))
    rng = np.random.default_rng(1)
    targets, terms = rng.uniform(-140, 140, (5, 200)), rng.integers(0, 6, (5, 200))
    found = few.nearest_of(targets, terms)
    for number in range(6):
        some = terms == number
        assert np.array_equal(found[some], few.nearest(targets[some], number))


def test_counts_are_those_of_the_encoding():
    integers = np.arange(-127, 128)
    few = FewTerms.of(FixedPoint(8))
    assert np.array_equal(few.count(integers.astype(np.float64)), golden.count(integers))
    assert few.most == 4
