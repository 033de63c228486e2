"""Report: what was priced, as JSON (everything), Markdown (tables to read) and a plot."""

import json
from collections import defaultdict
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

from .comparison import rows  # noqa: E402
from .targets import RECIPES  # noqa: E402

__all__ = ["UNITS", "distinct", "number", "write"]

UNITS = {"pe": "one PE", "array": "array, without edges", "engine": "engine: array, edges, control"}

CAVEAT = """\
Areas are of mapped cells, summed over the hierarchy. They hold no wires, no clock tree, no placement density, no timing
constraint (adders are the smallest, ripple) and no corner but the one of the library; power is not in them at all.
They are comparable inside this report only: every unit, the conventional ones included, went through the same two
recipes (`plain`, and `booth`: multipliers as radix-4 Booth multipliers) of the same Yosys, and the smaller one counts.
Differences of one or two percent are within what a rewrite of equal logic changes. A ratio below 1 is smaller than
the best conventional unit of equal operand widths, number types, rows and columns; above 1 the mode loses."""


def write(prices, folder):
    """Write ``report.json``, ``report.md`` and ``report.png`` into ``folder``; returns their paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    table = rows(prices)
    paths = [folder / f"report.{ending}" for ending in ("json", "md", "png")]
    paths[0].write_text(json.dumps({
        "yosys": f"pyosys {version('pyosys')}",
        "rows": [asdict(row) for row in table],
        "units": [_unit(price) for price in prices],
    }, indent=1) + "\n")
    paths[1].write_text(_markdown(prices, table))
    _plot(table, paths[2])
    return paths


def distinct(table):
    """Rows for people: those that differ only in the number types of their operands once."""
    found = {}
    for row in table:
        found.setdefault((row.target, row.unit, row.config, row.scheme, row.macs_per_cycle), row)
    return list(found.values())


def number(value, digits=0):
    """A number as a cell of a table, ``-`` for None."""
    return "-" if value is None else f"{value:,.{digits}f}"


def _unit(price):
    return {"config": price.design.config.name, "unit": price.unit, "target": price.target.name,
            "area_unit": price.target.unit, "area": price.area, "recipe": price.recipe, "recipes": price.recipes,
            "modules": price.modules, "parameters": price.design.config.parameters()}


def _lines(headings, cells):
    return [f"| {' | '.join(map(str, line))} |" for line in [headings, ["---"] * len(headings), *cells]] + [""]


def _markdown(prices, table):
    lines = ["# Silicon cost", "", CAVEAT, ""]
    for target in dict.fromkeys(price.target for price in prices):
        mine = [price for price in prices if price.target is target]
        lines += [f"## {target.name}: areas in {target.unit}", ""]
        extra = list(next((price.recipes[price.recipe] for price in mine if price.recipe), {}))[1:]
        lines += _lines(["configuration", "unit", *RECIPES, "counts", *extra], [
            [price.design.config.name, price.unit, *(_recipe(price.recipes[recipe]) for recipe in RECIPES),
             price.recipe or "none",
             *(number(price.recipes[price.recipe][key]) if price.recipe else "-" for key in extra)]
            for price in mine])
        for unit, title in UNITS.items():
            cells = [[row.config, row.scheme, number(row.macs_per_cycle, 2), number(row.area_per_mac, 1),
                      number(row.ratio_to_conventional, 2), row.best_conventional or "-",
                      number(row.ratio_to_same_lanes, 2), row.failed or _verdict(row)]
                     for row in distinct(table) if row.target == target.name and row.unit == unit]
            lines += [f"### {target.name}: {title}, by mode", ""] if cells else []
            lines += _lines(["configuration", "mode", "multiplications per cycle", f"{target.unit} per multiplication",
                             "ratio", "best conventional", "ratio to same lanes", ""], cells) if cells else []
        lines += _breakdown(mine, target)
    return "\n".join(lines)


def _recipe(result):
    return f"failed: {result['failed']}" if "failed" in result else number(result["area"])


def _verdict(row):
    if row.ratio_to_conventional is None or row.config == row.best_conventional:
        return ""
    return "loses" if row.ratio_to_conventional > 1 else "wins" if row.ratio_to_conventional < 1 else ""


def _breakdown(prices, target):
    """Where the area of each engine lies: its modules, largest first."""
    lines = []
    for price in prices:
        if price.unit == "engine" and price.recipe:
            top = price.design.units["engine"]
            parts = sorted(((module["instances"] * module["area"], name, module["instances"])
                            for name, module in price.modules.items()), reverse=True)
            cells = [[name.removeprefix(f"{top}_") if name != top else "engine itself", count, number(area),
                      f"{100 * area / price.area:.1f} %"] for area, name, count in parts if area]
            lines += [f"### {target.name}: {price.design.config.name}, by module, each without what is inside it", ""]
            lines += _lines(["module", "instances", target.unit, "share"], cells)
    return lines


def _plot(table, path):
    """Area per multiplication per cycle of every mode, as bars, one column of panels for each target."""
    panels = defaultdict(list)
    for row in distinct(table):
        if row.area_per_mac is not None and not row.config.endswith("_signed"):
            panels[row.target, row.area_unit, row.unit].append(row)
    targets = list(dict.fromkeys(key[:2] for key in panels))
    units = [unit for unit in UNITS if any(key[2] == unit for key in panels)]
    if not panels:
        targets, units = [("", "")], ["pe"]
    heights = [max([len(panels.get((*target, unit), [])) for target in targets] + [4]) for unit in units]
    figure, axes = pyplot.subplots(len(units), len(targets), squeeze=False, layout="constrained",
                                   figsize=(9 * len(targets), 0.16 * sum(heights) + 1.2 * len(units)),
                                   gridspec_kw={"height_ratios": heights})
    for line, unit in zip(axes, units, strict=True):
        for axis, target in zip(line, targets, strict=True):
            _panel(axis, panels.get((*target, unit), []), f"{target[0]}: {UNITS[unit]}", target[1])
    figure.savefig(path, dpi=100, metadata={"Software": None})
    pyplot.close(figure)


def _panel(axis, bars, title, area_unit):
    families = list(dict.fromkeys(row.family for row in bars))
    axis.barh([f"{row.config}  {row.scheme}" for row in bars], [row.area_per_mac for row in bars],
              color=[f"C{families.index(row.family)}" for row in bars])
    for line, row in enumerate(bars):
        if row.ratio_to_conventional is not None:
            best = row.area_per_mac / row.ratio_to_conventional
            axis.vlines(best, line - 0.5, line + 0.5, color="black", linewidth=1)
    axis.invert_yaxis()
    axis.margins(y=0.01)
    axis.tick_params(axis="y", labelsize=7)
    axis.set_title(f"{title} (black: best conventional of equal widths)", fontsize=9)
    axis.set_xlabel(f"{area_unit} per multiplication per cycle", fontsize=8)
