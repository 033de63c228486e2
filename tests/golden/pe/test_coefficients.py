"""The coefficient vector of the tMAC: worked examples, exactness, and when it wraps."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden import (
    KINDS,
    Mode,
    coefficient_vector,
    gemm,
    largest_k,
    max_terms,
    reveal,
    top_terms,
)

from kind_arrays import (
    COEFFICIENTS,
    PAIR,
    TR,
)


def test_worked_coefficient_vector():
    mode = Mode(hese=True, select=True, group=4, budget=6, data_terms=2)
    x, w = np.array([[3, 27, 10, 6]]), np.array([[12], [5], [-7], [31]])
    kept, top = KINDS["term_pair"].weights(w, mode, COEFFICIENTS), top_terms(x, 2)
    assert kept.ravel().tolist() == [12, 5, -8, 32] and top.tolist() == [[3, 28, 10, 6]]
    vector = coefficient_vector(top, kept, mode)
    assert vector.shape == (1, 1, 15)
    assert vector.ravel().tolist() == [0, 0, 0, 0, -4, 1, -1, 1, 1] + [0] * 6
    for array in (PAIR, COEFFICIENTS):
        result = gemm(x, w, mode, array)
        assert result.y.tolist() == [[288]] and result.term_pairs == 12 and result.cycles == 12
        assert gemm(x, w, replace(mode, budget=8), array).y.tolist() == [[292]]


@pytest.mark.parametrize("x_signed, coefficients", [(True, 15), (False, 16)])
def test_published_number_of_coefficients(x_signed, coefficients):
    vector = coefficient_vector(np.array([[0]]), np.array([[0]]), replace(TR, x_signed=x_signed))
    assert vector.shape[-1] == coefficients


@pytest.mark.parametrize("hese", [True, False])
def test_every_product_of_coefficients_is_exact(hese):
    """All pairs of signed 8-bit operands, one multiplication each."""
    x, w = np.arange(-128, 128)[:, None], np.arange(-128, 128)[None]
    mode = Mode(hese=hese, group=1, budget=max_terms("hese" if hese else "binary", 8, True))
    array = replace(COEFFICIENTS, rows=256, cols=256, coefficient_width=4)
    assert (gemm(x, w, mode, array).y == x * w).all()


def test_coefficients_wrap():
    """Ten times 1 * 1 counts to ten: -6 of four bits."""
    mode = Mode(hese=True, group=1, budget=4)
    x, w = np.ones((1, 10), int), np.ones((10, 1), int)
    assert gemm(x, w, mode, COEFFICIENTS).y.tolist() == [[10]]
    assert gemm(x, w, mode, replace(COEFFICIENTS, coefficient_width=4)).y.tolist() == [[-6]]
    assert gemm(4 * x, w, mode, replace(COEFFICIENTS, coefficient_width=4)).y.tolist() == [[-24]]


def test_coefficients_are_pairs_counted_one_by_one():
    rng = np.random.default_rng(3)
    x, w = rng.integers(-128, 128, (3, 16)), rng.integers(-128, 128, (16, 2))
    kept, top = reveal(w, group=8, budget=12, axis=0), top_terms(x, 3)

    def terms(value):  # (sign, exponent) pairs, by the scan from the definition
        found, exponent = [], 0
        while value:
            if value & 1:
                digit = 2 - value % 4
                found.append((digit, exponent))
                value -= digit
            value, exponent = value // 2, exponent + 1
        return found

    expected = np.zeros((3, 2, 15), int)
    for m, n, k in np.ndindex(3, 2, 16):
        for (a, e), (b, f) in itertools.product(terms(int(top[m, k])), terms(int(kept[k, n]))):
            expected[m, n, e + f] += a * b
    assert (coefficient_vector(top, kept, TR) == expected).all()


@pytest.mark.parametrize("width", [5, 6, 7])
@pytest.mark.parametrize("mode", [TR, replace(TR, group=4, budget=3), replace(TR, group=1, budget=2, hese=False),
                                  Mode(hese=True, group=4, budget=20), Mode(group=2, budget=14)])  # fmt: skip
def test_no_coefficient_wraps_within_largest_k(mode, width):
    array = replace(COEFFICIENTS, coefficient_width=width)
    k = largest_k(mode, array)
    assert k % mode.group == 0
    if not k:
        return
    rng = np.random.default_rng(4)
    x = rng.choice([127, -128, 85, -85, 64], (40, k))
    w = rng.choice([127, -128, 85, -85, 64], (k, 40))
    x[0], w[:, 0], w[:, 1] = 85, 85, -85
    assert (gemm(x, w, mode, array).y == gemm(x, w, mode, replace(array, coefficient_width=40)).y).all()


def test_known_limits_of_coefficients():
    """Twelve terms a group of eight: floor(2047 / 12) groups; a wide coefficient leaves the accumulator's limit."""
    assert largest_k(TR, COEFFICIENTS) == 2047 // 12 * 8
    assert largest_k(TR, replace(COEFFICIENTS, coefficient_width=32)) == largest_k(TR, PAIR)
    assert largest_k(TR, PAIR) == (2**31 - 1) // (128 * 128)
    spacious = Mode(hese=True, group=4, budget=100)
    assert largest_k(spacious, COEFFICIENTS) == 2047 // 16 * 4  # a group has sixteen terms, not a hundred


def test_one_more_group_can_wrap_a_coefficient():
    """Every term of 64 * 64 meets at 2^12: the bound is reached where each weight has one term."""
    mode = Mode(hese=True, select=True, group=4, budget=4)
    array = replace(COEFFICIENTS, coefficient_width=6)
    k = largest_k(mode, array)
    assert k == 31 // 4 * 4
    x, w = np.full((1, k + 4), 64), np.full((k + 4, 1), 64)
    assert gemm(x[:, :k], w[:k], mode, array).y.tolist() == [[64 * 64 * k]]
    assert gemm(x, w, mode, array).y.tolist() == [[64 * 64 * -32]]
