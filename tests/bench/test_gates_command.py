"""The command that checks netlists: a table, a report, an exit status."""

import json
from dataclasses import replace

import pytest

from bench.gates import __main__ as entry
from bench.gates.check import Checked
from bench.gates.report import write
from hw import CONFIGURATIONS, find
from hw.pe import KINDS
from synth.gates.equivalence import Equivalence
from synth.targets import GateLibrary

GOOD = Checked(find("fused_8x8"), "plain", "", 18, 1234567, True, 5.0, 2.0, Equivalence("proved", 1.5, 106))


def test_every_kind_is_checked_by_default():
    names = entry.default_names()
    assert set(names) <= set(CONFIGURATIONS) and {find(name).kind for name in names} == set(KINDS)
    assert {"parallel_8x8_l1", "parallel_8x8_l8_booth", "term_8x8_g8_d8_s2", "term_pair_8x8_flex"} <= set(names)


@pytest.mark.parametrize("values, status", [
    ({}, 0), ({"failure": "u8 x s8, K 1: 3 of 4 results differ"}, 1), ({"equivalence": None, "failure": "ERROR"}, 1),
    ({"equivalence": Equivalence("refuted", 1.0, 106, "Networks are NOT EQUIVALENT.")}, 1),
    ({"equivalence": Equivalence("undecided", 60.0, 106, "not within 60 s")}, 0)])
def test_what_failed_is_shown_and_decides_the_status(values, status, tmp_path, capsys, monkeypatch):
    found = replace(GOOD, **values)
    monkeypatch.setattr(entry, "check", lambda config, target, **limits: found)
    assert entry.command(["fused_8x8", "-o", str(tmp_path)]) == status
    assert f"{1 - status} of 1 netlists hold" in capsys.readouterr().out
    report = json.loads((tmp_path / "gates.json").read_text())["pes"][0]
    assert (report["holds"], report["failure"]) == (not status, found.failure)
    text = (tmp_path / "gates.md").read_text()
    assert found.failure in text and (found.equivalence is None or found.equivalence.line in text)


def test_the_table_says_what_was_done(tmp_path):
    assert "| fused_8x8 | plain | 18 | all 1,234,567 | exact | proved, 106 registers | 5.0, 2.0, 1.5 |" in write(
        [GOOD], GateLibrary(), tmp_path)[1].read_text()


@pytest.mark.parametrize("arguments, line", [
    (["missing"], "error: config is 'missing', allowed are "),
    (["--liberty", "missing.lib"], "error: liberty is 'missing.lib': no such file or directory"),
    (["--most", "0"], "error: most is 0, allowed are 1 and more"),
    (["--no"], "error: unrecognized arguments: --no (see --help)"),
])
def test_bad_arguments_are_one_line_and_status_2(arguments, line, capsys):
    assert entry.command(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.startswith(line) and printed.err.count("\n") == 1
