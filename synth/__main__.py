"""Price the hardware::

    python -m synth [--target ge|xc7 ...] [--liberty FILE] [--config NAME ...] [-o DIR] [--jobs N]

Without ``--config`` the main 8x8 arrays and the PEs of all named configurations. The conventional arrays that a
configuration is compared with are always priced in the same run.
"""

import sys
from itertools import compress

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hw.command_line import Parser, run
from hw.configurations import find

from .comparison import by_family, distinct, rows
from .goals import accumulation_styles, judged
from .plot import UNITS
from .pricing import price
from .report import GOAL_HEADINGS, goal_cells, number, style_lines, write
from .targets import DEFAULT_TARGETS, TARGETS, target
from .units import default_designs, designs_of


def main(arguments):
    """Price what the arguments name; returns 1 where a point failed, else 0."""
    parser = Parser(prog="python -m synth", description="Area of every unit, per multiplication per cycle in each "
                    "mode, and its ratio to the conventional one.")
    parser.add_argument("--target", nargs="+", metavar="NAME", help=f"some of {', '.join(TARGETS)} (default all)")
    parser.add_argument("--liberty", metavar="FILE", help="standard cells for target ge instead of gate equivalents; "
                        "only ge is priced then unless --target says more")
    parser.add_argument("--config", nargs="+", metavar="NAME", help="named configurations, as whole engines, "
                        "instead of the default selection")
    parser.add_argument("-o", "--output", metavar="DIR", default="build/synth", help="folder (default build/synth)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time (default 2)")
    options = parser.parse_args(arguments)
    names = options.target or (["ge"] if options.liberty else DEFAULT_TARGETS)
    targets = [target(name, liberty=options.liberty) for name in dict.fromkeys(names)]
    configs = [find(name) for name in options.config or ()]
    if options.jobs < 1:
        raise ValueError(f"jobs is {options.jobs}, allowed are 1 and more")
    console = Console()
    console.width = max(console.width, 120)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                  console=Console(stderr=True)) as progress:
        task = progress.add_task("generating Verilog", total=None)
        designs = designs_of(configs) if configs else default_designs()
        progress.update(task, description="synthesising")
        prices = price(designs, targets, jobs=options.jobs,
                       progress=lambda done, total: progress.update(task, completed=done, total=total))
    paths = write(prices, options.output)
    table = [row for row in distinct(rows(prices), most=1) if not row.config.endswith("_signed")]
    for each in targets:
        for unit in ("pe", "engine"):
            _show(console, [row for row in table if (row.target, row.unit) == (each.name, unit)])
    _show_goals(console, prices)
    failed = [(each, recipe, result["failed"]) for each in prices for recipe, result in each.recipes.items()
              if "failed" in result]
    for each, recipe, line in failed:
        console.print(f"failed: {each.design.config.name} {each.unit} {each.target.name} {recipe}: {line}", style="red",
                      soft_wrap=True, markup=False, highlight=False)
    print(f"{len(prices)} prices on {', '.join(each.name for each in targets)}, every mode and the breakdown in:")
    for path in paths:
        print(f"  {path}")
    return 1 if failed else 0


def _show(console, table):
    """A table of one unit on one target: a line for each configuration, with its ratios at full width and every term,
    and in the modes of the smallest and the largest ratio."""
    if not table:
        return
    first = table[0]
    view = Table(title=f"{first.target}: {UNITS[first.unit]}; area per multiplication per cycle, ratio to the best "
                 "conventional", title_justify="left")
    for heading, width in (("configuration", max(len(row.config) for row in table)), (first.area_unit, 7), ("full", 6),
                           ("least", 6), ("in mode", None), ("most", 6), ("in mode", None)):
        left = heading in ("configuration", "in mode")
        view.add_column(heading, no_wrap=True, min_width=width, max_width=width or 20,
                        justify="left" if left else "right")
    for config in by_family(table):
        modes = [row for row in table if row.config == config]
        area = "failed" if modes[0].failed else number(modes[0].area)
        if modes[0].ratio_to_conventional is None:
            view.add_row(config, area, *"-----")
            continue
        ends = [pick(modes, key=lambda row: row.ratio_to_conventional) for pick in (min, max)]
        view.add_row(config, area, _ratio(modes[0]), *(cell for row in ends for cell in (
            (_ratio(row), row.scheme) if len(modes) > 1 else ("", ""))))
    console.print(view)


def _ratio(row):
    return f"[{'green' if row.ratio_to_conventional < 1 else 'default'}]{row.ratio_to_conventional:.2f}[/]"


def _show_goals(console, prices):
    table = judged(prices)
    if table:
        view = Table(title="goals of the PEs, against conventional ones of this run", title_justify="left")
        shown = [heading not in ("family", "rate") for heading in GOAL_HEADINGS]
        for heading in compress(GOAL_HEADINGS, shown):
            view.add_column(heading, no_wrap=heading in ("configuration", "goal"))
        for goal in table:
            style = "green" if goal.verdict == "reached" else "yellow" if goal.verdict != "missed" else "red"
            view.add_row(*(f"[{style}]{cell}[/]" if cell == goal.verdict else cell
                           for cell in compress(goal_cells(goal), shown)))
        console.print(view)
    for line in style_lines(accumulation_styles(prices)):
        console.print(line, soft_wrap=True, highlight=False)


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (a point failed) or 2 (bad input)."""
    return run(main, arguments)


if __name__ == "__main__":
    sys.exit(command())
