"""Prices and reports: the smaller recipe counts, failures stay, ratios follow from areas, equal bytes on each run."""

import json
from dataclasses import replace

import pytest

from hw.config import ArrayConfig
from synth.__main__ import command
from synth.flow import synthesise
from synth.pricing import needed, price, smallest
from synth.report import write
from synth.targets import RECIPES, GateLibrary
from synth.units import conventional, designs_of

SMALL = ArrayConfig(name="small", kind="term", rows=2, cols=2, lanes=2, group=2, x_width=4, w_width=4, acc_width=12)


class Broken(GateLibrary):
    """Fails in one recipe, or in both."""

    def __init__(self, recipes):
        super().__init__()
        self.broken = recipes

    def commands(self, top, recipe):
        return super().commands(top, recipe) + (["no_such_command"] if recipe in self.broken else [])


@pytest.fixture(scope="module")
def designs():
    return designs_of([SMALL])


@pytest.fixture(scope="module")
def prices(designs):
    return price(designs, [GateLibrary()])


@pytest.fixture(scope="module")
def report(prices, tmp_path_factory):
    paths = write(prices, tmp_path_factory.mktemp("report"))
    assert [path.name for path in paths] == ["report.json", "report.md", "report.png"]
    return paths


def test_the_smaller_recipe_counts():
    assert smallest({"plain": {"area": 3}, "booth": {"area": 2}}) == "booth"
    assert smallest({"plain": {"area": 2}, "booth": {"area": 2}}) == "plain"
    assert smallest({"plain": {"area": 2}, "booth": {"failed": "ERROR"}}) == "plain"
    assert smallest({"plain": {"failed": "ERROR"}, "booth": {"failed": "ERROR"}}) is None


def test_every_price_is_the_smaller_of_its_recipes(prices):
    assert len(prices) == 15  # PE, array and engine of the term array and of four conventional ones
    for each in prices:
        assert each.area == min(result["area"] for result in each.recipes.values())
        parts = sum(module["instances"] * module["area"] for module in each.modules.values())
        assert each.area == pytest.approx(parts, abs=0.01)


def test_an_array_holds_its_pes(prices):
    area = {(each.design.config.name, each.unit): each.area for each in prices}
    for name in {name for name, _ in area}:
        assert 4 * area[name, "pe"] < area[name, "array"] < area[name, "engine"]


def test_ratios_follow_from_the_areas(report):
    found = json.loads(report[0].read_text())
    area = {(unit["config"], unit["unit"]): unit["area"] for unit in found["units"]}
    for row in found["rows"]:
        pes = 1 if row["unit"] == "pe" else 4
        lanes = {f"parallel_for_small_l{lanes}_{multiplier}": lanes for lanes in (1, 2)
                 for multiplier in ("inferred", "booth")}
        per_mac = {name: area[name, row["unit"]] / (pes * count) for name, count in lanes.items()}
        mine = area[row["config"], row["unit"]] / row["macs_per_cycle"]
        assert row["area"] == area[row["config"], row["unit"]]
        assert row["area_per_mac"] == pytest.approx(mine, abs=0.001)
        assert row["best_conventional"] == min(per_mac, key=per_mac.get)
        assert row["ratio_to_conventional"] == pytest.approx(mine / min(per_mac.values()), abs=1e-4)
        same = min(per_mac[name] for name, count in lanes.items() if count == row["lanes"])
        assert row["ratio_to_same_lanes"] == pytest.approx(mine / same, abs=1e-4)
    modes = [mode.label() for mode in SMALL.modes()]
    assert [row["mode"] for row in found["rows"] if (row["config"], row["unit"]) == ("small", "pe")] == modes


def test_a_mode_that_loses_is_shown_as_losing(report):
    lines = report[1].read_text().split("one PE, by mode")[1].split("###")[0].splitlines()
    shown = [line.split(" | ") for line in lines if line.startswith("| small |")]
    assert len({cells[2] for cells in shown}) == len(shown)  # modes of equal rates share a line
    for row in json.loads(report[0].read_text())["rows"]:
        if row["config"] == "small" and row["unit"] == "pe":
            line = next(cells for cells in shown if row["scheme"] in cells[1] or row["mode"] in cells[1])
            assert line[-1] == ("loses |" if row["ratio_to_conventional"] > 1 else "wins |")


