"""Requantisation: exact rounding of multiplier and shift, of powers of two, and of real scales."""

from fractions import Fraction
from math import floor, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden import requantise
from lowtide.golden.network.integers.requantisation import REQUANTISATIONS, multipliers, requantise_sum, requantised
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=200)
UNIT = FixedPoint(8, power_of_two=True).of_range(-127.0, 127.0)  # scale 1
ANY = (-inf, inf)
HALF = Fraction(1, 2)


def by_definition(parts, bits, low=-(2**200), high=2**200):
    """``clip(floor(sum_i m_i A_i / 2^n + 1/2))`` in Python integers. parts: pairs (A, scale); n is the
    largest number, at most bits + 31, at which all m_i have ``bits`` bits or fewer."""
    largest = max(Fraction(scale) for _, scale in parts)
    n = bits + 31
    while floor(largest * 2**n + HALF) >= 2**bits:
        n -= 1
    total = sum(value * floor(Fraction(scale) * 2**n + HALF) for value, scale in parts)
    return max(low, min(high, (2 * total + 2**n) // 2 ** (n + 1)))


@PROPERTY
@given(st.lists(st.floats(2.0**-60, 1.9), min_size=1, max_size=5), st.integers(2, 30))
def test_multipliers_have_their_width_and_are_nearest_to_the_scale(scales, bits):
    scales = np.array(scales)
    (factor,), shift = multipliers([scales], "multiplier and shift", bits)
    assert (factor < 1 << bits).all() and (shift >= 0).all() and (shift <= bits + 31).all()
    assert ((factor >= 1 << (bits - 1)) | (shift == bits + 31)).all()
    for scale, m, n in zip(scales, factor, shift, strict=True):
        assert int(m) == floor(Fraction(scale) * 2 ** int(n) + HALF)


def test_multipliers_of_a_sum_share_the_shift_of_the_largest():
    for scales in ([0.75, 0.001], [0.001, 0.75]):
        factors, shift = multipliers(scales, "multiplier and shift")
        assert int(shift) == 16 and sorted(map(int, factors)) == [round(0.001 * 2**16), 3 << 14]


def test_a_scale_that_rounds_up_to_the_next_power_of_two_keeps_its_width():
    (factor,), shift = multipliers([np.array(1 - 2.0**-20)], "multiplier and shift")
    assert (int(factor), int(shift)) == (1 << 15, 15)


@PROPERTY
@given(
    st.lists(st.tuples(st.integers(-(2**31), 2**31 - 1), st.floats(2.0**-40, 2.0)), min_size=1, max_size=3),
    st.sampled_from([2, 8, 16, 24]),
)
def test_a_sum_is_its_definition_in_python_integers(parts, bits):
    wide = FixedPoint(16, power_of_two=True).of_range(-32767.0, 32767.0)
    found = requantise_sum([(np.array([value]), scale) for value, scale in parts], wide, ANY, multiplier_bits=bits)
    assert found.tolist() == [by_definition(parts, bits, -32767, 32767)]


def test_halves_go_upwards_on_both_sides_of_zero_and_the_extremes_of_32_bits_saturate():
    values = np.array([-(2**31), -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 2**31 - 1])
    assert requantise_sum([(values, 0.5)], UNIT, ANY).tolist() == [-127, -2, -2, -1, -1, 0, 0, 1, 1, 2, 2, 3, 127]
    assert requantise_sum([(values, 0.5)], UNIT, ANY, "real").tolist() == [
        -127,
        -2,
        -2,
        -2,
        -1,
        0,
        0,
        0,
        1,
        2,
        2,
        2,
        127,
    ]  # to even
    wide = requantised([values], *multipliers([0.5], "multiplier and shift"))
    assert wide[[0, -1]].tolist() == [-(2**30), 2**30]


@PROPERTY
@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=8), st.floats(2.0**-40, 2.0))
def test_multiplier_and_shift_is_within_a_step_of_the_real_scale(accumulators, scale):
    """Of 8 bits out: |A| s 2^-16 is below 1/256 of a step where nothing is clipped."""
    values = np.array(accumulators)
    real, integer = (requantise_sum([(values, scale)], UNIT, ANY, *method) for method in (["real"], []))
    assert (np.abs(real - integer) <= 1).all()
    exact = values * scale
    clear = np.abs(exact - np.floor(exact) - 0.5) > 1 / 256
    assert np.array_equal(real[clear], integer[clear])


@PROPERTY
@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=8), st.integers(-40, 4))
def test_powers_of_two_are_exact(accumulators, exponent):
    values, scale = np.array(accumulators), 2.0**exponent
    shifted = requantise_sum([(values, scale)], UNIT, ANY, "power of two")
    expected = [max(-127, min(127, floor(Fraction(value) * Fraction(scale) + HALF))) for value in accumulators]
    assert shifted.tolist() == expected


def test_the_real_scale_is_golden_requantise():
    values = np.arange(-3000, 3000)
    assert requantise_sum([(values, 0.037)], UNIT, ANY, "real").tolist() == requantise(values, 0.037).tolist()


@pytest.mark.parametrize(
    "method, expected",
    [("multiplier and shift", [1, 1, 2, 0, -1]), ("power of two", [1, 1, 2, 0, -1]), ("real", [0, 1, 2, 0, -1])],
)
def test_sums_round_once(method, expected):
    """1/4 + 1/4 of a step is a half, 1/2 + 1/4 rounds to one; each alone would be 0 + 0, 0 + 0."""
    parts = [(np.array([1, 2, 6, -1, -2]), 0.25), (np.array([2, 2, 0, -2, -2]), 0.125)]
    assert requantise_sum(parts, UNIT, ANY, method).tolist() == expected


@pytest.mark.parametrize("method", REQUANTISATIONS)
def test_limits_clip_in_codes_around_the_zero_point(method):
    quantiser = FixedPoint(8, signed=False, symmetric=False).of_range(-64.0, 191.0)
    assert (float(quantiser.scale), int(quantiser.zero_point)) == (1.0, 64)
    values = np.array([-500, -64, -1, 0, 5, 7, 500])
    found = [
        requantise_sum([(values, 1.0)], quantiser, limits, method).tolist() for limits in (ANY, (0.0, inf), (0.0, 6.0))
    ]
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
        ([(one, 2.0**16)], "multiplier and shift", "scale is 65536.0, allowed are those with multipliers of 16 bits"),
        ([(one, 2.0**30)], "power of two", "scale is 1073741824.0, allowed are those with multipliers of 30 bits"),
        ([(one << 48, 0.5)], "multiplier and shift", "accumulators times multipliers reach"),
        ([(one, 0.0)], "multiplier and shift", "scale is 0.0"),
    ):
        with pytest.raises(ValueError, match=line):
            requantise_sum(parts, UNIT, ANY, method)
    for bits in (1, 31, 16.0):
        with pytest.raises(ValueError, match=f"multiplier_bits is {bits}, allowed are integers 2..30"):
            multipliers([0.5], "multiplier and shift", bits)
