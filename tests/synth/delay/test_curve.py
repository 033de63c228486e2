"""Curves: only what no other point beats, the right one at a period, and the page that shows them."""

import json
import re

import pytest

from lowtide.command import main
from lowtide.hw.config.named import find
from lowtide.synth.delay import command, curve
from lowtide.synth.delay.curve import Contender, Curve, Point, curves, kept_curves, stages_of
from lowtide.synth.delay.mapping import ADDERS, DelayRecipe, Mapped
from lowtide.synth.delay.timed_library import timed_library
from lowtide.synth.report.pe_tables import period_table


def _point(period, area):
    return Point(
        config="c",
        stages=0,
        recipe=DelayRecipe(adders=ADDERS[0]),
        mapped=Mapped(area=area, logic_ns=period - 0.5, register_ns=0.5),
    )


def test_the_smallest_point_that_is_fast_enough_counts():
    found = Curve(Contender("c", ("c",)), (_point(2, 300), _point(4, 200), _point(8, 100)))
    assert [found.at(period).mapped.area for period in (2, 3.9, 4, 7, 8, 100)] == [300, 300, 200, 200, 100, 100]
    assert found.at(1.9) is None


@pytest.mark.parametrize("name, stages", [("parallel_8x8_l8_booth", [0, 1, 2]), ("parallel_8x8_l1", [0, 1, 2])])
def test_a_configuration_has_as_many_stages_as_its_kind(name, stages):
    assert [config.pipeline for config in stages_of(find(name))] == stages


@pytest.mark.parametrize("name, share", [("fused_8x8", 400), ("fused_8x8_t2x2", 100)])
def test_a_tile_counts_as_its_pes(name, share):
    recipe, found = DelayRecipe(adders=ADDERS[0]), Mapped(area=400, logic_ns=2, register_ns=1)
    work = curve._Work(name, 0, ADDERS[0], False, None)
    assert curve._point(work, recipe, found).mapped == Mapped(area=share, logic_ns=2, register_ns=1)
    assert curve._job(name, 0).top == ("priced_tile" if share == 100 else "priced_pe")


def test_the_command_writes_curves_that_only_fall(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(curve, "SLACKS", (3.0,))
    monkeypatch.setattr(curve, "STAGES", (0, 1))
    monkeypatch.setattr(command, "CONVENTIONAL", (Contender("B1", ("parallel_8x8_l1",)),))
    page = tmp_path / "docs" / "delay.md"
    status = command.delay.main(
        ["subword_8x8", "-o", str(tmp_path / "out"), "--page", str(page)], standalone_mode=False
    )
    assert status == 0
    shown = capsys.readouterr().out
    assert "| `subword_8x8` |" in shown and str(tmp_path / "out" / "delay.json") in shown
    listed = json.loads((tmp_path / "out" / "delay.json").read_text())["curves"]
    assert [each["label"] for each in listed] == ["B1", "subword_8x8"]
    for each in listed:
        areas = [point["mapped"]["area"] for point in each["points"]]
        delays = [point["mapped"]["logic_ns"] for point in each["points"]]
        assert len(areas) > 2 and areas == sorted(areas, reverse=True) and delays == sorted(delays)
        assert {point["stages"] for point in each["points"]} <= {0, 1}
    assert {point["stages"] for each in listed for point in each["points"]} == {0, 1}
    assert "](delay/area_and_period.svg)" in page.read_text()
    assert (page.parent / "delay" / "area_and_period.svg").exists()


def test_what_was_mapped_before_is_read_and_nothing_else(monkeypatch, tmp_path):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path))
    monkeypatch.setattr(curve, "SLACKS", (3.0,))
    monkeypatch.setattr(curve, "STAGES", (0,))
    mapped, other = (Contender(name, (name,)) for name in ("subword_8x8", "parallel_8x8_l1"))
    assert kept_curves([mapped, other], timed_library()) == []
    made = curves([mapped], timed_library(), 1)
    assert kept_curves([mapped, other], timed_library()) == made
    monkeypatch.setattr(curve, "SLACKS", (3.0, 4.0))
    assert kept_curves([mapped], timed_library()) == [], "a point is missing"


def test_the_report_shows_the_area_at_some_clocks():
    small, large = (
        Curve(Contender(name, (name,), beside), (_point(2, 4 * area), _point(10, area)))
        for name, beside, area in (("own", "B1", 100), ("B1", None, 200))
    )
    table = period_table([large, small])
    assert [column.name for column in table.columns] == [
        "PE",
        *(f"{what} at {mhz} MHz" for mhz in (100, 200, 333) for what in ("area", "ratio")),
        "fastest MHz",
    ]
    assert [cell.text for cell in table.rows[0]] == ["B1", "200 (0)", "-", "800 (0)", "-", "800 (0)", "-", "500"]
    assert [cell.text for cell in table.rows[1]] == ["own", "100 (0)", "0.50", *["400 (0)", "0.50"] * 2, "500"]
    assert small.ratio(large, 1.9) is None


def test_a_library_of_ones_own_is_taken_as_it_is(monkeypatch, tmp_path, capsys):
    """The same cells from a file: the same areas, and periods without registers. Inverters alone are a
    line of the tool and status 1."""
    monkeypatch.setattr(curve, "SLACKS", ())
    monkeypatch.setattr(curve, "STAGES", (0,))
    monkeypatch.setattr(command, "CONVENTIONAL", ())
    file = tmp_path / "mine.lib"
    file.write_text(timed_library().text)
    found = {}
    for name, options in (("own", []), ("mine", ["--liberty", str(file)])):
        assert main(["delay", "parallel_8x8_l1", "-o", str(tmp_path / name), *options]) == 0
        shown = capsys.readouterr().out
        assert ("no time of registers" in shown) == bool(options)
        points = json.loads((tmp_path / name / "delay.json").read_text())["curves"][0]["points"]
        found[name] = [(point["mapped"]["area"], point["mapped"]["logic_ns"]) for point in points]
    assert found["own"] == found["mine"]
    gates = r"\n  cell \((?!inverter|buffer|flip_flop|clock_gate)\w+\) \{.*?\n  \}"
    file.write_text(re.sub(gates, "", timed_library().text, flags=re.DOTALL))
    assert main(["delay", "parallel_8x8_l1", "-o", str(tmp_path / "none"), "--liberty", str(file)]) == 1
    assert re.fullmatch(r"error: .*ABC.*", capsys.readouterr().err.strip().splitlines()[-1])
