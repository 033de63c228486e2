"""Carrying errors from block to block, against the textbook update of the inverse, and cyclic descent."""

import numpy as np
import pytest

from lowtide.golden.compensate.matrix import Compensation, compensate
from lowtide.golden.compensate.metric import damped, diagonal, errors, times
from lowtide.golden.compensate.selection import selection_of
from lowtide.golden.compensate.solver import carry, descend
from lowtide.golden.number_formats import FixedPoint, TermRevealed, TernaryWeights


def forms_of(rng, length, batches=1):
    """Positive definite [batches, length, length] of correlated data."""
    x = rng.normal(size=(batches, 4 * length, length)) @ rng.normal(size=(batches, length, length))
    return damped(np.matmul(x.transpose(0, 2, 1), x) / x.shape[1], 0.01)


def textbook(weights, form, selection):
    """Optimal brain compression by blocks: the inverse of what is free, brought up to date after every block."""
    free, rounded, inverse = weights.copy(), np.empty_like(weights), np.linalg.inv(form)
    block = selection.block
    for start in range(0, len(weights), block):
        stop = min(start + block, len(weights))
        metric = np.linalg.inv(inverse[start:stop, start:stop])
        rounded[start:stop] = selection.choose(free[start:stop], metric[None])
        gain = inverse[stop:, start:stop] @ metric
        free[stop:] -= gain @ (free[start:stop] - rounded[start:stop])
        inverse[stop:, stop:] -= gain @ inverse[start:stop, stop:]
    return rounded


def test_forms_of_groups_are_those_of_each_group():
    rng = np.random.default_rng(1)
    forms, columns = forms_of(rng, 5, 3), rng.normal(size=(5, 12))
    for group in range(3):
        some = slice(4 * group, 4 * group + 4)
        assert np.allclose(times(forms, columns)[:, some], forms[group] @ columns[:, some])
        assert np.allclose(errors(forms, columns)[some], np.diag(columns[:, some].T @ forms[group] @ columns[:, some]))
        assert np.array_equal(diagonal(forms, 12)[:, some], np.tile(np.diag(forms[group])[:, None], 4))
    assert np.allclose(times(forms[:1], columns), forms[0] @ columns)


def test_damping_leaves_dead_inputs_where_they_are():
    form = np.diag([4.0, 0, 2])
    assert np.array_equal(damped(form[None], 0.5)[0], np.diag([5.0, 1, 3]))
    assert np.array_equal(damped(np.zeros((1, 2, 2)), 0.5)[0], np.eye(2))


@pytest.mark.parametrize(
    "format",
    [FixedPoint(4), TermRevealed(group=8, budget=8), TermRevealed(group=5, budget=6)],
    ids=lambda format: format.name,
)
@pytest.mark.parametrize("length", [21, 300])
def test_carry_is_the_textbook_update(format, length):
    rng = np.random.default_rng(2)
    forms, weights = forms_of(rng, length), rng.normal(size=(length, 6))
    for name in ("largest terms", "least error"):
        selection = selection_of(name, format, weights)
        found, expected = carry(weights, forms, selection), textbook(weights, forms[0], selection)
        assert (found == expected).mean() > 0.97  # a last bit may tip a tie
        error = errors(forms, weights - expected).sum()
        assert errors(forms, weights - found).sum() == pytest.approx(error, rel=0.05)


def test_without_correlation_carry_is_rounding():
    rng = np.random.default_rng(3)
    weights = rng.normal(size=(24, 10))
    for format in (FixedPoint(4), TermRevealed(group=8, budget=8), TernaryWeights()):
        selection = selection_of("largest terms", format, weights)
        forms = np.diag(rng.uniform(1, 2, 24))[None]
        assert np.array_equal(carry(weights, forms, selection), format.round(weights, axis=0))


@pytest.mark.parametrize("name", ["largest terms", "least error"])
def test_groups_are_compensated_by_themselves(name):
    rng = np.random.default_rng(4)
    forms, weights = forms_of(rng, 9, 4), rng.normal(size=(9, 8))
    format = TermRevealed(group=8, budget=8)
    together = carry(weights, forms, selection_of(name, format, weights))
    for group in range(4):
        some = slice(2 * group, 2 * group + 2)
        alone = selection_of(name, format, weights[:, some])
        assert np.allclose(together[:, some], carry(weights[:, some], forms[group : group + 1], alone), rtol=1e-12)


