"""Price the hardware::

    python -m synth [--target ge|xc7 ...] [--liberty FILE] [--config NAME ...] [-o DIR] [--jobs N]

Without ``--config`` the named 8x8 arrays and all their PEs. The conventional arrays that a configuration is compared
with are always priced in the same run.
"""

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hw.command_line import Parser, run
from hw.configurations import find

from .comparison import rows
from .pricing import price
from .report import UNITS, distinct, number, write
from .targets import DEFAULT_TARGETS, TARGETS, target
from .units import default_designs, designs_of


def main(arguments):
    """Price what the arguments name; returns 1 where a point failed, else 0."""
    parser = Parser(prog="python -m synth", description="Area of every unit, per multiplication per cycle in each "
                    "mode, and its ratio to the conventional one.")
    parser.add_argument("--target", nargs="+", metavar="NAME", help=f"some of {', '.join(TARGETS)} (default all)")
    parser.add_argument("--liberty", metavar="FILE", help="standard cells for target ge instead of gate equivalents; "
                        "only ge is priced then unless --target says more")
    parser.add_argument("--config", nargs="+", metavar="NAME", help="named configurations instead of the 8x8 ones")
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
    for each in targets:
        for unit in UNITS:
            _show(console, [row for row in distinct(rows(prices)) if (row.target, row.unit) == (each.name, unit)])
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
    """A table of one unit on one target: a line for each configuration, with the ratio in each of its modes."""
    if not table:
        return
    first = table[0]
    view = Table("configuration", first.area_unit, "ratio to the best conventional, area per multiplication per cycle",
                 title=f"{first.target}: {UNITS[first.unit]}", title_justify="left")
    view.columns[0].no_wrap, view.columns[1].justify = True, "right"
    for config in dict.fromkeys(row.config for row in table):
        modes = [row for row in table if row.config == config]
        ratios = [f"[{'green' if row.ratio_to_conventional < 1 else 'default'}]{row.scheme}: "
                  f"{row.ratio_to_conventional:.2f}[/]" for row in modes if row.ratio_to_conventional is not None]
        view.add_row(config, "failed" if modes[0].failed else number(modes[0].area), ", ".join(ratios) or "-")
    console.print(view)


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (a point failed) or 2 (bad input)."""
    return run(main, arguments)


if __name__ == "__main__":
    sys.exit(command())
