"""Check the netlists that are priced::

    python -m lowtide.formal.gates [CONFIG ...] [--liberty FILE] [--most CYCLES] [--seconds N] [--jobs N] [--allow NAME]
    [-o DIR]

By default the flexible PE of every kind and the PEs of the goals with the conventional ones that they are compared to.
The exit status is 0 only where every bench is exact and every proof ended well; a proof that did not end in time counts
as well where the PE is named by ``--allow``.
"""

import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lowtide.common.command_line import Parser, output_path, run
from lowtide.common.progress import in_parallel
from lowtide.hw import CONFIGURATIONS, find
from lowtide.sim import ToolMissing
from lowtide.synth.goals import BASELINES, GOALS
from lowtide.synth.targets import GateLibrary

from .check import check
from .report import HEADINGS, proof, row, write

__all__ = ["check_all", "command", "default_names"]

COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}
MOST = 1 << 20  #: cycles of a mode: all pairs of 8-bit operands where one takes at most 16 cycles


def default_names():
    """Names of the configurations that are checked by default."""
    names = [name for name in CONFIGURATIONS if name.endswith("_flex")]
    names += [name for baseline in BASELINES.values() for name in baseline] + [goal.config for goal in GOALS]
    return list(dict.fromkeys(names))


def main(arguments):
    """Check what the arguments name; returns 1 where something failed or stayed undecided without leave, else 0."""
    parser = Parser(
        prog="python -m lowtide.formal.gates",
        description="Gate-level simulation of the netlists that are priced, "
        "against golden, and proof that they are the RTL.",
    )
    parser.add_argument("configs", nargs="*", metavar="CONFIG", help="these PEs instead of the default ones")
    parser.add_argument("--liberty", metavar="FILE", help="standard cells (default: the project's gate equivalents)")
    parser.add_argument(
        "--most",
        type=int,
        default=MOST,
        metavar="CYCLES",
        help=f"longest bench of a mode; where all operand pairs take longer, random ones of them (default {MOST})",
    )
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="longest time of a proof (default 60)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="PEs at a time (default 2)")
    parser.add_argument(
        "--allow", action="append", default=[], metavar="NAME", help="PE whose proof may stay undecided (repeatable)"
    )
    parser.add_argument(
        "-o", "--output", type=output_path, metavar="DIR", default="build/synth", help="folder (default build/synth)"
    )
    options = parser.parse_args(arguments)
    for name in ("most", "seconds", "jobs"):
        if getattr(options, name) < 1:
            raise ValueError(f"{name} is {getattr(options, name)}, allowed are 1 and more")
    configs = [find(name) for name in dict.fromkeys(options.configs or default_names())]
    for name in options.allow:
        if name not in (names := [config.name for config in configs]):
            raise ValueError(f"allow is {name!r}, allowed are the PEs that are checked: {', '.join(names)}")
    target = GateLibrary(options.liberty)
    results = check_all(configs, target, most=options.most, seconds=options.seconds, jobs=options.jobs)
    paths = write(results, target, options.output)
    console = Console()
    console.width = max(console.width, 140)
    console.print(table(results))
    undecided = [result.config.name for result in results if result.outcome == "undecided"]
    print(
        f"{sum(result.outcome == 'proved' for result in results)} of {len(results)} netlists are proved, "
        f"{len(undecided)} undecided, {sum(result.outcome == 'failed' for result in results)} failed, in:"
    )
    for path in paths:
        print(f"  {path}")
    for name in undecided:
        print(f"{name} is undecided{' (allowed)' if name in options.allow else ': see --seconds and --allow'}")
    bad = [name for name in undecided if name not in options.allow]
    return int(bool(bad) or any(result.outcome == "failed" for result in results))


def check_all(configs, target, *, most, seconds, jobs):
    """A :class:`lowtide.formal.gates.check.Checked` for each configuration, in order; a bar shows how far they are."""

    def done(result):
        return f"{result.config.name} {'failed' if result.failure else proof(result).split(':')[0]}"

    return in_parallel(
        lambda config: check(config, target, most=most, seconds=seconds),
        configs,
        jobs=jobs,
        waiting="checking",
        done=done,
    )


def table(results):
    """The results for people."""
    view = Table(*HEADINGS)
    for column in (2, 3, 6):
        view.columns[column].justify = "right"
    for result in results:
        cells = [escape(cell) for cell in row(result)]
        cells[4] = f"[{'red' if result.failure else 'green'}]{cells[4]}[/]"
        if result.equivalence:
            cells[5] = f"[{COLOURS[result.equivalence.outcome]}]{cells[5]}[/]"
        view.add_row(*cells)
    return view


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (a netlist failed, or a tool is missing) or 2 (bad input)."""
    return run(main, arguments, failures=(ToolMissing,))


if __name__ == "__main__":
    sys.exit(command())
