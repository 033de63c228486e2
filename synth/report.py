"""Report: what was priced, as JSON (everything), Markdown (tables to read) and a plot."""

import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from .comparison import distinct, rows
from .goals import BASELINES, FORMS, accumulation_styles, judged
from .plot import UNITS, plot
from .targets import RECIPES

__all__ = ["GOAL_HEADINGS", "goal_cells", "number", "style_lines", "write"]

CAVEAT = """\
Areas are of mapped cells, summed over the hierarchy. They hold no wires, no clock tree, no placement density, no timing
constraint (adders are the smallest, ripple) and no corner but the one of the library; power is not in them at all.
They are comparable inside this report only: every unit, the conventional ones included, went through the same two
recipes (`plain`, and `booth`: multipliers as radix-4 Booth multipliers) of the same Yosys, and the smaller one counts;
where nothing is multiplied they are the same.
Differences of one or two percent are within what a rewrite of equal logic changes. A ratio below 1 is smaller than
the best conventional unit of equal operand widths, number types, rows and columns; above 1 the mode loses.
A mode of operands narrower than the configuration's is compared with that same conventional unit, built for the full
widths, which must do the narrow job at its full width; one built for the narrow operands only would be smaller.

Modes in which a unit completes equally many multiplications a cycle share a row; `report.json` holds each."""

GOALS = f"""\
B1 is one conventional 8 x 8-bit multiply-accumulate PE, B8 one of eight lanes, accumulators of 32 bits and operand
registers included; each has two forms, one with `*`, through the better recipe, and one with explicit radix-4 Booth
digits ({'; '.join(f"{name}: {', '.join(forms)}" for name, forms in BASELINES.items())}).
A goal is reached where it holds against the smaller of the two. Rates are multiplications per cycle, at full width with
every term kept and in the fastest mode; B1 does 1 in any mode, B8 8."""

GOAL_HEADINGS = ("family", "configuration", "rate", "GE", "LUT", "goal", *(f"to {form}" for form in FORMS), "verdict",
                 "GE mostly")


def write(prices, folder):
    """Write ``report.json``, ``report.md`` and ``report.png`` into ``folder``; returns their paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    table = rows(prices)
    paths = [folder / f"report.{ending}" for ending in ("json", "md", "png")]
    paths[0].write_text(json.dumps({
        "yosys": f"pyosys {version('pyosys')}",
        "goals": [goal.as_dict() for goal in judged(prices)],
        "accumulation_styles": accumulation_styles(prices),
        "rows": [asdict(row) for row in table],
        "units": [_unit(price) for price in prices],
    }, indent=1) + "\n")
    paths[1].write_text(_markdown(prices, table))
    plot(table, paths[2])
    return paths


def goal_cells(goal):
    """A :class:`synth.goals.Judged` as cells under :data:`GOAL_HEADINGS`."""
    rates = dict.fromkeys(f"{rate:.2g}" for rate in (goal.full_rate, goal.most_rate))
    areas = (number(goal.areas.get(name)) for name in ("ge", "xc7"))
    return [goal.family, goal.goal.config, " to ".join(rates), *areas, f"{goal.area_unit} {goal.goal.text()}",
            *(number(ratio, 3) for ratio in goal.ratios.values()), goal.verdict, goal.dominates]


def style_lines(styles):
    """The accumulation styles of `term_pair`, a line for each target."""
    return [f"{style['smaller']} is the smaller accumulation style of term_pair, PE alone: "
            + " and ".join(f"{name} {number(area)} {style['area_unit']}" for name, area in style["areas"].items())
            + f", a factor of {style['factor']:.2f}." for style in styles]


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
    lines = ["# Silicon cost", "", CAVEAT, "", *_goals(prices)]
    for target in dict.fromkeys(price.target for price in prices):
        mine = [price for price in prices if price.target is target]
        lines += [f"## {target.name}: areas in {target.unit}", ""]
        extra = [key for key in next((price.recipes[price.recipe] for price in mine if price.recipe), {})
                 if key != "area" and key not in target.parts]
        lines += _lines(["configuration", "unit", *RECIPES, "counts", *extra], [
            [price.design.config.name, price.unit, *(_recipe(price.recipes[recipe]) for recipe in RECIPES),
             price.recipe or "none",
             *(number(price.recipes[price.recipe][key]) if price.recipe else "-" for key in extra)]
            for price in mine])
        lines += _parts(mine, target)
        for unit, title in UNITS.items():
            cells = [[row.config, row.scheme, number(row.macs_per_cycle, 2), number(row.area_per_mac, 1),
                      number(row.ratio_to_conventional, 2), row.best_conventional or "-",
                      number(row.ratio_to_same_lanes, 2), row.failed or _verdict(row)]
                     for row in distinct(table) if row.target == target.name and row.unit == unit]
            lines += [f"### {target.name}: {title}, by mode", ""] if cells else []
            lines += _lines(["configuration", "mode", "multiplications per cycle", f"{target.unit} per multiplication",
                             "ratio", "best conventional", "ratio to same lanes", ""], cells) if cells else []
        lines += _engine_modules(mine, target)
    return "\n".join(lines)


def _goals(prices):
    """The goals that the prices can judge, and the accumulation styles."""
    table, styles = judged(prices), style_lines(accumulation_styles(prices))
    lines = ["## Goals", "", GOALS, "", *_lines(GOAL_HEADINGS, map(goal_cells, table))] if table else []
    return lines + ([*styles, "The coefficient vector needs a converter for each row at the edge beside it.", ""]
                    if styles else [])


def _parts(prices, target):
    """What the area of each PE is made of, where the target takes areas apart."""
    cells = []
    for price in prices:
        if target.parts and price.unit == "pe" and price.recipe:
            parts = [price.recipes[price.recipe][part] for part in target.parts]
            cells.append([price.design.config.name, number(price.area),
                          *(f"{number(part)} ({100 * part / price.area:.0f} %)" for part in parts)])
    return [f"### {target.name}: what the area of each PE is made of", "",
            *_lines(["configuration", target.unit, *target.parts.values()], cells)] if cells else []


def _recipe(result):
    return f"failed: {result['failed']}" if "failed" in result else number(result["area"])


def _verdict(row):
    if row.ratio_to_conventional is None or row.config == row.best_conventional:
        return ""
    return "loses" if row.ratio_to_conventional > 1 else "wins" if row.ratio_to_conventional < 1 else ""


def _engine_modules(prices, target):
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
