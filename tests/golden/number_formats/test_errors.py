"""Error metrics by worked examples and where they have no ratio."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden.number_formats import FixedPoint, errors

PROPERTY = settings(derandomize=True, database=None, deadline=None)


def test_worked_errors():
    """Differences 0, 1, 1, 0; signal 25 + 4 + 4 + 16 = 49, noise 2; product 25 + 6 + 2 + 16, power 25 + 9 + 1 + 16."""
    found = errors([5.0, 2, -2, 4], [5.0, 3, -1, 4])
    assert found.mean_squared == pytest.approx(0.5) and found.largest == pytest.approx(1)
    assert found.signal_to_noise == pytest.approx(10 * np.log10(49 / 2))
    assert found.cosine == pytest.approx(49 / np.sqrt(49 * 51))


def test_no_noise_and_no_signal():
    exact = errors([1.0, 2.0], [1.0, 2.0])
    assert exact.signal_to_noise == np.inf and exact.cosine == pytest.approx(1) and exact.largest == 0
    assert errors([0.0], [0.0]).signal_to_noise == np.inf and errors([0.0], [0.0]).cosine == 1
    assert errors([0.0], [1.0]).signal_to_noise == -np.inf and errors([0.0], [1.0]).cosine == 0
    assert errors([1.0, 0.0], [-1.0, 0.0]).cosine == -1


def test_six_decibels_a_bit():
    """Uniform values and b bits: 6.02 b dB, against the whole range from -1 to 1."""
    values = np.random.default_rng(1).uniform(-1, 1, 200000)
    found = [errors(values, FixedPoint(bits).round(values)).signal_to_noise for bits in range(4, 13)]
    assert np.allclose(np.diff(found), 20 * np.log10(2), atol=0.6)
    assert found[4] == pytest.approx(20 * np.log10(255 - 1), abs=0.1)


@settings(PROPERTY, max_examples=40)
@given(scale=st.sampled_from([1e-200, 1e-3, 1.0, 1e150]), seed=st.integers(0, 1000))
def test_ratios_do_not_depend_on_the_unit(scale, seed):
    rng = np.random.default_rng(seed)
    reference, noise = rng.normal(size=(2, 30))
    plain, scaled = errors(reference, reference + noise), errors(scale * reference, scale * (reference + noise))
    assert scaled.signal_to_noise == pytest.approx(plain.signal_to_noise)
    assert scaled.cosine == pytest.approx(plain.cosine) and scaled.largest == pytest.approx(scale * plain.largest)


@pytest.mark.parametrize(
    "reference, approximation, message",
    [
        ([1.0], [1.0, 2.0], "approximation has shape (2,), allowed is (1,)"),
        ([], [], "values has shape (0,), allowed is at least one value"),
        ([np.nan], [1.0], "values has nan, allowed are finite numbers"),
        ([1.0], [np.inf], "values has inf, allowed are finite numbers"),
    ],
)
def test_bad_input_is_named_in_one_line(reference, approximation, message):
    with pytest.raises(ValueError) as error:
        errors(reference, approximation)
    assert str(error.value).startswith(message) and "\n" not in str(error.value)
