"""Rows are kept under what they are computed from: no change of arithmetic is served stale, no other costs anything."""

import json
import shutil
from dataclasses import dataclass

import pytest

from lowtide.experiments.framework import rows
from lowtide.experiments.runs.configurations import configuration_rows
from lowtide.experiments.runs.configurations.configuration import Configuration
from lowtide.experiments.runs.term_revealing import term_revealing
from lowtide.experiments.runs.widths import bits_per_layer
from lowtide.golden.number_formats import FixedPoint, TermRevealed

MEASURE = "lowtide.experiments.runs.configurations.configuration_rows"


@dataclass(frozen=True)
class Point:
    task: str
    number: int


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A copy of the sources that rows may depend on, which a test may change."""
    for package in ("golden", "experiments", "workloads", "compiler"):
        source = rows.ROOT / "lowtide" / package
        shutil.copytree(source, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "lowtide").symlink_to(tmp_path)
    monkeypatch.setattr(rows, "ROOT", tmp_path)
    rows._code.cache_clear()
    yield tmp_path
    rows._code.cache_clear()


def key(point=None):
    rows._code.cache_clear()
    return rows.key(configuration_rows.measure, point or Configuration(task="digits", weights=FixedPoint(4)))


def test_sources_hold_arithmetic_networks_and_data_but_no_reports():
    found = rows.sources(MEASURE)
    needed = {
        "lowtide.golden.reveal",
        "lowtide.golden.compensate.solver",
        "lowtide.golden.network.costs.bookkeeping",
        "lowtide.golden.lane_rules",
        "lowtide.golden.network.integers.requantisation",
        "lowtide.golden.number_formats.integers.revealed",
        "lowtide.golden.functions.round_shift",
        "lowtide.experiments.runs.tasks",
        "lowtide.experiments.runs.configurations.configuration",
        "lowtide.experiments.runs.language_model.quantise_language",
        "lowtide.workloads.networks.perceptron",
        "lowtide.workloads.networks.lstm_training",
        "lowtide.compiler.onnx.operators.known",
        "lowtide.workloads.data.mnist",
        "lowtide.workloads.digits.network",
    }
    assert needed <= set(found)
    assert not {name for name in found if name.startswith(("lowtide.experiments.framework", "lowtide.sim", "tests"))}
    unused = {
        "lowtide.golden.gemm",
        "lowtide.golden.number_formats.levels.codebook",
        "lowtide.golden.reduce.huffman",
        "lowtide.workloads.data.fetch",
    }
    assert not unused & set(found)
    assert "lowtide.experiments.runs.term_revealing.term_revealing" not in found
    assert all(path.exists() for path in found.values())


def test_a_changed_source_changes_the_key_and_a_changed_plot_or_word_does_not(tree):
    before = key()
    for path in ("experiments/runs/term_revealing/term_revealing.py", "experiments/framework/plots.py"):
        (tree / path).write_text((tree / path).read_text() + "\nCHANGED = 1\n")
    told = tree / "golden" / "reveal.py"
    text = told.read_text().replace('"""Term revealing (TR)', '"""Revealing')
    assert text != told.read_text()
    told.write_text(f"# A comment.\n{text}")
    keys = [before, key()]
    assert keys[0] == keys[1]
    for path in (
        "golden/reveal.py",
        "golden/compensate/solver.py",
        "experiments/runs/configurations/configuration.py",
        "workloads/networks/digits_mlp.py",
        "workloads/digits/network.py",
    ):
        (tree / path).write_text((tree / path).read_text() + "\nCHANGED = 1\n")
        keys.append(key())
        assert keys[-1] not in keys[:-1], path


def test_a_package_that_only_hands_a_name_on_does_not_count_and_one_that_defines_it_does(tree):
    row = tree / "experiments" / "made_up.py"
    formats = tree / "golden" / "number_formats" / "__init__.py"
    for line, uses in (
        ("from lowtide.golden.number_formats import FixedPoint", False),
        ("from lowtide.golden.number_formats import FORMATS", True),
        ("import lowtide.golden.number_formats", True),
    ):
        row.write_text(f"{line}\n")
        found = set(rows.sources("lowtide.experiments.made_up", tree))
        whole = {"lowtide.golden.number_formats", "lowtide.golden.number_formats.levels.codebook"}
        assert (whole <= found) == uses, line
        assert uses or not whole & found
        assert "lowtide.golden.number_formats.integers.fixed_point" in found
    row.write_text("from lowtide.golden.number_formats import FixedPoint\n")
    text = formats.read_text()
    formats.write_text(text.replace("from .integers.fixed_point import", "from ..elsewhere import"))
    (tree / "golden" / "elsewhere.py").write_text("FixedPoint = 1\n")
    assert set(rows.sources("lowtide.experiments.made_up", tree)) == {
        "lowtide.experiments.made_up",
        "lowtide.golden.elsewhere",
    }


def test_points_have_different_keys_and_different_functions_too():
    variants = [
        Configuration(task=task, weights=weights, data_terms=terms, selection=selection)
        for task in ("digits", "lstm")
        for terms in (0, 2)
        for selection in (None, "least error")
        for weights in (FixedPoint(4), FixedPoint(5), TermRevealed(), TermRevealed(encoding="binary"))
    ]
    keys = {rows.key(configuration_rows.measure, point) for point in variants}
    assert len(keys) == len(variants)
    assert rows.key(configuration_rows._network, variants[0]) not in keys


def test_all_points_of_all_experiments_are_different():
    for experiment in (term_revealing.EXPERIMENT, bits_per_layer.EXPERIMENT):
        for quick in (False, True):
            points = [point for series in experiment.series for point in series.points(quick)]
            assert len(set(map(repr, points))) == len(points) > 10


def test_a_row_is_computed_once_and_again_if_fresh(cache):
    calls = []

    def row(point):
        calls.append(point)
        return {"task": point.task, "value": point.number * 0.1, "calls": len(calls), "none": None}

    point = Point("digits", 3)
    assert rows.kept(row, point) is None
    first = rows.made(row, point)
    assert first == {"task": "digits", "value": 3 * 0.1, "calls": 1, "none": None}
    assert rows.made(row, point) == first == rows.kept(row, point) and len(calls) == 1
    assert rows.made(row, Point("digits", 4))["calls"] == 2
    assert rows.made(row, point, fresh=True)["calls"] == 3 == rows.kept(row, point)["calls"]


def test_a_row_that_fails_leaves_nothing_behind(cache):
    def row(point):
        raise KeyError("no such network")

    def infinite(point):
        return {"value": float("inf")}

    with pytest.raises(KeyError):
        rows.made(row, Point("digits", 1))
    with pytest.raises(ValueError, match="JSON"):
        rows.made(infinite, Point("digits", 1))
    assert not list(cache.rglob("*.json"))


def test_rows_are_json_in_the_cache_folder(cache):
    rows.made(_plain, Point("digits", 2))
    (path,) = cache.rglob("*.json")
    assert path == rows.path_of(_plain, Point("digits", 2)) and json.loads(path.read_text()) == {"number": 2}


def _plain(point):
    return {"number": point.number}
