"""Accuracies that experiments measured: rows of today's experiments are understood, halves are those of the pairs."""

import json

import numpy as np
import pytest

from lowtide.common.quantisation import Groups, Quantisation, Terms
from lowtide.experiments.runs.configurations.configuration import Configuration
from lowtide.experiments.runs.configurations.configuration_rows import measure
from lowtide.experiments.runs.group_exponents import exponent_rows
from lowtide.experiments.runs.group_exponents.exponent_rows import ExponentPoint, ExponentRow
from lowtide.experiments.runs.measures import paired
from lowtide.golden.number_formats import E2M1, FixedPoint, TermRevealed, TwoDigits
from lowtide.golden.number_formats.words import format_of
from lowtide.hw.config.named import find
from lowtide.synth.accuracy.accuracies import Accuracies
from lowtide.synth.accuracy.rows import NETWORKS, Halves, Lost, halves, of_word
from lowtide.synth.designs.modes import quantisations


@pytest.mark.parametrize("samples, views", [(20, 1), (21, 1), (60, 3)])
def test_halves_are_the_parts_that_experiments_compare(samples, views):
    seed = 3
    print(f"seed {seed}")
    found, exact = np.random.default_rng(seed).random((2, samples)) < 0.7
    row = paired.compared(found, exact, views=views)
    parts = [paired.difference(row.outcome, row.float_outcome, part) for part in (paired.CHOICE, paired.REPORT)]
    assert parts[0].loss != parts[1].loss
    expected = [Lost(pytest.approx(each.loss), pytest.approx(each.error), each.units) for each in parts]
    assert halves(row.entries()) == Halves(*expected)


def test_rows_that_do_not_say_what_became_of_each_picture_have_no_halves():
    assert halves({"loss": 0.1}) is None
    assert halves(paired.compared(np.ones(3, bool), np.ones(3, bool)).entries()) is None  # no error of one picture


#: Two digits are rounded both ways, FP4 plainly alone.
GROUPED = (
    ExponentPoint(task="digits", base=TwoDigits(), group=8, exponent_bits=1),
    ExponentPoint(task="digits", base=TwoDigits(), group=8, exponent_bits=1, compensated=True),
    ExponentPoint(task="digits", base=E2M1),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Rows of the digits perceptron, as `lowtide experiment --quick` writes them."""
    folder = tmp_path_factory.mktemp("experiments")
    revealed = TermRevealed(group=8, budget=8)
    rows = [
        measure(Configuration(task="digits", weights=weights, selection=selection))
        for weights, selection in ((FixedPoint(3), None), (revealed, None), (revealed, "least error"))
    ]
    groups = [exponent_rows.measure(point) for point in GROUPED]
    for name, mine in (
        ("term_revealing", rows[:2]),
        ("compensation", rows[1:]),
        ("group_exponents", groups),
        ("summary", []),
    ):
        (folder / f"{name}.json").write_text(json.dumps({"rows": mine}))
    return folder, rows, groups


def test_rows_of_experiments_are_read_with_their_errors_and_numbers_of_pictures(folder):
    place, (fixed, _, compensated), _ = folder
    accuracies = Accuracies(place)
    assert accuracies.missing == []
    (kept,) = accuracies.of(Quantisation(w_bits=3))
    assert (kept.network, kept.how, kept.accuracy) == (NETWORKS["digits"], "rounded", fixed["score"])
    assert kept.lost == Lost(fixed["loss"], fixed["loss_error"], 899) and kept.lost.error > 0
    assert (kept.halves.chosen.pictures, kept.halves.reported.pictures) == (450, 449)
    (kept,) = accuracies.of(Quantisation(terms=Terms(8, 8)))
    assert (kept.how, kept.accuracy) == ("compensated, least error", compensated["score"])
    assert accuracies.of(Quantisation(w_bits=4)) == ()


def test_rows_of_group_exponents_are_those_of_modes(folder):
    place, _, (_, compensated, plain) = folder
    accuracies = Accuracies(place)
    (kept,) = accuracies.of(of_word("digits:8:1"))
    assert (kept.network, kept.how, kept.accuracy) == (NETWORKS["digits"], "compensated", compensated["score"])
    assert kept.lost == Lost(compensated["loss"], compensated["loss_error"], 899)
    assert kept.halves.reported.pictures == 449
    (kept,) = accuracies.of(Quantisation(w_bits=None, w_format="e2m1"))
    assert (kept.how, kept.accuracy) == ("rounded", plain["score"])
    assert [ExponentRow.read(row).quantisation for row in (compensated, plain)] == [
        point.quantisation for point in GROUPED[1:]
    ]
    assert {point.quantisation for point in GROUPED} <= set(quantisations(find("digit_8x8_flex"))) | {
        of_word("digits:8:1")
    }


def test_words_of_evaluations_mean_the_quantisations_that_modes_have():
    for word in ("fixed:5", "tr:8:10", "group:4:16:2", "digits:8:1", "e2m1:8:3"):
        format, found = format_of(word), of_word(word)
        fields = format.mode_fields()
        plain = fields["w_format"] == "plain"
        assert found == Quantisation(
            w_bits=fields["w_bits"] if plain else None,
            w_format=None if plain else fields["w_format"],
            terms=Terms(fields["group"], fields["budget"]) if "budget" in fields else None,
            groups=Groups(format.block, format.exponent_bits) if "group_exponent" in fields else None,
        )
    flexible = quantisations(find("digit_8x8_flex"))
    assert {of_word(word) for word in ("fixed:4", "group:4:8:2", "digits:8:2")} <= set(flexible)
    assert of_word("float") is None and of_word("ternary") is None


def test_rows_of_an_evaluation_are_accuracies_of_their_pictures(tmp_path):
    right = np.arange(40) % 7 != 0
    shared = {"task": "efficientnet", "x_bits": 8, "data_terms": 0} | paired.compared(
        right, np.ones(40, bool)
    ).entries()
    rows = [
        shared | {"weights": "float", "rounding": "-", "x_bits": None, "data_terms": None, "score": 1.0},
        shared | {"weights": "digits:8:2", "rounding": "plain", "score": 0.1},
        shared | {"weights": "digits:8:2", "rounding": "compensated", "score": 0.85},
        shared | {"weights": "digits:8:2", "rounding": "compensated", "data_terms": 3, "score": 0.5},
    ]
    (tmp_path / "pictures.json").write_text(json.dumps({"rows": rows}))
    accuracies = Accuracies(tmp_path)
    assert "pictures.json" not in accuracies.missing
    (kept,) = accuracies.of(of_word("digits:8:2"))
    assert (kept.network, kept.how, kept.accuracy) == (NETWORKS["pictures"], "compensated", 0.85)
    assert kept.lost.pictures == 40 and kept.halves.reported.pictures == 20
    assert accuracies.of(Quantisation()) == ()


def test_a_file_that_is_not_there_or_of_another_version_is_missing(tmp_path):
    (tmp_path / "compensation.json").write_text('{"rows": [{"task": "digits"}]}')
    assert Accuracies(tmp_path).missing == [
        "term_revealing.json",
        "compensation.json",
        "group_exponents.json",
        "summary.json",
    ]
    (tmp_path / "pictures.json").write_text('{"rows": [{"task": "digits"}]}')
    assert Accuracies(tmp_path).missing[-1] == "pictures.json"
