"""Block floating point by worked examples, bounds, and the MX standard."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lowtide.golden import Array, Mode, gemm
from lowtide.golden.number_formats import MXINT8, BlockFloating

PROPERTY = settings(derandomize=True, database=None, deadline=None)


def test_worked_block():
    """max 5.3: E = 2, 4 bits have steps of 2^(2-2) = 1; the second block 0.3: E = -2, steps of 1/16."""
    values = np.array([[5.3], [-2.5], [0.5], [1.6], [0.3], [-0.1], [0.03], [0.0]])
    quantiser = BlockFloating(4, block=4).fit(values)
    assert quantiser.exponents.tolist() == [[2], [-2]]
    assert quantiser.encode(values)[:, 0].tolist() == [5, -2, 0, 2, 5, -2, 0, 0]
    assert quantiser.round(values)[:, 0].tolist() == [5, -2, 0, 2, 0.3125, -0.125, 0, 0]
    assert quantiser.parameter_bits() == 16


def by_value(values, bits, limit):
    """One block as written: Python's floats and exact powers."""
    largest = max(map(abs, values))
    exponent = max(-limit, min(limit, math.floor(math.log2(largest)))) if largest else -limit
    step, top = 2.0 ** (exponent - bits + 2), 2 ** (bits - 1) - 1
    return [max(-top, min(top, round(value / step))) * step for value in values]


@pytest.mark.parametrize(
    "bits, block, length", [(2, 4, 10), (4, 16, 40), (8, 32, 70), (16, 5, 5), (8, 64, 3), (6, 1, 9)]
)
def test_blocks_are_rounded_as_written(bits, block, length):
    values = np.random.default_rng(bits).normal(0, 1, (length, 6)) * 2.0 ** np.arange(-15, 15, 5)
    rounded = BlockFloating(bits, block).round(values)
    for j in range(6):
        expected = [by_value(values[i : i + block, j].tolist(), bits, 127) for i in range(0, length, block)]
        assert rounded[:, j].tolist() == sum(expected, [])


@settings(PROPERTY, max_examples=50)
@given(
    values=arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 3)), elements=st.floats(-1e9, 1e9)),
    bits=st.integers(2, 16),
    block=st.integers(1, 40),
)
def test_the_error_is_at_most_half_a_step_or_one_where_the_mantissa_saturates(values, bits, block):
    quantiser = BlockFloating(bits, block).fit(values)
    codes = quantiser.encode(values)
    _, step = quantiser.integers(codes)
    error = np.abs(quantiser.decode(codes) - values) / step
    at_end = np.abs(codes) == 2 ** (bits - 1) - 1
    assert (error[~at_end] <= 0.5).all() and (error[at_end] < 1).all()


@settings(PROPERTY, max_examples=50)
@given(values=arrays(np.float64, (12, 2), elements=st.floats(-1e9, 1e9, width=32)), bits=st.integers(2, 10))
def test_fitting_the_rounded_values_again_changes_nothing(values, bits):
    form = BlockFloating(bits, 4)
    once = form.round(values)
    assert np.array_equal(form.round(once), once)


def test_each_block_may_be_fitted_by_itself():
    values = np.random.default_rng(3).normal(size=(70, 4)) * np.exp(np.random.default_rng(4).normal(0, 4, (70, 4)))
    parts = [MXINT8.round(values[i : i + 32]) for i in range(0, 70, 32)]
    assert np.array_equal(MXINT8.round(values), np.concatenate(parts))


def test_mxint8_elements_are_sixty_fourths_and_saturate_at_127():
    """OCP MX v1.0: shared scale 2^E of the block, elements with 6 fraction bits; -2 is left out."""
    values = np.zeros((32, 1))
    values[:6, 0] = [1.0, 1 / 64, 1.5 / 64, 127 / 64, 1.999, -1.999]
    quantiser = MXINT8.fit(values)
    assert quantiser.exponents.tolist() == [[0]]
    assert quantiser.encode(values)[:6, 0].tolist() == [64, 1, 2, 127, 127, -127]
    with pytest.raises(ValueError, match="codes has codes from -128 to -128, allowed are -127..127"):
        quantiser.decode(np.full((32, 1), -128))
    assert MXINT8.bits + MXINT8.exponent_bits / MXINT8.block == 8.25


def test_exponents_stay_within_their_bits():
    """E8M0 ends at 2^127 and 2^-127: beyond, mantissas saturate or become zero. A block of zeros has the smallest."""
    values = np.array([[2.0**130], [2.0**-140], [0.0], [2.0**-128]])
    quantiser = BlockFloating(8, block=1).fit(values)
    assert quantiser.exponents[:, 0].tolist() == [127, -127, -127, -127]
    assert quantiser.encode(values)[:, 0].tolist() == [127, 0, 0, 32]
    assert BlockFloating(8, 1, exponent_bits=3).fit([100.0, 0.001]).exponents.tolist() == [3, -3]
    wide = BlockFloating(16, 1, exponent_bits=11)
    assert np.array_equal(wide.round([2.0**1000, -(2.0**-1000)]), [2.0**1000, -(2.0**-1000)])


def test_the_array_adds_the_blocks_at_their_exponents():
    """Distances from the largest exponent, blocks as long as a beat: exact with enough guard bits."""
    values = np.random.default_rng(6).normal(size=(16, 3)) * 2.0 ** np.random.default_rng(7).integers(-3, 1, (16, 1))
    quantiser = BlockFloating(8, block=4).fit(values)
    largest = quantiser.exponents.max()
    array = Array(kind="parallel", rows=2, cols=3, lanes=4, acc_width=60, exponent_bits=4, guard_bits=15)
    x = np.random.default_rng(8).integers(-127, 128, (2, 16))
    result = gemm(
        x,
        quantiser.encode(values),
        Mode(**quantiser.format.mode_fields()),
        array,
        x_exponents=np.zeros((2, 4), int),
        w_exponents=largest - quantiser.exponents,
    )
    assert np.array_equal(result.y * 2.0 ** (int(largest) - 6 - 15), x @ quantiser.round(values))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: BlockFloating(1), "bits is 1, allowed are integers 2..16"),
        (lambda: BlockFloating(8, 0), "block is 0, allowed are integers >= 1"),
        (lambda: BlockFloating(8, 8, 12), "exponent_bits is 12, allowed are integers 2..11"),
        (lambda: MXINT8.fit(1.0), "values has 0 dimensions, allowed are 1 or more"),
        (lambda: MXINT8.fit(np.ones((33, 2))).encode(np.ones((32, 2))), "values has shape (32, 2), allowed are shapes"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message) and "\n" not in str(error.value)
