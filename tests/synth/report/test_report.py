"""The report: rows follow from areas, modes that lose are shown as losing, equal inputs are equal bytes."""

import json
import re
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from lowtide.common.quantisation import LaneRule, Quantisation, Terms
from lowtide.synth.accuracy.rows import Kept, Lost
from lowtide.synth.comparisons.mode_rows import with_accuracy
from lowtide.synth.designs.conventional import best, conventional
from lowtide.synth.report.texts import CAVEAT


def test_equal_inputs_are_equal_bytes(folders):
    names = sorted(str(path.relative_to(folders[0])) for path in folders[0].rglob("*") if path.is_file())
    assert {
        "report.json",
        "report.md",
        "report.html",
        "modes.svg",
        "modes.png",
        "parts.svg",
        "scaling.png",
        "accuracy_efficientnet.svg",
        "pe_term.svg",
        "verilog/little.v",
    } <= set(names)
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_rows_follow_from_the_areas(report):
    areas = {unit["config"]: unit["area"] for unit in report["units"]}
    assert {row["config"] for row in report["rows"]} == {"little", "times"}
    for row in report["rows"]:
        assert row["area_flexible"] == areas[row["config"]] and row["area_dedicated"] <= row["area_flexible"]
        assert row["area_per_mac"] == pytest.approx(row["area_flexible"] / row["macs_per_cycle"], abs=0.001)
        ratios = [row["ratio_to_conventional_l1"], row["ratio_to_conventional_l8"]]
        assert row["ratio_to_conventional"] == max(ratios)  # to the best, so the largest
        assert row["ratio_dedicated"] <= row["ratio_to_conventional"]


def test_a_tile_stands_beside_the_pe_with_operands_of_its_own(folders, report):
    (tile,) = report["tiles"]
    (unit,) = [unit for unit in report["units"] if unit["config"] == "little"]
    assert (tile["config"], tile["tile_rows"], tile["tile_cols"]) == ("little_tiles", 2, 2)
    assert tile["pe"] == unit["area"] > tile["share"]
    saved = f"{100 * (1 - tile['share'] / tile['pe']):.1f}"
    (line,) = re.findall(r"^\| little_tiles \|.*$", (folders[0] / "report.md").read_text(), flags=re.M)
    assert [each.strip() for each in line.split("|")][2:6:3] == ["2x2", saved]


def test_the_conventional_pe_has_the_widths_of_the_mode():
    found = conventional(4, 2, x_signed=True, w_signed=False, acc_width=20)
    assert [(config.lanes, config.multiplier, config.sums) for config in found] == [
        (lanes, multiplier, sums)
        for lanes in (1, 8)
        for multiplier, sums in (("inferred", "tree"), ("booth", "tree"), ("booth", "chains"))
    ]
    assert len({config.name for config in found}) == len(found)
    for config in found:
        assert (config.x_width, config.w_width, config.x_types, config.w_types, config.acc_width) == (
            4,
            2,
            ("signed",),
            ("unsigned",),
            20,
        )
    areas = dict(zip(found, (10, None, 12, 79, 81, 78), strict=True))
    assert best(found, areas) == (found[5], 78 / 8)
    assert best(found, dict.fromkeys(found)) == (None, None)


def test_accuracies_are_of_one_network_and_of_compensated_rounding_where_it_was_measured(report):
    found = {
        (row["config"], row["mode"]): (row["accuracy"], row["network"], row["accuracy_of"]) for row in report["rows"]
    }
    assert found["little", "int4 TR g=2 k=2"] == (
        0.75,
        "EfficientNet-Lite0, ImageNet pictures",
        "compensated, least error",
    )
    assert found["times", "int4"] == (0.8, "mnist-8, MNIST", "rounded")
    assert found["little", "int2"] == (None, None, None)
    assert report["missing"] == ["summary.json"]
    assert {(row["pictures"], row["accuracy_error"]) for row in report["rows"] if row["accuracy"]} == {(20, 0.125)}


@dataclass
class Measurable:
    """What a row says to whoever looks up its accuracy."""

    quantisation: Quantisation
    kept: tuple[Kept, ...] = ()


def test_a_pe_whose_lanes_have_rules_keeps_other_terms():
    rule = LaneRule(2, True, 2)
    rows = [
        Measurable(Quantisation(terms=Terms(2, 2))),
        Measurable(Quantisation(terms=Terms(2, 2, rule=rule))),
        Measurable(Quantisation(x_bits=4, w_bits=4)),
    ]
    kept = (Kept(network="first", accuracy=0.5, lost=Lost(0.2, 0.1, 20), how="rounded"),)
    accuracies = SimpleNamespace(of=lambda quantisation: () if quantisation == rows[1].quantisation else kept)
    assert [row.kept for row in with_accuracy(rows, accuracies)] == [kept, (), kept]


def test_what_is_missing_and_what_the_numbers_are_not_is_said(folders):
    text = (folders[0] / "report.md").read_text()
    assert "for want of these results of `make experiments`: summary.json" in text and CAVEAT in text


def test_a_mode_that_loses_is_shown_as_losing(folders, report):
    lines = (folders[0] / "report.md").read_text().splitlines()
    for row in report["rows"]:
        if row["config"] == "little":
            (line,) = [line for line in lines if line.startswith(f"| little | term | {row['mode']} |")]
            verdict = (
                "wins"
                if row["ratio_to_conventional"] < 0.98
                else "wins alone"
                if row["ratio_dedicated"] < 0.98
                else "equal"
                if row["ratio_dedicated"] <= 1.02
                else "loses"
            )
            assert line.split(" | ")[4] == verdict


def test_flexibility_is_over_the_largest_and_over_all(report):
    (small,) = [each for each in report["flexibility"] if each["config"] == "little"]
    alone = {row["area_dedicated"] for row in report["rows"] if row["config"] == "little"}
    assert (small["largest"], small["total"]) == (max(alone), pytest.approx(sum(alone), abs=0.01))
    assert small["over_largest"] == pytest.approx(small["area"] / max(alone), abs=1e-4)
    assert small["over_total"] == pytest.approx(small["area"] / sum(alone), abs=1e-4)


def test_effort_is_apart_from_the_report(folders, report):
    effort = json.loads((folders[0] / "effort.json").read_text())
    assert {each["config"] for each in effort} == {"little", "times"}
    assert all(each["seconds"] > 0 and each["memory"] > 2**20 for each in effort)
    assert "seconds" not in json.dumps(report)
