"""Accuracies that experiments measured: rows of today's experiments are understood, halves are those of the pairs."""

import json

import numpy as np
import pytest

from lowtide.common.quantisation import Quantisation, Terms
from lowtide.experiments.runs import paired
from lowtide.experiments.runs.configuration import Configuration, measure
from lowtide.golden.number_formats import FixedPoint, TermRevealed
from lowtide.synth.accuracy import NETWORKS, Accuracies, Halves, Lost, halves


@pytest.mark.parametrize("samples, views", [(20, 1), (21, 1), (60, 3)])
def test_halves_are_the_parts_that_experiments_compare(samples, views):
    seed = 3
    print(f"seed {seed}")
    found, exact = np.random.default_rng(seed).random((2, samples)) < 0.7
    row = paired.outcome(found, exact, views=views)
    parts = [paired.difference(row, part=part) for part in (paired.CHOICE, paired.REPORT)]
    assert parts[0].loss != parts[1].loss
    expected = [Lost(pytest.approx(each.loss), pytest.approx(each.error), each.units) for each in parts]
    assert halves(row) == Halves(*expected)


def test_rows_that_do_not_say_what_became_of_each_picture_have_no_halves():
    assert halves({"loss": 0.1}) is None
    assert halves(paired.outcome(np.ones(3, bool), np.ones(3, bool))) is None  # no error of one picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Rows of the digits perceptron, as `lowtide experiment --quick` writes them."""
    folder = tmp_path_factory.mktemp("experiments")
    revealed = TermRevealed(group=8, budget=8)
    rows = [
        measure(Configuration(task="digits", weights=weights, selection=selection))
        for weights, selection in ((FixedPoint(3), None), (revealed, None), (revealed, "least error"))
    ]
    for name, mine in (("term_revealing", rows[:2]), ("compensation", rows[1:]), ("summary", [])):
        (folder / f"{name}.json").write_text(json.dumps({"rows": mine}))
    return folder, rows


def test_rows_of_experiments_are_read_with_their_errors_and_numbers_of_pictures(folder):
    place, (fixed, _, compensated) = folder
    accuracies = Accuracies(place)
    assert accuracies.missing == []
    (kept,) = accuracies.of(Quantisation(w_bits=3))
    assert (kept.network, kept.how, kept.accuracy) == (NETWORKS["digits"], "rounded", fixed["score"])
    assert kept.lost == Lost(fixed["loss"], fixed["loss_error"], 899) and kept.lost.error > 0
    assert (kept.halves.chosen.pictures, kept.halves.reported.pictures) == (450, 449)
    (kept,) = accuracies.of(Quantisation(terms=Terms(8, 8)))
    assert (kept.how, kept.accuracy) == ("compensated, least error", compensated["score"])
    assert accuracies.of(Quantisation(w_bits=4)) == ()


def test_a_file_that_is_not_there_or_of_another_version_is_missing(tmp_path):
    (tmp_path / "compensation.json").write_text('{"rows": [{"task": "digits"}]}')
    assert Accuracies(tmp_path).missing == ["term_revealing.json", "compensation.json", "summary.json"]
