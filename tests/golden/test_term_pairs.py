"""Pairs of terms that a product takes, and their bound."""

import math
from dataclasses import replace

import numpy as np
from hypothesis import given

from lowtide.golden import (
    Mode,
    gemm,
)

from random_products import PAIR, PARALLEL, PROPERTY, REVEALED, TERM, jobs


def test_published_term_pairs_per_multiplication():
    x, w = np.ones((2, 16), int), np.ones((16, 3), int)

    def bound(mode, array):
        result = gemm(x, w, mode, array)
        return result.term_pair_bound / result.multiplications

    assert bound(Mode(), PARALLEL) == 64
    assert bound(Mode(x_bits=6, w_bits=4), PARALLEL) == 24
    for group, budget, data_terms, pairs in [(8, 12, 3, 4.5), (8, 12, 2, 3), (8, 8, 3, 3), (8, 16, 8, 16)]:
        mode = replace(REVEALED, group=group, budget=budget, data_terms=data_terms)
        assert bound(mode, PAIR) == pairs
    assert bound(REVEALED, TERM) == 12 * 4 / 8
    assert bound(replace(REVEALED, x_signed=False), TERM) == 12 * 5 / 8
    assert bound(replace(REVEALED, hese=False), TERM) == 12 * 7 / 8


@PROPERTY
@given(jobs())
def test_term_pairs_never_exceed_the_bound_of_whole_groups(job):
    mode, array, x, w = job
    k = w.shape[0]
    whole = math.ceil(k / mode.group) * mode.group / k  # a shorter last group has the whole budget
    result = gemm(x, w, mode, array)
    assert result.term_pairs <= result.term_pair_bound * whole * (1 + 1e-12)
