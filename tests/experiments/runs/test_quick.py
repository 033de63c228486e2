"""``lowtide experiment --quick``: every experiment on the digits perceptron, and what its rows must say."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lowtide.command import main
from lowtide.experiments.runs.catalogue import EXPERIMENTS
from lowtide.experiments.runs.measures import paired
from lowtide.experiments.runs.tasks import TASKS
from lowtide.workloads.data.fetch import DataMissing


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files of a quick run with a cache of its own."""
    made, before = tmp_path_factory.mktemp("quick"), os.environ.get("LOWTIDE_CACHE")
    os.environ["LOWTIDE_CACHE"] = str(made / "cache")
    try:
        assert main(["experiment", "--quick", "-o", str(made / "first")]) == 0
        yield made
    finally:
        os.environ.pop("LOWTIDE_CACHE")
        if before is not None:
            os.environ["LOWTIDE_CACHE"] = before


@pytest.fixture
def rows(folder):
    """``rows(name)``: the rows of an experiment."""
    return lambda name: json.loads(Path(folder, "first", f"{name}.json").read_text())["rows"]


def only(rows, **fields):
    found = [row for row in rows if all(row[name] == value for name, value in fields.items())]
    assert found, fields
    return found


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_files_have_their_schema(folder, name):
    stated = json.loads(Path(folder, "first", f"{name}.json").read_text())
    assert set(stated) == {"description", "rows", "seeds", "notes", "missing"}
    assert len(stated["rows"]) == len(EXPERIMENTS[name].points(True)) and stated["missing"] == {}
    assert stated["notes"] and all(isinstance(note, str) and note.endswith(".") for note in stated["notes"])
    assert all(row["task"] == "digits" and 0.9 < row["float_score"] <= 1 for row in stated["rows"])
    text = Path(folder, "first", f"{name}.md").read_text()
    assert all(f"- {note}" in text for note in stated["notes"])
    assert sum(line.startswith("| digits") for line in text.splitlines()) == len(stated["rows"])
    assert Path(folder, "first", f"{name}.svg").read_text().startswith("<?xml")


def test_a_second_run_computes_nothing_and_writes_the_same_bytes(folder, capsys):
    pages = folder / "pages"
    assert main(["experiment", "--quick", "-o", str(folder / "second"), "--pages", str(pages)]) == 0
    assert capsys.readouterr().out.count(" 0 points computed now") == len(EXPERIMENTS)
    for first in sorted((folder / "first").iterdir()):
        assert first.read_bytes() == (folder / "second" / first.name).read_bytes(), first.name
    for name, experiment in EXPERIMENTS.items():
        text = (pages / f"{name}.md").read_text()
        assert text.startswith("# " + name.replace("_", " ").capitalize() + "\n")
        assert f"`lowtide experiment {name} --quick`" in text and str(folder) not in text
        assert f"![{experiment.description}]({name}/{name}.svg)" in text
        picture = pages / name / f"{name}.svg"
        assert picture.read_bytes() == (folder / "first" / f"{name}.svg").read_bytes()


