"""Requantisation: exact rounding of real scales, of multiplier and shift, and of powers of two."""

from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden import requantise
from golden.formats.fixed_point import FixedPoint
from golden.network.requantisation import REQUANTISATIONS, multipliers, requantise_sum

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=200)
UNIT = FixedPoint(8, power_of_two=True).of_range(-127.0, 127.0)  # scale 1
ANY = (-inf, inf)


@PROPERTY
@given(st.lists(st.floats(2.0**-45, 2.0**29), min_size=1, max_size=5))
def test_multipliers_are_of_31_bits_and_near_the_scale(scales):
    scales = np.array(scales)
    (factor,), shift = multipliers([scales], "multiplier and shift")
    assert (factor < 1 << 31).all() and (shift >= 0).all() and (shift <= 62).all()
    assert ((factor >= 1 << 30) | (shift == 62)).all()
    for scale, m, n in zip(scales, factor, shift, strict=True):
        assert abs(Fraction(int(m), 1 << int(n)) - Fraction(scale)) <= Fraction(1, 2 << int(n))


def test_multipliers_of_a_sum_share_the_shift_of_the_largest():
    for scales in ([0.75, 0.001], [0.001, 0.75]):
        factors, shift = multipliers(scales, "multiplier and shift")
        assert int(shift) == 31 and sorted(map(int, factors)) == [round(0.001 * 2**31), 3 << 29]


def test_a_scale_that_rounds_up_to_the_next_power_of_two_keeps_31_bits():
    (factor,), shift = multipliers([np.array(1 - 2.0**-40)], "multiplier and shift")
    assert (int(factor), int(shift)) == (1 << 30, 30)


@PROPERTY
@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=8), st.floats(2.0**-40, 4.0))
def test_multiplier_and_shift_is_within_a_step_of_the_real_scale(accumulators, scale):
    wide = FixedPoint(16, power_of_two=True).of_range(-32767.0, 32767.0)
    values = np.array(accumulators)
    real, integer = (requantise_sum([(values, scale)], wide, ANY, method) for method in REQUANTISATIONS[:2])
    assert (np.abs(real - integer) <= 1).all()
    (factor,), shift = multipliers([scale], "multiplier and shift")
    for value, code in zip(accumulators, integer, strict=True):
        assert code == max(-32767, min(32767, round(Fraction(value * int(factor), 1 << int(shift)))))


@PROPERTY
@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=8), st.integers(-40, 4))
def test_powers_of_two_are_exact(accumulators, exponent):
    values, scale = np.array(accumulators), 2.0**exponent
    shifted = requantise_sum([(values, scale)], UNIT, ANY, "power of two")
    expected = [max(-127, min(127, round(Fraction(value) * Fraction(scale)))) for value in accumulators]
    assert shifted.tolist() == expected


def test_the_real_scale_is_golden_requantise():
    values = np.arange(-3000, 3000)
    assert requantise_sum([(values, 0.037)], UNIT, ANY, "real").tolist() == requantise(values, 0.037).tolist()


@pytest.mark.parametrize("method", REQUANTISATIONS)
def test_sums_round_once(method):
    """1/4 + 1/4 of a step is a half and rounds to even, 1/2 + 1/4 to one; each alone would be 0 + 0, 0 + 0."""
    parts = [(np.array([1, 2, 6, -1, -2]), 0.25), (np.array([2, 2, 0, -2, -2]), 0.125)]
    assert requantise_sum(parts, UNIT, ANY, method).tolist() == [0, 1, 2, 0, -1]


@pytest.mark.parametrize("method", REQUANTISATIONS)
def test_limits_clip_in_codes_around_the_zero_point(method):
    quantiser = FixedPoint(8, signed=False, symmetric=False).of_range(-64.0, 191.0)
    assert (float(quantiser.scale), int(quantiser.zero_point)) == (1.0, 64)
    values = np.array([-500, -64, -1, 0, 5, 7, 500])
    found = [requantise_sum([(values, 1.0)], quantiser, limits, method).tolist()
             for limits in (ANY, (0.0, inf), (0.0, 6.0))]
    assert found == [[0, 0, 63, 64, 69, 71, 255], [64, 64, 64, 64, 69, 71, 255], [64, 64, 64, 64, 69, 70, 70]]


def test_scales_per_channel_and_per_place_broadcast():
    values = np.array([[[100, 100], [10, 10]]])
    for method in REQUANTISATIONS:
        found = requantise_sum([(values, np.array([0.5, 1.0]))], UNIT, ANY, method)
        assert found.tolist() == [[[50, 100], [5, 10]]]
        found = requantise_sum([(values, np.array([[0.5], [4.0]]))], UNIT, ANY, method)
        assert found.tolist() == [[[50, 50], [40, 40]]]


def test_bad_input_is_named():
    one = np.array([1])
    for parts, method, line in (
        ([(one, 1.0)], "rounded", "requantisation is 'rounded'"),
        ([(one, 0.3)], "power of two", "scale is 0.3, allowed with requantisation 'power of two' are"),
        ([(one, 2.0**30)], "multiplier and shift", "scale is 1073741824.0, allowed are numbers below"),
        ([(one << 32, 0.5)], "multiplier and shift", "accumulators times multipliers reach"),
        ([(one, 0.0)], "multiplier and shift", "scale is 0.0"),
    ):
        with pytest.raises(ValueError, match=line):
            requantise_sum(parts, UNIT, ANY, method)
