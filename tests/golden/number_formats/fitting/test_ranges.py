"""Range choices by worked examples and against exhaustive search."""

import numpy as np
import pytest

from lowtide.golden.number_formats import (
    AverageRange,
    FixedPoint,
    Largest,
    LeastSquaredError,
    Percentile,
    average_end,
    layer_ramp,
)


def end_of(choice, values, **more):
    return FixedPoint(choice=choice).fit(values, **more).scale * 127


def test_percentile_interpolates_between_ranks():
    values = np.arange(101.0)
    assert end_of(Percentile(90), values) == pytest.approx(90)
    assert end_of(Percentile(99.5), -values) == pytest.approx(99.5)
    assert end_of(Percentile(100), values) == end_of(Largest(), values) == pytest.approx(100)


def test_percentiles_of_both_ends_if_asymmetric():
    values = np.concatenate([np.arange(0, 101.0), -np.arange(1, 100) / 10])
    quantiser = FixedPoint(8, signed=False, symmetric=False, choice=Percentile(99)).fit(values)
    low, high = np.percentile(values, 1), np.percentile(values, 99)
    assert quantiser.scale == pytest.approx((high - low) / 255)
    assert quantiser.zero_point == round(-low / quantiser.scale)


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize("axis", [None, 0])
def test_least_squares_is_the_best_share_of_an_exhaustive_search(bits, axis):
    values = np.random.default_rng(bits).standard_t(3, (300, 4)) * [1, 2, 3, 4]
    found = FixedPoint(bits, choice=LeastSquaredError(20)).fit(values, axis=axis).scale
    largest, top = np.abs(values).max(axis=axis, keepdims=axis == 0), 2 ** (bits - 1) - 1
    shares = np.arange(1, 21) / 20
    scales = [share * largest / top for share in shares]
    lost = [
        np.square(np.clip(np.rint(values / scale), -top, top) * scale - values).sum(axis=axis, keepdims=axis == 0)
        for scale in scales
    ]
    best = np.argmin(np.array(lost), axis=0)
    assert np.allclose(found, np.take_along_axis(np.array(scales), best[None], axis=0)[0], rtol=1e-12)
    assert bits == 8 or (best < 19).all()


def test_equal_errors_leave_the_largest_range():
    """Levels -1, 0, 1 lose the 0.5, half of them lose half of the 1: both 0.25. Of three shares 2/3 is best."""
    assert FixedPoint(2, choice=LeastSquaredError(2)).fit([1.0, 0.5]).scale == 1
    assert FixedPoint(2, choice=LeastSquaredError(3)).fit([1.0, 0.5]).scale == pytest.approx(2 / 3)


def test_least_squares_of_asymmetric_ranges_keeps_what_matters():
    """One outlier among many small values: it is given up at 4 bits, the other end is kept."""
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.uniform(-1, 1, 20000), [9.0]])
    searched = FixedPoint(4, symmetric=False, choice=LeastSquaredError()).fit(values)
    low, high = ((np.array([-8, 7]) - searched.zero_point) * searched.scale).tolist()
    assert high < 2 and -1.3 < low < -0.8


def test_worked_average_of_parts():
    """Parts (1, 4), (2, 2), (3, 12): maxima 4, 2, 12; weights 1, 2, 3 give (4 + 4 + 36) / 6."""
    values = np.array([1.0, 4, 2, 2, -3, 12])
    assert end_of(AverageRange(3), values) == pytest.approx(6)
    assert end_of(AverageRange(3, first=1, last=3), values) == pytest.approx(44 / 6)
    assert end_of(AverageRange(3, share=0.5), values) == pytest.approx(3)
    assert end_of(AverageRange(1), values) == pytest.approx(12)


def test_average_minima_and_maxima_of_asymmetric_ranges():
    """Minima -1, -3, 0 and maxima 4, 2, 12 of three parts: -8/6 .. 6 without a ramp is -4/3 .. 6."""
    values = np.array([[-1.0, 4], [-3, 2], [0, 12]])
    quantiser = FixedPoint(16, signed=False, symmetric=False, choice=AverageRange(3)).fit(values)
    assert quantiser.scale == pytest.approx((6 + 4 / 3) / 65535)
    assert quantiser.zero_point == round(4 / 3 / quantiser.scale)


def test_averages_per_channel_are_those_of_the_channel():
    values = np.random.default_rng(2).normal(size=(30, 5))
    each = AverageRange(4, first=1, last=2)
    whole = FixedPoint(choice=each).fit(values, axis=0).scale
    assert np.allclose(whole[0], [FixedPoint(choice=each).fit(values[:, j]).scale for j in range(5)])
    assert np.allclose(whole[0] * 127, [
        average_end([np.abs(part).max() for part in np.array_split(values[:, j], 4)], first=1, last=2) for j in range(5)
    ])  # fmt: skip


def test_average_end_of_kept_minima():
    assert average_end([[-4.0, 1.0], [-2.0, 3.0]], first=1, last=3).tolist() == [-2.5, 2.5]


def test_the_share_ramps_from_the_first_to_the_last_layer():
    choices = layer_ramp(AverageRange(4), 5, first=1.2, last=1.0)
    assert np.allclose([choice.share for choice in choices], [1.2, 1.15, 1.1, 1.05, 1.0])
    assert all(choice.parts == 4 for choice in choices)
    assert choices[0].label == "average of 4 x 1.2" and choices[-1].label == "average of 4"
    assert [choice.share for choice in layer_ramp(AverageRange(4), 1, first=1.2, last=1.0)] == [1.2]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: Percentile(0), "percent is 0, allowed are numbers > 0, <= 100"),
        (lambda: Percentile(101), "percent is 101, allowed are numbers > 0, <= 100"),
        (lambda: LeastSquaredError(1), "steps is 1, allowed are integers >= 2"),
        (lambda: AverageRange(0), "parts is 0, allowed are integers >= 1"),
        (lambda: AverageRange(2, share=-1), "share is -1, allowed are numbers > 0"),
        (lambda: AverageRange(2, first=np.nan), "first is nan, allowed are numbers > 0"),
        (lambda: end_of(AverageRange(4), [1.0, 2.0, 3.0]), "values has shape (3,) and axis None, allowed are >= 4"),
        (lambda: end_of(AverageRange(2), np.ones((4, 3)), axis=1), "values has shape (4, 3) and axis (1,), allowed"),
        (lambda: average_end([]), "ends has shape (0,), allowed is at least one batch"),
        (lambda: layer_ramp(AverageRange(2), 0, first=1, last=1), "layers is 0, allowed are integers >= 1"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message) and "\n" not in str(error.value)
