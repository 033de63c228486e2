"""Diagonal chunks: golden's product, cycles and limits from their definition, for every kind."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden import Array, Mode, check, gemm, job_cycles, largest_k
from lowtide.golden.pe import KINDS

ARRAYS = {
    "parallel": Array(kind="parallel", rows=2, cols=5, lanes=4),
    "term": Array(kind="term", rows=2, cols=5, lanes=3, group=4),
    "term_pair": Array(kind="term_pair", rows=2, cols=5, group=4),
    "bit_serial": Array(kind="bit_serial", rows=2, cols=5, lanes=4),
    "bit_plane": Array(kind="bit_plane", rows=2, cols=5, lanes=4),
    "fused": Array(kind="fused", rows=2, cols=5),
    "subword": Array(kind="subword", rows=2, cols=5),
    "digit": Array(kind="digit", rows=2, cols=5, lanes=4),
}
WIDTHS = {"fused": 4, "subword": 2}  #: of both operands, such that a chunk has four values


def setting(kind):
    """An array of a kind whose chunks have four values, and a lossless diagonal mode."""
    bits = WIDTHS.get(kind, 8)
    mode = Mode(x_bits=bits, w_bits=bits, diagonal=True)
    return ARRAYS[kind], replace(mode, hese=True, group=4, budget=4) if kind.startswith("term") else mode


def operands(mode, k, chunks, columns):
    rng, half = np.random.default_rng(k), 1 << mode.x_bits - 1
    return rng.integers(-half, half, (3, k)), rng.integers(-half, half, (chunks, columns))


def test_every_kind_is_here():
    assert list(ARRAYS) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("k", [1, 4, 7, 12])
def test_every_column_multiplies_its_own_value_of_each_chunk(kind, k):
    """More columns than values, and more than the array has: the second tile begins at lane 0 again."""
    array, mode = setting(kind)
    chunks, columns = -(-k // 4), 7
    x, w = operands(mode, k, chunks, columns)
    expected, counted = np.zeros((3, columns), np.int64), 0
    for n in range(columns):
        for t in range(chunks):
            place = 4 * t + n % 5 % 4
            if place < k:
                expected[:, n] += x[:, place] * w[t, n]
                counted += 1
    result = gemm(x, w, mode, array)
    assert np.array_equal(result.y, expected)
    assert result.multiplications == 3 * counted
    assert job_cycles(k, mode, array) == chunks * KINDS[kind].cycles_per_beat(mode, array)


@pytest.mark.parametrize("kind", KINDS)
def test_the_largest_length_counts_one_product_a_chunk(kind):
    array, mode = setting(kind)
    array = replace(array, acc_width=2 * mode.x_bits + 2)
    dense = replace(mode, diagonal=False, budget=16) if kind.startswith("term") else replace(mode, diagonal=False)
    assert largest_k(mode, array) == 4 * largest_k(dense, array) > 4


def test_one_weight_of_a_group_needs_four_terms():
    """A quarter of the 16 cycles that a dense chunk of four weights takes on one lane."""
    array, mode = setting("term")
    array = replace(array, lanes=1)
    assert job_cycles(36, mode, array) == 9 * 4
    dense = replace(mode, diagonal=False)
    with pytest.raises(ValueError, match="budget is 4, allowed without selection are integers >= 16"):
        check(dense, array)
    assert job_cycles(36, replace(dense, budget=16), array) == 9 * 16
    with pytest.raises(ValueError, match=r"budget is 3, allowed without selection are integers >= 4 \(every hese term"):
        check(replace(mode, budget=3), array)


def test_selection_keeps_the_largest_terms_of_the_one_weight():
    array, mode = setting("term")
    mode = replace(mode, select=True, budget=2)
    assert gemm([[0, 1, 0, 0]], [[0, 0b1010101]], mode, array).y.tolist() == [[0, 0b1010000]]
    assert KINDS["term"].effective_weights(mode, array) == (-128, 127)
    assert KINDS["term"].effective_weights(replace(mode, budget=1), array) == (-128, 128)


@pytest.mark.parametrize(
    "lanes, window, needed",
    [(4, None, 16), (6, 2, 12), (8, 2, 12)],  # a lane a value; and one for each pair; and two for each pair
)
def test_lane_rules_say_how_many_slots_the_last_term_needs(lanes, window, needed):
    """Of four terms of value 3: slots 3, 7, 11, 15; 3, 5, 9, 11; 3, 6, 7, 11."""
    array = Array(kind="term", rows=2, cols=4, lanes=lanes, group=4, dedicated=True, window=window)
    mode = Mode(hese=True, group=4, diagonal=True)
    check(replace(mode, budget=needed), array)
    with pytest.raises(ValueError, match=f"allowed without selection are integers >= {needed} "):
        check(replace(mode, budget=needed - 1), array)
    w = np.full((1, 4), 0b1010101)
    x = np.array([[1, 2, 3, 5]])
    for budget, exact in ((needed, True), (needed - 1, False)):
        y = gemm(x, w, replace(mode, select=True, budget=budget), array).y
        assert np.array_equal(y, x * 0b1010101) == exact


def test_exponents_of_groups_belong_to_single_weights():
    array, mode = replace(ARRAYS["digit"], exponent_bits=2), Mode(diagonal=True, group_exponent=True)
    y = gemm([[1, 2, 3, 4, 5]], [[1, 1], [1, 1]], mode, array, w_exponents=[[0, 1], [2, 3]]).y
    assert y.tolist() == [[1 + 5 * 4, 2 * 2]]


def test_binary_operands_of_bit_planes_have_no_zero():
    mode = Mode(x_bits=2, w_bits=2, x_format="binary", w_format="binary", diagonal=True)
    with pytest.raises(ValueError, match="mode.diagonal is True, allowed with binary operands on a bit_plane array is"):
        check(mode, ARRAYS["bit_plane"])


def test_weights_of_another_number_of_chunks_are_refused():
    array, mode = setting("parallel")
    with pytest.raises(ValueError, match=r"x, w have shapes \(1, 8\), \(8, 2\), allowed are \[M, K\], \[ceil\(K / 4\)"):
        gemm(np.ones((1, 8), int), np.ones((8, 2), int), mode, array)
