"""The longest reduction that cannot overflow: no operands do, and those at the ends of their ranges do one further."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from lowtide.golden import (
    Mode,
    gemm,
    largest_k,
)

from random_products import PAIR, PARALLEL, PROPERTY, REVEALED, TERM, jobs, value_range


@pytest.mark.parametrize("x_signed", [True, False])
@pytest.mark.parametrize("w_signed", [True, False])
@pytest.mark.parametrize(
    "array, fields",
    [
        (PARALLEL, {}),
        (PARALLEL, {"x_bits": 4, "w_bits": 2}),
        (PARALLEL, {"x_bits": 3, "w_bits": 7}),
        (TERM, {"hese": True, "group": 4, "budget": 20}),
        (TERM, {"group": 4, "budget": 32}),
        (TERM, {"hese": True, "select": True, "group": 1, "budget": 1}),
        (PAIR, {"hese": True, "select": True, "group": 4, "budget": 4, "data_terms": 1}),
        (TERM, {"hese": True, "select": True, "group": 4, "budget": 4}),
        (PAIR, {"hese": True, "select": True, "group": 1, "budget": 2, "data_terms": 2}),
        (PAIR, {"hese": False, "select": True, "group": 1, "budget": 3, "data_terms": 1}),
    ],
)
@pytest.mark.parametrize("acc_width", [18, 19, 20])
def test_largest_k_is_safe_and_one_more_overflows(x_signed, w_signed, array, fields, acc_width):
    """Constant operands at the ends of their ranges are the worst, in whole groups if groups are selected."""
    mode = Mode(x_signed=x_signed, w_signed=w_signed, **fields)
    array = replace(array, acc_width=acc_width)
    k = largest_k(mode, array)
    assert k >= 1
    exact = replace(array, acc_width=64)

    def overflows(length):
        x = np.repeat([value_range(mode.x_bits, x_signed)], length, axis=0).T
        w = np.repeat([value_range(mode.w_bits, w_signed)], length, axis=0)
        return bool((gemm(x, w, mode, array).y != gemm(x, w, mode, exact).y).any())

    assert not overflows(k)
    assert overflows(-(-(k + 1) // mode.group) * mode.group if mode.select else k + 1)


def test_largest_k_of_known_formats():
    assert largest_k(Mode(), PARALLEL) == (2**31 - 1) // 2**14
    assert largest_k(Mode(x_signed=False, w_signed=False), PARALLEL) == (2**31 - 1) // 255**2
    assert largest_k(Mode(x_signed=False), PARALLEL) == 2**31 // (255 * 128)
    assert largest_k(replace(REVEALED, x_signed=False), TERM) == (2**31 - 1) // (255 * 128)
    assert largest_k(Mode(), replace(PARALLEL, acc_width=15)) == 0


@PROPERTY
@given(jobs())
def test_no_operands_overflow_within_largest_k(job):
    mode, array, x, w = job
    k = min(largest_k(mode, array), w.shape[0])
    if k:
        x, w = x[:, :k], w[:k]
        assert (gemm(x, w, mode, array).y == gemm(x, w, mode, replace(array, acc_width=64)).y).all()
