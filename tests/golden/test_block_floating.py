"""Block floating point against exact fractions, and against the real numbers that it stands for."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from lowtide.golden import Array, Mode, gemm, job_cycles, largest_k

PARALLEL = Array(kind="parallel", rows=2, cols=3, lanes=4, exponent_bits=4, guard_bits=3, x_width=16, w_width=16)
FUSED = replace(PARALLEL, kind="fused")
SUBWORD = replace(PARALLEL, kind="subword", x_width=8, w_width=8)
BLOCKS = Mode(block_floating=True)
CASES = [
    (PARALLEL, BLOCKS, 4),
    (replace(PARALLEL, lanes=1), BLOCKS, 1),
    (PARALLEL, replace(BLOCKS, x_bits=16, w_bits=16), 4),
    (FUSED, replace(BLOCKS, x_bits=4, w_bits=4), 4),
    (FUSED, replace(BLOCKS, x_bits=2, w_bits=2, x_signed=False), 16),
    (SUBWORD, replace(BLOCKS, x_bits=2, w_bits=2), 4),
    (SUBWORD, BLOCKS, 1),
]


def by_fractions(x, w, dx, dw, values, guard_bits):
    """The sum as it is written, of Python's exact fractions."""
    y = [[0] * len(w[0]) for _ in x]
    for m in range(len(x)):
        for n in range(len(w[0])):
            for block, start in enumerate(range(0, len(w), values)):
                dot = sum(x[m][k] * w[k][n] for k in range(start, min(start + values, len(w))))
                exact = dot * Fraction(2) ** (guard_bits - dx[m][block] - dw[block][n]) + Fraction(1, 2)
                y[m][n] += exact.numerator // exact.denominator
    return y


def operands(seed, mode, k, blocks, exponent_bits):
    rng = np.random.default_rng(seed)
    ends = [(0, 1 << bits) if not signed else (-(1 << bits - 1), 1 << bits - 1)
            for bits, signed in ((mode.x_bits, mode.x_signed), (mode.w_bits, mode.w_signed))]  # fmt: skip
    x, w = rng.integers(*ends[0], (3, k)), rng.integers(*ends[1], (k, 5))
    return x, w, rng.integers(0, 1 << exponent_bits, (3, blocks)), rng.integers(0, 1 << exponent_bits, (blocks, 5))


