"""Quantisation, requantisation and their errors."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden import quantise, quantise_bias, quantised_range, requantise, scale_of

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=100)
FORMATS = [(bits, signed) for bits in (2, 4, 8, 16) for signed in (True, False)]


def test_ranges_are_symmetric_or_start_at_zero():
    assert quantised_range() == (-127, 127)
    assert quantised_range(8, False) == (0, 255)
    assert quantised_range(4, True) == (-7, 7)
    assert quantised_range(2, False) == (0, 3)


@pytest.mark.parametrize("bits, signed", FORMATS)
def test_the_largest_value_becomes_the_largest_integer(bits, signed):
    values = np.array([0.5, 3.7, -3.9 if signed else 3.9, 0.0])
    scale = scale_of(values, bits=bits, signed=signed)
    assert scale == 3.9 / quantised_range(bits, signed)[1]
    quantised = quantise(values, scale, bits=bits, signed=signed)
    assert quantised.dtype == np.int32
    assert abs(quantised).max() == abs(quantised[2]) == quantised_range(bits, signed)[1]


def test_scales_per_axis_broadcast():
    values = np.array([[1.0, -254.0], [63.5, 0.0]])
    scale = scale_of(values, axis=1)
    assert scale.tolist() == [[2.0], [0.5]]
    assert quantise(values, scale).tolist() == [[0, -127], [127, 0]]


def test_ties_round_to_even():
    values = np.array([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 126.5])
    assert quantise(values, 1.0).tolist() == [0, 2, 2, 0, -2, -2, 126]
    assert requantise(np.array([1, 3, 5, -1, -3, -5]), 0.5).tolist() == [0, 2, 2, 0, -2, -2]


def test_values_beyond_the_range_become_its_end():
    values = np.array([-1e30, -128.0, -127.4, 127.6, 1e30])
    assert quantise(values, 1.0).tolist() == [-127, -127, -127, 127, 127]
    assert quantise([-3.0, 254.6, 256.0], 1.0, signed=False).tolist() == [0, 255, 255]
    assert requantise(np.array([-(2**31), 2**31 - 1]), 0.001).tolist() == [-127, 127]
    assert requantise([-(2**31), 77000, 2**31 - 1], 0.001, signed=False).tolist() == [0, 77, 255]


@PROPERTY
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20), st.sampled_from(FORMATS))
def test_the_error_is_at_most_half_a_step(values, form):
    bits, signed = form
    values = np.array(values) if signed else np.abs(values)
    values[0] = 100
    scale = scale_of(values, bits=bits, signed=signed)
    quantised = quantise(values, scale, bits=bits, signed=signed)
    assert (abs(quantised * scale - values) <= scale * (0.5 + 1e-9)).all()


@PROPERTY
@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=20), st.integers(1, 2**20))
def test_requantising_is_exact_rounding(accumulators, numerator):
    scale = numerator / 2**32  # at most 20 bits, so that the product of 51 bits is exact
    expected = [max(-127, min(127, round(Fraction(numerator, 2**32) * a))) for a in accumulators]
    assert requantise(np.array(accumulators), scale).tolist() == expected


def test_scales_per_channel_requantise_each_column():
    accumulators = np.array([[100, 100, 100], [-9, -9, -9]])
    assert requantise(accumulators, np.array([1.0, 0.5, 0.01])).tolist() == [[100, 50, 1], [-9, -4, 0]]


def test_a_layer_is_the_rounded_real_layer():
    """Y_q = clip(round(s_c (H_q X_q + V_q))) with s_c = s_H s_X / s_Y stays near the real layer."""
    rng = np.random.default_rng(11)
    h, x, v = rng.normal(size=(16, 64)), rng.uniform(size=64), rng.normal(size=16)
    y = np.maximum(h @ x + v, 0)
    s_h, s_x, s_y = scale_of(h), scale_of(x, signed=False), scale_of(y, signed=False)
    accumulators = quantise(h, s_h) @ quantise(x, s_x, signed=False) + quantise_bias(v, s_h * s_x)
    quantised = requantise(accumulators, s_h * s_x / s_y, signed=False)
    assert abs(quantised * s_y - y).max() < 0.02 * y.max()
    assert (quantised > 0).any() and (quantised == 0).any()


def test_bias_keeps_32_bits_and_is_never_clipped():
    assert quantise_bias([-(2.0**31), 2.0**31 - 1, 2.5], 1.0).tolist() == [-(2**31), 2**31 - 1, 2]
    assert quantise_bias([1e9], 1.0).dtype == np.int64
    for beyond in (2.0**31, -(2.0**31) - 1):
        with pytest.raises(ValueError, match="^bias / scale has .* allowed are -2147483648..2147483647"):
            quantise_bias([0.0, beyond], 1.0)


@pytest.mark.parametrize("scale, shown", [
    (0.0, "scale is 0.0"), (-1.0, "scale is -1.0"), ([0.5, 0.0], "scale is 0.0"),
    (np.nan, "scale has nan"), (np.inf, "scale has inf"),
])  # fmt: skip
def test_scales_must_be_positive_and_finite(scale, shown):
    for call in (lambda: quantise([1.0, 2.0], scale), lambda: requantise([1, 2], scale),
                 lambda: quantise_bias([1.0, 2.0], scale)):  # fmt: skip
        with pytest.raises(ValueError) as error:
            call()
        assert str(error.value).startswith(shown)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: quantise([np.nan], 1.0), "values has nan, allowed are finite numbers"),
        (lambda: quantise([1.0, -np.inf], 1.0), "values has -inf, allowed are finite numbers"),
        (lambda: quantise(["a"], 1.0), "values has dtype <U1, allowed are real numbers"),
        (lambda: quantise([1.0], 1.0, bits=1), "bits is 1, allowed are integers 2..16"),
        (lambda: quantise_bias([np.inf], 1.0), "bias has inf, allowed are finite numbers"),
        (lambda: requantise([1.0], 1.0), "accumulator has dtype float64, allowed are integer dtypes"),
        (lambda: scale_of([0.0, 0.0]), "scale is 0.0, allowed are numbers > 0"),
        (lambda: scale_of([np.inf]), "values has inf, allowed are finite numbers"),
        (lambda: scale_of(np.zeros(0)), "values has shape (0,), allowed is at least one value"),
        (
            lambda: scale_of([-0.5, 1.0], signed=False),
            "values has the smallest value -0.5, allowed are values >= 0 if unsigned",
        ),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message
