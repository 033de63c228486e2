"""Fixed point by worked examples, bounds, and agreement with lowtide.golden.quantise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lowtide.golden import quantise, scale_of
from lowtide.golden.number_formats import FixedPoint, LeastSquaredError, Percentile

PROPERTY = settings(derandomize=True, database=None, deadline=None)

VALUES = arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.floats(-1e6, 1e6, width=32))
WIDTHS = st.integers(2, 16)


@pytest.mark.parametrize("axis", [None, 0])
@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("bits", range(2, 17))
def test_symmetric_codes_are_those_of_quantise(bits, signed, axis):
    values = np.random.default_rng(bits).normal(size=(40, 6))
    values = values if signed else np.abs(values)
    quantiser = FixedPoint(bits=bits, signed=signed).fit(values, axis=axis)
    scale = scale_of(values, bits=bits, signed=signed, axis=axis)
    assert np.array_equal(quantiser.scale, scale)
    assert np.array_equal(quantiser.encode(values), quantise(values, scale, bits=bits, signed=signed))


def test_worked_symmetric_values():
    """max 1.27 at 8 bits: steps of 0.01, ties to even."""
    quantiser = FixedPoint().fit([1.27, -0.5])
    assert quantiser.encode([0.0051, 0.0149, -1.27, 5.0, -5.0]).tolist() == [1, 1, -127, 127, -127]
    assert FixedPoint(4).fit([7.0]).encode([0.5, 1.5, 2.5, -2.5]).tolist() == [0, 2, 2, -2]
    assert FixedPoint(8, signed=False).fit([255.0]).encode([254.5, -3.0, 300.0]).tolist() == [254, 0, 255]


def test_worked_asymmetric_values():
    """-1 .. 2 at 4 unsigned bits: steps of 0.2, zero is code 5. At 8 signed bits -0.5 .. 2.05: 0.01, zero is -78."""
    quantiser = FixedPoint(4, signed=False, symmetric=False).fit([-1.0, 2.0])
    assert quantiser.zero_point == 5 and quantiser.scale == pytest.approx(0.2)
    assert quantiser.encode([-1.0, 0.0, 2.0, 0.41, -9.0, 9.0]).tolist() == [0, 5, 15, 7, 0, 15]
    signed = FixedPoint(8, symmetric=False).fit([-0.5, 2.05])
    assert signed.zero_point == -78 and signed.encode([0.0, -0.5, 2.05]).tolist() == [-78, -128, 127]
    assert signed.integers(np.array([-128, -78, 127]))[0].tolist() == [-50, 0, 205]


def test_ranges_on_one_side_of_zero_are_widened_to_it():
    positive = FixedPoint(4, signed=False, symmetric=False).fit([3.0, 6.0])
    assert positive.zero_point == 0 and positive.scale == 0.4
    negative = FixedPoint(4, signed=False, symmetric=False).fit([-3.0, -6.0])
    assert negative.zero_point == 15 and negative.encode([-6.0, 0.0, 1.0]).tolist() == [0, 15, 15]


@settings(PROPERTY, max_examples=60)
@given(values=VALUES, bits=WIDTHS, symmetric=st.booleans(), power=st.booleans(), axis=st.sampled_from([None, 0]))
def test_the_error_within_the_range_is_at_most_half_a_step(values, bits, symmetric, power, axis):
    quantiser = FixedPoint(bits, symmetric=symmetric, power_of_two=power).fit(values, axis=axis)
    error = np.abs(quantiser.round(values) - values)
    assert (error <= quantiser.scale / 2 * (1 + 1e-9)).all()
    assert (quantiser.round(np.zeros_like(values)) == 0).all()


@settings(PROPERTY, max_examples=60)
@given(values=VALUES, bits=WIDTHS, symmetric=st.booleans())
def test_power_of_two_scales_are_the_finest_that_hold_the_range(values, bits, symmetric):
    quantiser = FixedPoint(bits, symmetric=symmetric, power_of_two=True).fit(values)
    low, high = min(values.min(), 0), max(values.max(), 0)
    if low == high:
        assert quantiser.scale == 1
        return
    span, steps = (max(high, -low), 2 ** (bits - 1) - 1) if symmetric else (high - low, 2**bits - 1)
    assert np.frexp(quantiser.scale)[0] == 0.5
    assert quantiser.scale * steps >= span * (1 - 1e-12) and quantiser.scale / 2 * steps < span * (1 + 1e-12)


def test_worked_dynamic_fixed_point():
    """At 8 bits 127/128 still has 7 fraction bits, a little more has 6; per column each its own."""
    form = FixedPoint(power_of_two=True)
    assert form.fit([127 / 128]).scale == 2.0**-7
    assert form.fit([0.9923]).scale == 2.0**-6
    assert form.fit([[0.4, 100.0], [-0.1, 128.0]], axis=0).scale.tolist() == [[2.0**-8, 2.0]]
    assert form.fit([[0.4, 100.0]], axis=0).parameter_bits() == 16


def test_zero_is_exact_in_every_asymmetric_format():
    values = np.random.default_rng(5).normal(1, 2, (50, 7))
    for bits in range(2, 17):
        quantiser = FixedPoint(bits, symmetric=False, signed=bool(bits % 2)).fit(values, axis=0)
        assert (quantiser.round(np.zeros((2, 7))) == 0).all()


def test_ranges_may_be_given():
    """As calibration with averaged minima and maxima has them."""
    quantiser = FixedPoint(8, signed=False, symmetric=False).of_range(np.array([-1.0, 0.5]), np.array([1.55, 5.1]))
    assert quantiser.zero_point.tolist() == [100, 0] and np.allclose(quantiser.scale, [0.01, 0.02])
    assert FixedPoint().of_range(-2.54, 1.0).scale == pytest.approx(0.02)


def test_a_percentile_of_zero_falls_back_to_the_largest():
    sparse = np.zeros(1000)
    sparse[0] = 8.0
    assert FixedPoint(choice=Percentile(99.0)).fit(sparse).scale == 8 / 127
    assert FixedPoint(symmetric=False, choice=Percentile(99.0)).fit(-sparse).scale == pytest.approx(8 / 255)


def test_mode_fields_have_room_for_the_integers():
    assert FixedPoint(5).mode_fields() == {"w_bits": 5, "w_signed": True, "w_format": "plain"}
    assert FixedPoint(5, signed=False).mode_fields()["w_signed"] is False
    assert FixedPoint(15, symmetric=False).mode_fields() == {"w_bits": 16, "w_signed": True, "w_format": "plain"}
    assert FixedPoint(16, symmetric=False).mode_fields() is None


def test_names():
    assert FixedPoint(4).name == "fixed 4 bit"
    assert FixedPoint(4, False, False, LeastSquaredError(), True).name == (
        "dynamic fixed 4 bit unsigned asymmetric least squares"
    )


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: FixedPoint(1), "bits is 1, allowed are integers 2..16"),
        (lambda: FixedPoint(17), "bits is 17, allowed are integers 2..16"),
        (lambda: FixedPoint(signed=2), "signed is 2, allowed are True, False"),
        (lambda: FixedPoint(choice="max"), "choice is 'max', allowed are instances of RangeChoice"),
        (lambda: FixedPoint(signed=False).fit([-1.0]), "values has the smallest value -1.0, allowed are values >= 0"),
        (lambda: FixedPoint().of_range(0.0, np.inf), "high has inf, allowed are finite numbers"),
        (lambda: FixedPoint().fit([1.0]).decode([-128]), "codes has codes from -128 to -128, allowed are -127..127"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message) and "\n" not in str(error.value)