def test_the_parts_of_each_pe_sum_up_to_its_area(prices, report):
    shown = report[1].read_text().split("what the area of each PE is made of")[1].split("###")[0]
    for each in (each for each in prices if each.unit == "pe"):
        parts = [each.recipes[each.recipe][part] for part in each.target.parts]
        assert sum(parts) == pytest.approx(each.area, abs=0.01)
        assert f"| {each.design.config.name} | {each.area:,.0f} | {parts[0]:,.0f} (" in shown


def test_a_design_without_multiplier_goes_through_one_recipe(designs):
    for design in designs:
        if design.config.multiplier:
            assert needed(design) == (RECIPES if design.config.multiplier == "inferred" else RECIPES[:1])
    design = next(each for each in designs if each.config.multiplier == "booth")
    plain, booth = (synthesise(design.verilog, design.top, GateLibrary(), recipe) for recipe in RECIPES)
    assert plain == booth


def test_the_same_configuration_is_the_same_bytes(tmp_path):
    config = ArrayConfig(name="tiny", rows=1, cols=2, x_width=2, w_width=2, acc_width=6)
    paths = [write(price(designs_of([config]), [GateLibrary()], jobs=jobs), tmp_path / f"{jobs}") for jobs in (1, 2)]
    assert [path.read_bytes() for path in paths[0]] == [path.read_bytes() for path in paths[1]]


def test_a_failed_point_is_reported_with_the_line_of_the_tool(designs, tmp_path):
    half, none = Broken(("booth",)), Broken(("plain", "booth"))
    prices = price(designs[:2], [half, none])  # a PE, and the engine of it
    assert len(prices) == 6
    for each in prices:
        assert "ERROR: No such command: no_such_command" in each.recipes["booth"]["failed"]
        assert (each.area is None) == (each.target is none)
    found = json.loads(write(prices, tmp_path)[0].read_text())
    failed = [row for row in found["rows"] if row["failed"]]
    assert len(failed) == len(found["rows"]) // 2
    assert all("no_such_command" in row["failed"] and row["area_per_mac"] is None for row in failed)
    assert "failed: ERROR: No such command: no_such_command" in (tmp_path / "report.md").read_text()


def test_the_conventional_array_is_of_equal_size_and_widths():
    for config in (SMALL, ArrayConfig(name="term_8x8", kind="term", lanes=8, group=8)):
        for other in conventional(config):
            assert other.kind == "parallel"
            assert (other.rows, other.cols, other.x_width, other.w_width) == (
                config.rows, config.cols, config.x_width, config.w_width)


@pytest.mark.parametrize("arguments, line", [
    (["--target", "asic"], "error: target is 'asic', allowed are ge, xc7"),
    (["--liberty", "missing.lib"], "error: liberty is 'missing.lib': no such file or directory"),
    (["--config", "missing"], "error: config is 'missing', allowed are "),
    (["--jobs", "0"], "error: jobs is 0, allowed are 1 and more"),
])
def test_bad_arguments_are_one_line_and_status_2(arguments, line, capsys):
    assert command(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.startswith(line) and printed.err.count("\n") == 1


def test_the_command_line_prints_what_it_made(tmp_path, capsys):
    assert command(["--config", "parallel_4x4_l1", "--target", "ge", "-o", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    for ending in ("json", "md", "png"):
        assert (tmp_path / "out" / f"report.{ending}").stat().st_size
        assert f"{tmp_path}/out/report.{ending}" in printed.replace("\n", "")


def test_equal_hardware_is_priced_once():
    unbuffered = replace(SMALL, name="unbuffered", result_buffer=False)
    units = [(design.config.name, *design.units) for design in designs_of([SMALL, unbuffered])]
    assert [names for names in units if names[0] in ("small", "unbuffered")] == [
        ("small", "pe"), ("small", "array", "engine"), ("unbuffered", "engine")]
