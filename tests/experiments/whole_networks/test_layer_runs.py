"""`lowtide whole-networks --layers`: layers of networks alone, each golden's."""

import json
from dataclasses import replace

import pytest

from lowtide.common.command_line import run
from lowtide.experiments.whole_networks import layer_runs
from lowtide.experiments.whole_networks.command import whole_networks
from lowtide.experiments.whole_networks.networks import NETWORKS
from lowtide.workloads.data.fetch import DataMissing

DIGITS = ["--network", "digits", "--machine", "parallel_flex", "--quick", "--jobs", "1"]


def test_layers_of_a_network_are_goldens(tmp_path, capsys):
    assert run(whole_networks, [*DIGITS, "--layers", "all", "-o", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "layers of digits on parallel_flex, fixed:8" in said and "are golden's, bit for bit" in said
    told = json.loads((tmp_path / "layers.json").read_text())
    assert {each["program"] for each in told} == {"digits on parallel_flex, fixed:8"}
    assert all(each["cycles"] == each["predicted"] > 0 and not each["differs"] for each in told)


def test_a_layer_that_differs_is_the_status(tmp_path, monkeypatch, capsys):
    run_layers = layer_runs.run_layers

    def wrong(*given, **options):
        found = run_layers(*given, **options)
        return [replace(each, run=replace(each.run, differs="tensor x, record 1: ...")) for each in found]

    monkeypatch.setattr(layer_runs, "run_layers", wrong)
    assert run(whole_networks, [*DIGITS, "--layers", "0", "-o", str(tmp_path)]) == 1
    assert "differs from golden: tensor x, record 1: ..." in capsys.readouterr().out


def test_data_that_are_missing(tmp_path, monkeypatch, capsys):
    def missing():
        raise DataMissing("no digits here")

    monkeypatch.setitem(layer_runs.NETWORKS, "digits", replace(NETWORKS["digits"], make=missing))
    assert run(whole_networks, [*DIGITS, "--layers", "all", "-o", str(tmp_path)]) == 1
    assert "missing, digits: no digits here" in capsys.readouterr().out
    assert json.loads((tmp_path / "layers.json").read_text()) == []


@pytest.mark.parametrize(
    "more, line",
    [
        (["--layers", "0:99"], "layers is '0:99', allowed in a program of"),
        (["--layers", "x"], "layers is 'x', allowed are all, a number N, or A:B"),
        (["--layers", "all", "--kept"], "kept is given, allowed beside layers is none of predict, kept, tensors, page"),
        (["--layers", "all", "--page", "p.md"], "page is given, allowed beside layers"),
    ],
)
def test_bad_input_is_one_line(more, line, tmp_path, capsys):
    assert run(whole_networks, [*DIGITS, *more, "-o", str(tmp_path)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith(f"error: {line}")