@pytest.mark.parametrize("guard_bits", [0, 3, 12])
@pytest.mark.parametrize("exponent_bits", [1, 3, 6])
@pytest.mark.parametrize("array, mode, values", CASES)
def test_blocks_are_shifted_rounded_and_added(array, mode, values, exponent_bits, guard_bits):
    array = replace(array, exponent_bits=exponent_bits, guard_bits=guard_bits, acc_width=60)
    for k in (1, values, 3 * values + 1):
        blocks = -(-k // values)
        x, w, dx, dw = operands(k, mode, k, blocks, exponent_bits)
        result = gemm(x, w, mode, array, x_exponents=dx, w_exponents=dw)
        assert result.y.tolist() == by_fractions(x.tolist(), w.tolist(), dx.tolist(), dw.tolist(), values, guard_bits)
        plain = replace(mode, block_floating=False)
        assert result.cycles == gemm(x, w, plain, array).cycles and job_cycles(k, mode, array) == blocks
        assert result.term_pairs == gemm(x, w, plain, array).term_pairs


def test_worked_example():
    """Two blocks of two: 3*5 + 2*1 = 17 as it is, 7*3 + 0 = 21 three places down, -21 likewise."""
    array = replace(PARALLEL, lanes=2, guard_bits=1)
    x, w = [[3, 2, 7, 0]], [[5, 5], [1, 1], [3, -3], [9, 9]]
    y = gemm(x, w, BLOCKS, array, x_exponents=[[0, 1]], w_exponents=[[0, 0], [2, 2]]).y
    assert y.tolist() == [[34 + 5, 34 - 5]]  # 21 / 4 = 5.25
    none = replace(array, guard_bits=0)
    y = gemm(x, w, BLOCKS, none, x_exponents=[[0, 1]], w_exponents=[[0, 0], [2, 2]]).y
    assert y.tolist() == [[17 + 3, 17 - 3]]  # 2.625


def test_halves_are_rounded_up():
    array = replace(PARALLEL, lanes=1, guard_bits=0)
    for value, expected in [(1, 1), (3, 2), (-1, 0), (-3, -1), (5, 3)]:
        assert gemm([[value]], [[1]], BLOCKS, array, x_exponents=[[1]], w_exponents=[[0]]).y.tolist() == [[expected]]


@pytest.mark.parametrize("distance", [40, 62, 63, 64, 200, 60000])
def test_blocks_far_below_round_to_nothing(distance):
    array = replace(PARALLEL, exponent_bits=16, acc_width=64)
    mode = replace(BLOCKS, x_bits=16, w_bits=16)
    for extreme in (-32768, 32767):
        x, w = np.full((1, 4), extreme), np.full((4, 1), -32768)
        assert gemm(x, w, mode, array, x_exponents=[[distance]], w_exponents=[[distance]]).y.tolist() == [[0]]


def test_without_distances_guard_bits_are_a_unit():
    x, w, dx, dw = operands(1, BLOCKS, 10, 3, 1)
    result = gemm(x, w, BLOCKS, PARALLEL, x_exponents=0 * dx, w_exponents=0 * dw)
    assert (result.y == (x @ w) * 8).all()
    assert (gemm(x, w, Mode(), PARALLEL).y == x @ w).all()  # guard bits are for blocks only


def test_real_blocks_are_met_within_half_a_unit_a_block():
    """Values with a shared exponent each block: the sum is that of the real numbers, but for the rounding."""
    x, w, dx, dw = operands(3, BLOCKS, 40, 10, 4)
    real_x = x * 2.0 ** -np.repeat(dx, 4, axis=1)
    real_w = w * 2.0 ** -np.repeat(dw, 4, axis=0)
    y = gemm(x, w, BLOCKS, PARALLEL, x_exponents=dx, w_exponents=dw).y / 8
    assert 0 < np.abs(y - real_x @ real_w).max() <= 10 * 0.5 / 8


@pytest.mark.parametrize("guard_bits", [0, 1, 5])
def test_largest_k_leaves_room_for_guard_bits(guard_bits):
    array = replace(PARALLEL, guard_bits=guard_bits, acc_width=24)
    k = largest_k(BLOCKS, array)
    assert k == ((1 << 23) - 1) // (1 << 14 + guard_bits)
    assert largest_k(Mode(), array) == ((1 << 23) - 1) // (1 << 14)
    for length, fits in ((k, True), (k + 1, False)):
        x, w = np.full((1, length), -128), np.full((length, 1), -128)
        blocks = -(-length // 4)
        exponents = {"x_exponents": np.zeros((1, blocks), int), "w_exponents": np.zeros((blocks, 1), int)}
        y = gemm(x, w, BLOCKS, array, **exponents).y
        assert (y == (length << 14 + guard_bits)).all() == fits


@pytest.mark.parametrize("kind", ["term", "term_pair", "bit_serial", "bit_plane"])
def test_kinds_that_add_more_than_once_a_chunk_have_no_blocks(kind):
    mode = replace(BLOCKS, select=kind.startswith("term"))
    with pytest.raises(ValueError) as error:
        largest_k(mode, replace(PARALLEL, kind=kind))
    assert str(error.value) == f"mode.block_floating is True, allowed on a {kind} array is False only"


ZERO = {"x_exponents": [[0]], "w_exponents": [[0]]}


@pytest.mark.parametrize(
    "mode, array, exponents, message",
    [
        (
            BLOCKS,
            replace(PARALLEL, exponent_bits=0),
            ZERO,
            "array.exponent_bits is 0, allowed are integers 1..16",
        ),
        (BLOCKS, replace(PARALLEL, guard_bits=64), ZERO, "array.guard_bits is 64, allowed are integers 0..63"),
        (
            replace(BLOCKS, x_bits=16),
            replace(FUSED, x_width=16),
            ZERO,
            "mode.block_floating is True, allowed on a fused array with 16-bit operands is False only",
        ),
        (BLOCKS, PARALLEL, {}, "x_exponents is None, allowed in this mode are integers of shape (1, 1)"),
        (BLOCKS, PARALLEL, ZERO | {"w_exponents": None}, "w_exponents is None, allowed in this mode are"),
        (BLOCKS, PARALLEL, ZERO | {"x_exponents": [[0, 0]]}, "x_exponents has shape (1, 2), allowed is (1, 1)"),
        (
            BLOCKS,
            PARALLEL,
            ZERO | {"w_exponents": [[16]]},
            "w_exponents has values from 16 to 16, allowed are 0..15 (4 exponent bits)",
        ),
        (BLOCKS, PARALLEL, ZERO | {"x_exponents": [[-1]]}, "x_exponents has values from -1 to -1, allowed are 0..15"),
        (BLOCKS, PARALLEL, ZERO | {"x_exponents": [[0.5]]}, "x_exponents has dtype float64, allowed are integer"),
        (Mode(), PARALLEL, ZERO, "x_exponents is given, allowed in a mode without such exponents is None only"),
    ],
)
def test_bad_input_is_named_in_one_line(mode, array, exponents, message):
    with pytest.raises(ValueError) as error:
        gemm([[1]], [[1]], mode, array, **exponents)
    assert str(error.value).startswith(message) and "\n" not in str(error.value)
