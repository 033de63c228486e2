"""The command that checks netlists: a table, a report, an exit status."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from lowtide.command import main
from lowtide.formal.gates import command as entry
from lowtide.formal.gates.check import Checked
from lowtide.hw import CONFIGURATIONS, find
from lowtide.hw.pe import KINDS
from lowtide.synth.gates.equivalence import Equivalence

GOOD = Checked(find("fused_8x8"), "plain", "", 18, 1234567, True, 5.0, 2.0, Equivalence("proved", 1.5, 106))


def test_every_kind_is_checked_by_default():
    names = entry.default_names()
    assert set(names) <= set(CONFIGURATIONS) and {find(name).kind for name in names} == set(KINDS)
    assert {"parallel_8x8_l1", "parallel_8x8_l8_booth", "term_8x8_g8_d8_s2", "term_pair_8x8_flex"} <= set(names)


UNDECIDED = Equivalence("undecided", 60.0, 106, "not within 60 s")


@pytest.mark.parametrize(
    "values, outcome",
    [
        ({}, "proved"),
        ({"failure": "u8 x s8, K 1: 3 of 4 results differ"}, "failed"),
        ({"equivalence": None, "failure": "ERROR"}, "failed"),
        ({"equivalence": Equivalence("refuted", 1.0, 106, "Networks are NOT EQUIVALENT.")}, "failed"),
        ({"equivalence": UNDECIDED}, "undecided"),
        ({"equivalence": UNDECIDED, "failure": "u8 x s8, K 1: 3 of 4 results differ"}, "failed"),
    ],
)
@pytest.mark.parametrize("allow", [[], ["--allow", "fused_8x8"]])
def test_what_failed_is_shown_and_decides_the_status(values, outcome, allow, tmp_path, capsys, monkeypatch):
    """Undecided is neither proved nor failed, and no success unless it is allowed by name."""
    found = replace(GOOD, **values)
    monkeypatch.setattr(entry, "check", lambda config, target, **limits: found)
    good = outcome == "proved" or (outcome == "undecided" and bool(allow))
    assert main(["gates", "fused_8x8", *allow, "-o", str(tmp_path)]) == int(not good)
    printed = capsys.readouterr().out
    counts = {name: int(name == outcome) for name in ("proved", "undecided", "failed")}
    assert (
        f"{counts['proved']} of 1 netlists are proved, {counts['undecided']} undecided, {counts['failed']} failed"
        in printed
    )
    assert ("fused_8x8 is undecided" in printed) == (outcome == "undecided")
    report = json.loads((tmp_path / "gates.json").read_text())["pes"][0]
    assert (report["outcome"], report["failure"]) == (outcome, found.failure)
    text = (tmp_path / "gates.md").read_text()
    assert found.failure in text and (found.equivalence is None or found.equivalence.line in text)


def test_one_name_allows_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr(
        entry, "check", lambda config, target, **limits: replace(GOOD, config=config, equivalence=UNDECIDED)
    )
    names = ["fused_8x8", "subword_8x8"]
    assert main(["gates", *names, "--allow", "fused_8x8", "-o", str(tmp_path)]) == 1
    assert main(["gates", *names, "--allow", "fused_8x8", "--allow", "subword_8x8", "-o", str(tmp_path)]) == 0


def test_what_make_allows_is_checked_by_default():
    makefile = (Path(__file__).parents[3] / "Makefile").read_text()
    allowed = re.search(r"^UNDECIDED := (.*)$", makefile, flags=re.M)[1].split()
    assert set(allowed) <= set(entry.default_names())


def test_the_page_says_what_was_done_and_is_the_same_every_time(tmp_path, monkeypatch):
    pages = []
    for seconds in (5.0, 6.0):
        found = replace(GOOD, build_seconds=seconds)
        monkeypatch.setattr(entry, "check", lambda config, target, found=found, **limits: found)
        page = tmp_path / f"page{seconds}.md"
        assert main(["gates", "fused_8x8", "-o", str(tmp_path), "--page", str(page)]) == 0
        pages.append(page.read_text())
        assert pages[-1] == (tmp_path / "gates.md").read_text()
    assert pages[0] == pages[1]
    assert "| fused_8x8 | plain | 18 | all 1,234,567 | exact | proved, 106 registers |" in pages[0]
    assert "Written by `lowtide gates fused_8x8`, target ge; " in pages[0]
    assert "of 1 netlists 1 are exact in their benches, 1 of these for all operand pairs, and 1 are proved." in pages[0]


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["missing"], "error: config is 'missing', allowed are "),
        (["--liberty", "missing.lib"], "error: liberty is 'missing.lib': no such file or directory"),
        (["--most", "0"], "error: most is 0, allowed are 1 and more"),
        (
            ["fused_8x8", "--allow", "subword_8x8"],
            "error: allow is 'subword_8x8', allowed are the PEs that are checked: ",
        ),
        (["--no"], "error: No such option"),
    ],
)
def test_bad_arguments_are_one_line_and_status_2(arguments, line, capsys):
    assert main(["gates", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.startswith(line) and printed.err.count("\n") == 1