@pytest.mark.parametrize("format", [FixedPoint(3), TermRevealed(group=8, budget=6)], ids=lambda format: format.name)
def test_descent_never_makes_a_column_worse(format):
    rng = np.random.default_rng(5)
    forms, weights = forms_of(rng, 40), rng.normal(size=(40, 30))
    selection = selection_of("least error", format, weights)
    rounded = format.round(weights, axis=0)
    before = errors(forms, weights - rounded)
    for sweeps in (1, 2, 4):
        after = errors(forms, weights - descend(weights, forms, selection, rounded, sweeps))
        assert (after <= before * (1 + 1e-9)).all()
    assert after.sum() < 0.7 * before.sum()


def test_refined_groups_fit_their_budget_and_are_better():
    rng = np.random.default_rng(6)
    form, weights = forms_of(rng, 8), rng.normal(size=(8, 500))
    format = TermRevealed(group=8, budget=8)
    selection = selection_of("least error", format, weights, 1.6)
    chosen = selection.choose(weights, form)
    refined = selection.refine(chosen, weights, form)
    assert np.array_equal(selection.quantiser.round(refined), refined)
    before, after = errors(form, weights - chosen), errors(form, weights - refined)
    assert (after <= before * (1 + 1e-9)).all() and after.sum() < 0.97 * before.sum()


def test_compensation_does_what_its_result_says():
    rng = np.random.default_rng(7)
    forms, weights = forms_of(rng, 64), rng.normal(size=(64, 20))
    format = TermRevealed(group=8, budget=8)
    plain = errors(forms, weights - format.round(weights, axis=0)).sum()
    found = compensate(weights, forms[0], format)
    assert np.array_equal(found.quantiser.round(found.values), found.values)
    exact = errors(damped(forms, Compensation().damping), weights - found.values)
    assert np.allclose(found.error, exact)
    assert found.error.sum() < plain / 3
    one = compensate(weights, forms[0], format, Compensation(shares=(1.0,), nearer=0, sweeps=0))
    several = compensate(weights, forms[0], format, Compensation(shares=(1.0, 1.5), nearer=0, sweeps=0))
    nearer = compensate(weights, forms[0], format, Compensation(shares=(1.0, 1.5), nearer=2, sweeps=0))
    assert (several.error <= one.error).all() and (nearer.error <= several.error).all()
    assert nearer.error.sum() < several.error.sum() < one.error.sum()
    again = compensate(weights, forms[0], format)
    assert np.array_equal(again.values, found.values)


def test_zero_columns_and_dead_inputs_have_a_result():
    rng = np.random.default_rng(8)
    weights = rng.normal(size=(16, 4))
    weights[:, 1] = 0
    form = np.zeros((16, 16))
    form[:8, :8] = forms_of(rng, 8)[0]
    for format in (TermRevealed(group=8, budget=8), FixedPoint(4)):
        found = compensate(weights, form, format)
        assert not found.values[:, 1].any() and np.isfinite(found.values).all()
    dead = compensate(weights, np.zeros((16, 16)), FixedPoint(8), Compensation(shares=(1.0,), nearer=0))
    assert np.array_equal(dead.values, FixedPoint(8).round(weights, axis=0))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weights": np.zeros(4)}, "weights has shape (4,)"),
        ({"weights": np.full((4, 2), np.nan)}, "weights has nan"),
        ({"forms": np.eye(3)}, "forms has shape"),
        ({"forms": np.ones((3, 4, 4))}, "B dividing 2"),
        ({"forms": np.full((4, 4), np.inf)}, "forms has inf"),
    ],
)
def test_what_is_not_allowed_is_named(change, words):
    arguments = {"weights": np.ones((4, 2)), "forms": np.eye(4), "format": FixedPoint(4)} | change
    with pytest.raises(ValueError) as caught:
        compensate(**arguments)
    assert words in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"selection": "best"},
        {"shares": ()},
        {"shares": (1.0, 0.0)},
        {"damping": 0.0},
        {"damping": np.nan},
        {"sweeps": -1},
        {"nearer": -1},
    ],
)
def test_options_that_are_not_allowed_are_named(fields):
    with pytest.raises(ValueError) as caught:
        Compensation(**fields)
    assert next(iter(fields)) in str(caught.value)
