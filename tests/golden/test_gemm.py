"""The matrix product of every PE kind against triple loops, and its limits."""

import math
from dataclasses import FrozenInstanceError, replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden import (
    KINDS,
    Array,
    Mode,
    count,
    gemm,
    largest_k,
    max_terms,
    reveal,
    top_terms,
    wrap,
)

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=100)
WIDE = {"x_width": 16, "w_width": 16}
PARALLEL = Array(kind="parallel", rows=4, cols=4, lanes=2, **WIDE)
TERM = Array(kind="term", rows=4, cols=4, lanes=2, group=32, **WIDE)
PAIR = Array(kind="term_pair", rows=4, cols=4, group=32, **WIDE)
REVEALED = Mode(hese=True, select=True, group=8, budget=12)


def value_range(bits, signed):
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)


def operands(rng, mode, m, k, n):
    x = rng.integers(*value_range(mode.x_bits, mode.x_signed), (m, k), endpoint=True)
    return x, rng.integers(*value_range(mode.w_bits, mode.w_signed), (k, n), endpoint=True)


def product(x, w, acc_width):
    """Triple loop of Python integers, wrapped after every addition as an accumulator does."""
    y = [[0] * len(w[0]) for _ in x]
    for m in range(len(x)):
        for n in range(len(w[0])):
            for k in range(len(w)):
                y[m][n] += x[m][k] * w[k][n]
                y[m][n] = (y[m][n] + (1 << acc_width - 1)) % (1 << acc_width) - (1 << acc_width - 1)
    return y


def term_pairs(x, w, encoding):
    """Every product's pairs of ones, counted one by one on values of any width."""

    def terms(value):
        value = abs(value)
        return bin(value ^ 3 * value).count("1") if encoding == "hese" else bin(value).count("1")

    return sum(terms(a[k]) * terms(w[k][n]) for a in x for k in range(len(w)) for n in range(len(w[0])))


FUSED_BITS = [(x, w) for x in (2, 4, 8) for w in (2, 4, 8)] + [(8, 16), (16, 8), (16, 16)]
DRAWN = ("bit_plane", "bit_serial", "fused", "parallel", "subword", "term", "term_pair")
LEAST_BITS = {"bit_serial": 1, "bit_plane": 1}


@st.composite
def jobs(draw):
    """A legal mode and array of a kind, plain operands."""
    kind = draw(st.sampled_from(DRAWN))
    least = LEAST_BITS.get(kind, 2)
    bits = draw(st.tuples(st.integers(1 if kind == "bit_plane" else 2, 16), st.integers(least, 16)))
    sizes = {name: draw(st.integers(1, 4)) for name in ("rows", "cols", "lanes")}
    array = Array(kind=kind, **sizes, acc_width=draw(st.integers(8, 64)), group=32, **WIDE)
    if kind == "fused":
        bits = draw(st.sampled_from(FUSED_BITS))
    if kind == "subword":
        width = draw(st.sampled_from([8, 16]))
        array = replace(array, x_width=width, w_width=width)
        bits = (draw(st.sampled_from([width, width // 2, width // 4])),) * 2
    signs = {name: draw(st.booleans()) for name in ("x_signed", "w_signed")}
    mode = Mode(x_bits=bits[0], w_bits=bits[1], **signs)
    if kind == "bit_serial":
        array = replace(array, digits=draw(st.sampled_from(["binary", "booth"])))
    if kind == "term_pair" and draw(st.booleans()):
        array = replace(array, accumulation="coefficients", coefficient_width=array.acc_width)
    if kind in ("term", "term_pair"):
        hese, select, group = draw(st.booleans()), draw(st.booleans()), draw(st.integers(1, 32))
        most = group * max_terms("hese" if hese else "binary", mode.w_bits, mode.w_signed)
        budget = draw(st.integers(1, most) if select else st.integers(most, most + 3))
        data_terms = draw(st.integers(0, 4)) if kind == "term_pair" else 0
        mode = replace(mode, hese=hese, select=select, group=group, budget=budget, data_terms=data_terms)
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    return mode, array, *operands(rng, mode, *(draw(st.integers(1, high)) for high in (6, 40, 6)))


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
