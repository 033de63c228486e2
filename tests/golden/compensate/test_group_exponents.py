"""Exponents of groups inside the compensation: of the format, and no worse than its own rounding, by brute force."""

import itertools

import numpy as np
import pytest

from lowtide.golden.compensate import Compensation, compensate
from lowtide.golden.compensate.metric import errors
from lowtide.golden.compensate.selection import FormatRounding, LeastErrorExponents, selection_of
from lowtide.golden.number_formats import E2M1, FixedPoint, GroupExponent, TwoDigits

FORMATS = [GroupExponent(FixedPoint(4), 8, 2), GroupExponent(TwoDigits(), 4, 1), GroupExponent(E2M1, 8, 2)]


def forms_of(rng, length):
    data = rng.normal(size=(4 * length, length)) @ rng.normal(size=(length, length))
    return data.T @ data / len(data)


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_what_is_chosen_is_of_the_format(format):
    rng = np.random.default_rng(0)
    weights = rng.laplace(size=(28, 6))  # the last group is shorter
    found = compensate(weights, forms_of(rng, 28), format)
    codes = found.values / found.quantiser.scale
    assert np.allclose(codes, np.rint(codes), atol=1e-9)
    format.split(np.rint(codes).astype(np.int32))  # raises for what no group has


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_the_least_error_is_no_worse_than_the_formats_own_rounding(format):
    rng = np.random.default_rng(1)
    weights, metric = rng.normal(size=(format.block, 200)), forms_of(rng, format.block)[None]
    quantiser = format.fit(weights, axis=0)
    chosen = LeastErrorExponents(format, quantiser).choose(weights, metric)
    plain = FormatRounding(format, quantiser).choose(weights, metric)
    ours, theirs = errors(metric, weights - chosen), errors(metric, weights - plain)
    assert ours.sum() < 0.9 * theirs.sum()


def test_a_group_of_two_is_near_the_best_of_all():
    """By brute force over every pair of integers and every exponent: within a few per cent on the average."""
    format = GroupExponent(FixedPoint(3), 2, 1)
    rng = np.random.default_rng(2)
    weights, metric = rng.normal(size=(2, 300)), np.array([[[1.0, 0.4], [0.4, 0.7]]])
    selection = selection_of("least error", format, weights)
    assert isinstance(selection, LeastErrorExponents)
    found = errors(metric, weights - selection.choose(weights, metric))
    best = np.full(300, np.inf)
    for exponent, *pair in itertools.product((0, 1), range(-3, 4), range(-3, 4)):
        numbers = np.array(pair, float)[:, None] * 2**exponent * selection.quantiser.scale
        best = np.minimum(best, errors(metric, weights - numbers))
    assert (found >= best - 1e-12).all() and found.sum() < 1.05 * best.sum()


def test_compensation_lowers_the_error_of_the_outputs():
    rng = np.random.default_rng(3)
    weights, forms = rng.laplace(size=(64, 12)), forms_of(rng, 64)
    for format in FORMATS:
        plain = format.fit(weights, axis=0).round(weights)
        found = compensate(weights, forms, format, Compensation(sweeps=1))
        assert errors(forms[None], weights - found.values).sum() < 0.5 * errors(forms[None], weights - plain).sum()
