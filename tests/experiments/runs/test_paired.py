"""Paired differences: worked examples, and what pairing is for."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lowtide.experiments.runs.measures import paired

RNG = np.random.default_rng(4)


def row(found, exact, views=1):
    """A comparison whose outcomes went through JSON, as those of a row do."""
    made = paired.compared(found, exact, views=views)
    stated = json.loads(json.dumps(made.entries()))
    outcomes = {name: paired.stated_outcome(stated[name]) for name in ("outcome", "float_outcome")}
    assert outcomes == {"outcome": made.outcome, "float_outcome": made.float_outcome}
    return replace(made, **outcomes)


def test_a_worked_example():
    """Of four digits the float network has three right; the quantised one loses one of them and wins the fourth."""
    made = row(np.array([True, False, True, True]), np.array([True, True, True, False]))
    assert (made.units, made.loss) == (4, 0)
    assert made.loss_error == pytest.approx(np.sqrt(2 / (4 * 3)))  # differences 0, 1, 0, -1
    assert made.outcome.score() == 0.75 and made.outcome.score(paired.CHOICE) == 1
    assert made.float_outcome.score(paired.REPORT) == 0.5


def test_views_of_a_picture_are_one_unit():
    found = np.array([True, True, False, False, True, False])
    made = row(found, np.ones(6, bool), views=2)
    assert made.outcome.units().tolist() == [1, 0, 0.5]
    assert (made.units, made.loss) == (3, 0.5) and made.loss_error == pytest.approx(0.5 / np.sqrt(3))


@pytest.mark.parametrize("views", [1, 5])
def test_outcomes_come_back_from_json(views):
    right = RNG.random(85) < 0.7
    made = row(right, ~right, views)
    assert np.array_equal(made.outcome.units(), right.reshape(-1, views).mean(axis=1))
    assert np.array_equal(made.float_outcome.units(), (~right).reshape(-1, views).mean(axis=1))


def test_log_losses_are_compared_as_shares_of_perplexity():
    exact = RNG.normal(5, 1, 32)
    made = row(exact + 0.01, exact)
    assert made.loss == pytest.approx(0.01) and made.loss_error == pytest.approx(0, abs=1e-12)
    assert made.outcome.score() / made.float_outcome.score() == pytest.approx(np.exp(0.01))


def test_pairing_takes_out_what_both_have_in_common():
    """The standard error is that of many repetitions, far below that of either accuracy alone."""
    hard = RNG.random((400, 500))
    exact, found = hard < 0.9, hard < 0.89
    found = found ^ (RNG.random(hard.shape) < 0.005)
    losses = [row(f, e) for f, e in zip(found, exact, strict=True)]
    spread = np.std([each.loss for each in losses])
    assert np.mean([each.loss_error for each in losses]) == pytest.approx(spread, rel=0.15)
    assert spread < 0.6 * paired.standard_error(exact[0])


def test_other_units_are_refused():
    one, other = (row(np.ones(n, bool), np.ones(n, bool)) for n in (4, 5))
    assert paired.difference(one.outcome, one.outcome).loss == 0
    with pytest.raises(ValueError, match="rows have 4 and 5 units"):
        paired.difference(one.outcome, other.outcome)
