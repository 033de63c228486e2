"""The matrix product of every PE kind against triple loops."""

from dataclasses import FrozenInstanceError, replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given

from lowtide.golden import (
    KINDS,
    Mode,
    count,
    gemm,
    largest_k,
    reveal,
    top_terms,
    wrap,
)

from random_products import PAIR, PARALLEL, PROPERTY, REVEALED, TERM, jobs, operands, product, term_pairs, value_range


@PROPERTY
@given(jobs())
def test_gemm_is_the_triple_loop_of_what_is_multiplied(job):
    mode, array, x, w = job
    result = gemm(x, w, mode, array)
    encoding = "hese" if mode.hese else "binary"
    if mode.select:
        form = {"encoding": encoding, "bits": mode.w_bits, "signed": mode.w_signed}
        w = reveal(w, group=mode.group, budget=mode.budget, axis=0, **form)
    if mode.data_terms:
        x = top_terms(x, mode.data_terms, encoding=encoding, bits=mode.x_bits, signed=mode.x_signed)
    x, w = x.tolist(), w.tolist()
    assert result.y.dtype == np.int64
    assert result.y.tolist() == product(x, w, array.acc_width)
    assert result.term_pairs == term_pairs(x, w, encoding)
    assert result.multiplications == len(x) * len(w) * len(w[0])


@pytest.mark.parametrize("bits, k", [(4, 50), (8, 300), (12, 900), (16, 2000)])
@pytest.mark.parametrize("signed", [True, False])
def test_long_reductions_of_extreme_operands_are_exact(bits, k, signed):
    mode = Mode(x_bits=bits, w_bits=bits, x_signed=signed, w_signed=signed)
    low, high = value_range(bits, signed)
    x = np.array([[low] * k, [high] * k, [low, high] * (k // 2)])
    w = np.array([[low] * k, [high] * k, [high] * (k // 2) + [low] * (k // 2)]).T
    y = gemm(x, w, mode, replace(PARALLEL, acc_width=64)).y
    assert y.tolist() == product(x.tolist(), w.tolist(), 64)


def test_a_product_beyond_float64_is_exact():
    k = (1 << 21) + 101
    x, w = np.full((1, k), 65535), np.full((k, 1), 65535)
    x[0, 0] = w[1, 0] = 65534
    mode = Mode(x_bits=16, w_bits=16, x_signed=False, w_signed=False)
    assert gemm(x, w, mode, replace(PARALLEL, acc_width=64)).y.tolist() == [[65535 * (65535 * k - 2)]]
    assert 65535 * (65535 * k - 2) % 2 and 65535**2 * k > 1 << 53


def test_twelve_bit_accumulators_wrap():
    x, w = [[100, 100, 100]], [[7], [7], [7]]
    array = replace(PARALLEL, acc_width=12)
    assert gemm(x, w, Mode(), array).y.tolist() == [[2100 - 4096]]
    rng = np.random.default_rng(7)
    x, w = operands(rng, Mode(), 5, 20, 4)
    assert gemm(x, w, Mode(), array).y.tolist() == product(x.tolist(), w.tolist(), 12)


@pytest.mark.parametrize("width, values, wrapped", [
    (12, [2047, 2048, -2048, -2049, 4096], [2047, -2048, -2048, 2047, 0]),
    (1, [0, 1, 2, -1], [0, -1, 0, -1]),
    (64, [-(2**63), 2**63 - 1], [-(2**63), 2**63 - 1]),
])  # fmt: skip
def test_wrap_is_twos_complement(width, values, wrapped):
    assert wrap(np.array(values), width).tolist() == wrapped
    assert wrap(np.array(values[0]), width) == wrapped[0]


def test_worked_dot_product():
    mode = Mode(hese=True, select=True, group=4, budget=6, data_terms=2)
    result = gemm([[3, 27, 10, 6]], [[12], [5], [-7], [31]], mode, PAIR)
    assert result.y.tolist() == [[288]]
    assert result.term_pairs == result.term_pair_bound == 12
    assert result.cycles == 12  # a pair a cycle
    whole = gemm([[3, 28, 10, 6]], [[12], [5], [-7], [31]], replace(mode, data_terms=0), TERM)
    assert whole.y.tolist() == [[288]] and whole.cycles == 3  # six terms on two lanes


def test_weights_are_what_the_kind_multiplies():
    w = np.random.default_rng(8).integers(-128, 128, (20, 3))
    assert (KINDS["parallel"].weights(w, Mode(), PARALLEL) == w).all()
    assert (KINDS["term"].weights(w, Mode(group=8, budget=56), TERM) == w).all()
    revealed = KINDS["term"].weights(w, REVEALED, TERM)
    assert (revealed == reveal(w, group=8, budget=12, axis=0)).all() and (revealed != w).any()
    lossless = replace(REVEALED, budget=32)
    assert (KINDS["term"].weights(w, lossless, TERM) == w).all()
    binary = KINDS["term"].weights(w, replace(REVEALED, hese=False), TERM)
    assert (binary == reveal(w, group=8, budget=12, encoding="binary", axis=0)).all()


def test_any_object_with_the_attributes_will_do():
    mode, array = (SimpleNamespace(**vars(thing)) for thing in (REVEALED, TERM))
    x, w = operands(np.random.default_rng(9), REVEALED, 3, 20, 5)
    ours, theirs = gemm(x, w, REVEALED, TERM), gemm(x, w, mode, array)
    assert (ours.y == theirs.y).all() and ours.cycles == theirs.cycles
    assert largest_k(mode, array) == largest_k(REVEALED, TERM)


def test_narrow_dtypes_give_the_same_result():
    x, w = operands(np.random.default_rng(10), REVEALED, 5, 40, 6)
    narrow = gemm(x.astype(np.int8), w.astype(np.int8), REVEALED, TERM)
    wide = gemm(x, w, REVEALED, TERM)
    assert (narrow.y == wide.y).all() and narrow.term_pairs == wide.term_pairs
    w_terms = count(reveal(w, group=8, budget=12, axis=0), bits=9).sum(axis=1)
    assert wide.term_pairs == int(count(x).sum(axis=0) @ w_terms)


def test_configurations_are_frozen_and_keyword_only():
    with pytest.raises(FrozenInstanceError):
        REVEALED.group = 4
    with pytest.raises(TypeError):
        Mode(True)