def test_what_is_kept_needs_no_computing_and_what_is_not_is_missing(folder, tmp_path, capsys):
    assert main(["experiment", "group_size", "--kept", "--quick", "-o", str(tmp_path)]) == 0
    assert (tmp_path / "group_size.json").read_bytes() == (folder / "first" / "group_size.json").read_bytes()
    assert main(["experiment", "group_size", "--kept", "-o", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "missing, lstm: 8 of 8 points are not computed; compute them with: lowtide experiment group_size" in said
    assert json.loads((tmp_path / "group_size.json").read_text())["rows"] == []


def test_term_pairs_are_those_of_both_operands_and_bit_pairs_those_of_fixed_point(rows):
    signed, unsigned = {3: 2, 4: 2, 5: 3, 8: 4}, {4: 3, 8: 5}  # signed digits by bits
    for row in rows("term_revealing"):
        if row["revealed"]:
            most = {"hese": 5, "booth": 5, "binary": 8}[row["encoding"]]  # of unsigned 8-bit data
            assert row["pair_bound"] == pytest.approx(row["budget"] / row["group"] * (row["data_terms"] or most))
            assert row["bit_bound"] is None
            if row["encoding"] != "booth":  # cut Booth integers may have more terms than were kept
                assert 0 < row["pairs"] < row["pair_bound"]
        else:
            assert row["pair_bound"] == signed[row["w_bits"]] * unsigned[row["x_bits"]]
            assert row["bit_bound"] == row["w_bits"] * row["x_bits"]
    (eight,) = only(rows("term_revealing"), revealed=False, w_bits=8, x_bits=8)
    assert (eight["pair_bound"], eight["bit_bound"]) == (20, 64)
    assert eight["score"] == pytest.approx(eight["float_score"], abs=0.005)


def test_losses_are_paired_and_have_a_standard_error(rows):
    for name in ("term_revealing", "compensation", "group_size", "dynamic_fixed_point"):
        for row in rows(name):
            assert row["loss"] == pytest.approx(row["float_score"] - row["score"]) and row["units"] == 899
            assert row["loss"] > -6 * row["loss_error"] - 1e-12
            outcomes = [paired.stated_outcome(row[name]) for name in ("outcome", "float_outcome")]
            flips = np.abs(outcomes[0].units() - outcomes[1].units()).mean()
            assert row["loss_error"] == pytest.approx(np.sqrt((flips - row["loss"] ** 2) / 898))


def test_more_terms_are_nearer_to_the_float_network(rows):
    found = rows("term_revealing")
    for compensated in (False, True):
        for terms in (0, 2):
            noise = [
                only(found, encoding="hese", group=8, budget=budget, data_terms=terms, compensated=compensated)[0][
                    "signal_to_noise"
                ]
                for budget in (4, 8, 16)
            ]
            assert noise == sorted(noise) and noise[0] < noise[2] - 2
    widths = [
        only(found, revealed=False, compensated=False, x_bits=8, w_bits=bits)[0]["signal_to_noise"]
        for bits in (3, 4, 5, 8)
    ]
    assert widths == sorted(widths)


def test_hese_loses_less_than_binary_at_equal_terms(rows):
    for budget in (8, 16):
        hese, binary = (
            only(rows("term_revealing"), encoding=encoding, group=8, budget=budget, data_terms=2, compensated=False)[0]
            for encoding in ("hese", "binary")
        )
        assert hese["signal_to_noise"] > binary["signal_to_noise"] + 1


def test_compensation_brings_outputs_nearer_wherever_little_is_left(rows):
    found = rows("compensation")
    for name in ("TR g=8 k=8", "fixed 4 bit", "TR g=8 k=12 l=12 dedicated", "TR g=8 k=10 l=10 w=4"):
        (plain,) = only(found, weights=name, selection=None)
        (compensated,) = only(found, weights=name, selection="least error")
        assert compensated["signal_to_noise"] > plain["signal_to_noise"] + 1
    for budget in (8, 10, 12):
        largest, least = (
            only(found, weights=f"TR g=8 k={budget}", selection=selection)[0]
            for selection in ("largest terms", "least error")
        )
        assert least["signal_to_noise"] > largest["signal_to_noise"]


def test_larger_groups_are_nearer_at_equal_mean_terms(rows):
    for compensated in (False, True):
        noise = [
            only(rows("group_size"), group=group, budget=group, compensated=compensated)[0]["signal_to_noise"]
            for group in (1, 8, 32)
        ]
        assert noise[0] < noise[1]


def test_a_binary_point_of_each_layer_beats_one_for_all(rows):
    found = rows("dynamic_fixed_point")
    for norms in ("folded", "apart"):
        for bits in (6, 7, 8):
            one, each = (
                only(found, points=points, norms=norms, bits=bits)[0]["signal_to_noise"]
                for points in ("one", "each layer")
            )
            assert each > one + 3
        noise = [only(found, points="each layer", norms=norms, bits=bits)[0]["signal_to_noise"] for bits in (4, 6, 8)]
        assert noise == sorted(noise)


def test_widths_fall_with_the_tolerance_and_keep_it(rows):
    together = [row for row in rows("bits_per_layer") if "together" in row]
    assert len(together) == 8
    for operand in ("weights", "data"):
        mine = only(together, operand=operand)
        assert [row["tolerance"] for row in mine] == [0.01, 0.02, 0.05, 0.1]
        for row in mine:
            assert row["score"] >= (1 - row["tolerance"]) * row["float_score"]
            assert all(2 <= row["alone"][layer] <= width <= 8 for layer, width in row["together"].items())
            assert row["steps"] == sum(row["together"].values()) - sum(row["alone"].values())
        alone = [sum(row["alone"].values()) for row in mine]
        assert alone == sorted(alone, reverse=True)


def test_equal_accuracy_is_half_a_point_or_one_percent_of_perplexity():
    accuracy, perplexity = TASKS["digits"].measure, TASKS["lstm"].measure
    assert accuracy.good_enough(0.9951, 1.0) and not accuracy.good_enough(0.9949, 1.0)
    assert perplexity.good_enough(100.9, 100.0) and not perplexity.good_enough(101.1, 100.0)


def test_points_can_be_listed_without_data_or_networks(monkeypatch, tmp_path):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path))
    for experiment in EXPERIMENTS.values():
        points = [point for series in experiment.series for point in series.points(False)]
        assert len(set(points)) == len(points) > 20
        assert {point.task for point in experiment.points(True)} == {"digits"}
    assert not list(tmp_path.iterdir())


def test_missing_data_end_with_status_1_and_the_command(folder, monkeypatch, capsys):
    def prepare(task):
        if task == "mnist_cnn":
            raise DataMissing("weights are not there; get them with: fetch weights")

    experiment = EXPERIMENTS["bits_per_layer"]
    series = tuple(
        replace(each, points=lambda quick, of=each.points: [p for p in of(False) if p.task in ("digits", "mnist_cnn")])
        for each in experiment.series
    )
    monkeypatch.setitem(EXPERIMENTS, "bits_per_layer", replace(experiment, series=series, prepare=prepare))
    assert main(["experiment", "bits_per_layer", "-o", str(folder / "missing")]) == 1
    assert "missing, mnist_cnn: weights are not there; get them with: fetch weights" in capsys.readouterr().out
    assert len(json.loads(Path(folder, "missing", "bits_per_layer.json").read_text())["rows"]) == 14


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["no_such_experiment"], "experiment is 'no_such_experiment', allowed are term_revealing, compensation"),
        (["--slow"], "No such option"),
        (["--kept", "--fresh"], "fresh is given"),
        (["-o", "/proc/nowhere"], "output is /proc/nowhere: "),
    ],
)
def test_bad_arguments_end_with_status_2_and_one_line(arguments, said, capsys):
    assert main(["experiment", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
