"""Diagonal modes of engines by hand: the place of each column's weight, tails, codes that do not count, budgets."""

import numpy as np
import pytest

from lowtide import golden
from lowtide.golden.network.floating.convolution import Geometry, depthwise, toeplitz
from lowtide.hw import ArrayConfig, Mode
from lowtide.sim import Model, ModelError
from lowtide.sim.engine.packing import weight_rows

WIDE = ArrayConfig(name="diagonal", rows=1, cols=5, lanes=3, w_formats=("plain", "ternary"))
RULED = ArrayConfig(name="diagonal_ruled", kind="term", rows=1, cols=4, lanes=6, group=4, dedicated=True, window=2)


def test_columns_take_their_own_value_in_turn():
    x, w = np.array([[1, 2, 3, 10, 20]]), np.array([[1, 1, 1, 2, 2], [1, 1, 1, 3, 3]])
    result = Model(WIDE, quick=True).gemm(x, w, Mode(x_signed=False, diagonal=True))
    assert result.y.tolist() == [[11, 22, 3, 32, 64]]
    assert result.cycles == 2


def test_a_depthwise_convolution_reaches_a_quarter_of_the_peak():
    """3x3 windows of 4 channels on 4x4 PEs of 4 lanes: nine cycles for four pixels, by the engine's counter."""
    config, rng = ArrayConfig(name="depthwise", rows=4, cols=4, lanes=4), np.random.default_rng(9)
    picture, weight = rng.integers(0, 256, (1, 10, 10, 4)), rng.integers(-128, 128, (3, 3, 1, 4))
    window = Geometry(size=(3, 3))
    result = Model(config, quick=True).gemm(
        toeplitz(picture, window), weight.reshape(9, 4), Mode(x_signed=False, diagonal=True)
    )
    expected = depthwise(picture, weight, window)
    assert np.array_equal(result.y.reshape(expected.shape), expected)
    assert result.cycles == 64 // 4 * 9
    assert expected.size * 9 / (result.cycles * 4 * 4 * 4) == 1 / 4


def test_a_code_without_meaning_is_reported_where_its_place_counts():
    """The last chunk has two values: column 2 takes no part in it, whatever its weight."""
    model, mode = Model(WIDE, quick=True), Mode(x_signed=False, w_bits=2, w_format="ternary", diagonal=True)

    class Unchecked(Mode):
        """A mode whose codes software does not look at: they are of another format."""

    free = Unchecked(x_signed=False, w_bits=2, w_signed=True, diagonal=True)
    Unchecked.word = lambda self: mode.word()
    x = np.array([[1, 2, 3, 4, 5]])
    for column in range(5):
        w = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 1, 1]])
        w[1, column] = -2  # the bits of code 2
        if column == 2:
            assert model.gemm(x, w, free).y.tolist() == [[5, 7, 3, 5, 7]]
        else:
            with pytest.raises(ModelError, match="WEIGHT_CODE"):
                model.gemm(x, w, free)


def test_the_least_budget_keeps_every_term_under_lane_rules():
    """Twelve slots, two cycles, in place of the 22 of a dense group: by `golden` and by the engine."""
    model, x = Model(RULED, quick=True), np.array([[1, 3, 5, 7]])
    mode = Mode(x_signed=False, hese=True, group=4, budget=12, diagonal=True)
    RULED.check_mode(mode)
    with pytest.raises(ValueError, match="budget is 11, to keep every term"):
        RULED.check_mode(mode.change(budget=11))
    with pytest.raises(ValueError, match="budget is 21, to keep every term"):
        RULED.check_mode(mode.change(budget=21, diagonal=False))
    w = np.full((1, 4), 0b1010101)
    result = model.gemm(x, w, mode)
    assert result.y.tolist() == (x * 0b1010101).tolist() and result.cycles == 2
    fewer = mode.change(select=True, budget=11)
    assert model.gemm(x, w, fewer).y.tolist() == golden.gemm(x, w, fewer, RULED).y.tolist() != result.y.tolist()


def test_weights_of_a_diagonal_mode_are_one_a_chunk():
    mode = Mode(x_signed=False, diagonal=True)
    assert [weight_rows(k, WIDE, mode) for k in (1, 3, 4)] == [1, 1, 2]
    with pytest.raises(ValueError, match="w has 4 rows, x has 4 columns: a diagonal mode has 2 chunks of them"):
        Model(WIDE, quick=True).gemm(np.ones((1, 4), int), np.ones((4, 5), int), mode)
    assert WIDE.macs_per_cycle(mode) == 1 and WIDE.macs_per_cycle(mode.change(diagonal=False)) == 3


def test_bit_planes_refuse_binary_weights():
    config = ArrayConfig(
        name="planes", kind="bit_plane", x_formats=("plain", "binary"), w_formats=("plain", "binary"), lanes=4
    )
    binary = Mode(x_bits=2, w_bits=2, x_format="binary", w_format="binary")
    config.check_mode(binary)
    with pytest.raises(ValueError, match="diagonal is 1, w_format binary has no zero for the other values"):
        config.check_mode(binary.change(diagonal=True))
