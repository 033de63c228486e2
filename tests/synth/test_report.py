"""The report: rows follow from areas, modes that lose are shown as losing, equal bytes, bad input in a line."""

import itertools
import json
import re
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest

from lowtide.command import main
from lowtide.common.quantisation import LaneRule, Quantisation, Terms
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.synth.accuracy_rows import Kept, Lost
from lowtide.synth.conventional import best, conventional
from lowtide.synth.mode_rows import with_accuracy
from lowtide.synth.prices import collect
from lowtide.synth.report.contents import contents
from lowtide.synth.report.texts import CAVEAT
from lowtide.synth.report.wanted import Wanted
from lowtide.synth.report.write import write
from lowtide.synth.targets import GateLibrary

SMALL = ArrayConfig(name="little", kind="term", rows=2, cols=2, lanes=2, group=2, x_width=4, w_width=4, acc_width=12)
TIMES = ArrayConfig(name="times", kind="parallel", rows=1, cols=2, x_width=4, w_width=4, acc_width=12)


def halves_of(score):
    """The outcome of 20 pictures, the float network's all right, the last ones of the quantised one wrong."""
    right = np.arange(20) < round(20 * score)
    return {
        "outcome": {"right": np.packbits(right).tobytes().hex(), "samples": 20, "views": 1},
        "float_outcome": {"right": np.packbits(np.ones(20, bool)).tobytes().hex(), "samples": 20, "views": 1},
    }


OWN = {"little": [SMALL], "times": [TIMES]}
TILED = replace(SMALL, name="little_tiles", tile_rows=2, tile_cols=2)
WANTED = Wanted((SMALL,), (TIMES,), OWN, OWN, tiled=(TILED,))
ACCURACIES = {
    "term_revealing": [
        {
            "task": task,
            "quantisation": Quantisation(x_bits=4, w_bits=4, terms=terms).as_dict(),
            "compensated": compensated,
            "scope": "all",
            "score": score,
            "selection": "least error" if compensated else None,
            "units": 20,
            "loss": 1 - score,
            "loss_error": 0.125,
            **({} if task == "mnist_cnn" else halves_of(score)),
        }
        for task, terms, compensated, score in [
            ("mnist_cnn", Terms(2, 2), False, 0.9),
            ("efficientnet", Terms(2, 2), False, 0.5),
            ("efficientnet", Terms(2, 2), True, 0.75),
            ("mnist_cnn", None, False, 0.8),
            ("efficientnet", Terms(2, 2, encoding="booth"), True, 0.98),
            ("efficientnet", Terms(2, 2, rule=LaneRule(2, True, 2)), True, 0.99),
        ]
    ],  # other lanes than those of SMALL
    "compensation": [],
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    experiments = tmp_path_factory.mktemp("experiments")
    for name, rows in ACCURACIES.items():
        (experiments / f"{name}.json").write_text(json.dumps({"rows": rows}))
    found = []
    for processes in (1, 2):
        prices = collect(WANTED.designs(), [GateLibrary()], jobs=WANTED.jobs(), processes=processes)
        folder = tmp_path_factory.mktemp("report")
        write(contents(WANTED, prices, experiments, command="lowtide price little times"), folder)
        found.append(folder)
    return found


@pytest.fixture(scope="module")
def report(folders):
    return json.loads((folders[0] / "report.json").read_text())


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


def test_the_page_begins_with_the_answer_and_holds_everything(folders):
    page = (folders[0] / "report.html").read_text()
    first = page.index("<table>")
    assert page.index("lowtide price little times") < page.index("Which PE for which need</h2>") < first
    assert page.index('<figure class="modes">') < first < page.index('<figure class="accuracy_efficientnet">')
    assert page.count("<svg") == 8 and "<img" not in page and page.count("<table>") > 5
    assert "<text" not in page.split("<svg")[1]  # words of plots are paths


def test_the_page_needs_nothing_beside_it_but_what_it_links_to(folders):
    page = (folders[0] / "report.html").read_text()
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert {"verilog/little.v", "report.json"} <= set(loaded) and "url(http" not in page
    for name in loaded:
        assert (folders[0] / name).is_file(), name
    anchors = set(re.findall(r' id="([^"]+)"', page))
    wanted = re.findall(r'href="#([^"]+)"', page)
    assert len(wanted) > 10 and set(wanted) <= anchors


def test_every_column_is_explained_once(folders):
    page = (folders[0] / "report.html").read_text()
    explained = re.findall(r"<dt>([^<]+)</dt>", page.split('class="columns"')[1])
    shown = set(re.findall(r'<th title="[^"]+"[^>]*>([^<]+)</th>', page))
    assert len(shown) > 20 and sorted(shown) == sorted(explained)


def test_effort_is_apart_from_the_report(folders, report):
    effort = json.loads((folders[0] / "effort.json").read_text())
    assert {each["config"] for each in effort} == {"little", "times"}
    assert all(each["seconds"] > 0 and each["memory"] > 2**20 for each in effort)
    assert "seconds" not in json.dumps(report)


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["--target", "asic"], "error: target is 'asic', allowed are ge, xc7, xc7_dsp, ecp5, ice40"),
        (["--liberty", "missing.lib"], "error: liberty is 'missing.lib': no such file or directory"),
        (["missing"], "error: config is 'missing', allowed are "),
        (["--jobs", "0"], "error: jobs is 0, allowed are 1 and more"),
    ],
)
def test_bad_arguments_are_one_line_and_status_2(arguments, line, capsys):
    assert main(["price", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.startswith(line) and printed.err.count("\n") == 1


def test_a_library_without_a_flip_flop_is_refused(tmp_path, capsys):
    (tmp_path / "gates.lib").write_text("library (gates) { cell (NOT) { area : 1; } }\n")
    assert main(["price", "--liberty", str(tmp_path / "gates.lib")]) == 2
    assert "allowed is a liberty file with a flip-flop (ff) cell" in capsys.readouterr().err


def test_the_command_line_prints_what_it_made(tmp_path, capsys):
    out, page = tmp_path / "out", tmp_path / "docs" / "price.md"
    assert main(["price", "parallel_4x4_l1", "--target", "ge", "-o", str(out), "--page", str(page)]) == 0
    printed = capsys.readouterr().out.replace("\n", "")
    for ending in ("json", "md", "html"):
        assert (out / f"report.{ending}").stat().st_size and f"{out}/report.{ending}" in printed
    assert "`lowtide price parallel_4x4_l1 --target ge`" in page.read_text()
    for name in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert (page.parent / name).is_file(), name
    assert (page.parent / "price" / "kinds.json").is_file()


def test_no_table_has_two_columns_of_one_name_or_one_without(folders):
    lines = (folders[0] / "report.md").read_text().splitlines()
    heads = [line for line, rule in itertools.pairwise(lines) if rule.startswith("|---")]
    assert heads
    for line in heads:
        names = [name.strip() for name in line.strip("|").split("|")]
        assert all(names) and len(set(names)) == len(names), line
