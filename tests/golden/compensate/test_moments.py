"""Moments of calibration data: regression, bias and what is reported, against NumPy on the whole data."""

import numpy as np
import pytest

from lowtide.golden.compensate.moments import Moments


def taken(x, y, groups=1, pieces=3):
    moments = Moments(groups)
    for some in np.array_split(np.arange(len(y)), pieces):
        moments.add(x[:, some], y[some])
    return moments


@pytest.mark.parametrize("groups", [1, 4])
def test_regression_is_least_squares_and_leans_towards_the_trained_weights(groups):
    rng = np.random.default_rng(1)
    x = rng.normal(3, 1, (groups, 500, 6))
    y = rng.normal(size=(500, 2 * groups))
    trained = rng.normal(size=(6, 2 * groups))
    moments = taken(x, y, groups)
    for group in range(groups):
        some = slice(2 * group, 2 * group + 2)
        centred, outputs = x[group] - x[group].mean(axis=0), y[:, some] - y[:, some].mean(axis=0)
        assert np.allclose(moments.forms[group], centred.T @ centred / 500)
        best = np.linalg.lstsq(centred, outputs, rcond=None)[0]
        assert np.allclose(moments.regression(trained, 1e-12)[:, some], best)
    assert np.allclose(moments.regression(trained, 1e9), trained, atol=1e-6)


def test_bias_makes_the_mean_error_zero_and_the_report_is_the_variance_left():
    rng = np.random.default_rng(2)
    x, rounded = rng.normal(1, 2, (1, 400, 5)), rng.normal(size=(5, 3))
    y = x[0] @ rounded + rng.normal(2, 0.1, (400, 3))
    moments = taken(x, y)
    error = y - x[0] @ rounded - moments.bias(rounded)
    assert np.allclose(error.mean(axis=0), 0)
    expected = 10 * np.log10(y.var(axis=0).sum() / error.var(axis=0).sum())
    assert moments.signal_to_noise(rounded) == pytest.approx(expected)


def test_pieces_add_up():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(2, 90, 4)), rng.normal(size=(90, 6))
    whole, parts = taken(x, y, 2, 1), taken(x, y, 2, 7)
    assert whole.rows == parts.rows == 90
    assert np.allclose(whole.forms, parts.forms)
    assert np.allclose(whole.regression(np.zeros((4, 6)), 0.1), parts.regression(np.zeros((4, 6)), 0.1))


def test_data_that_are_always_the_same_leave_the_trained_weights():
    moments = taken(np.ones((1, 50, 3)), np.zeros((50, 2)))
    trained = np.arange(6.0).reshape(3, 2)
    assert np.allclose(moments.regression(trained, 0.01), trained)
