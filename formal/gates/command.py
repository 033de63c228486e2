"""``lowtide gates``: checks of the netlists that are priced."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lowtide.common.command_line import entry, typed
from lowtide.common.options import Integer, jobs_option, names_argument, output_option, page_option
from lowtide.common.output import write_page
from lowtide.common.progress import in_parallel
from lowtide.hw import CONFIGURATIONS, ArrayConfig, find
from lowtide.hw.config.named import representative
from lowtide.hw.pe import KINDS
from lowtide.sim import ToolMissing
from lowtide.synth.prices.goals import BASELINES, GOALS
from lowtide.synth.targets import GateLibrary

from .check import Checked, check
from .report import HEADINGS, markdown, proof, row, write

__all__ = ["check_all", "default_names", "gates"]

COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}
MOST = 1 << 20  #: cycles of a mode: all pairs of 8-bit operands where one takes at most 16 cycles


def default_names() -> list[str]:
    """Names of the configurations that are checked by default."""
    names = [representative(kind).name for kind in KINDS]
    names += [name for baseline in BASELINES.values() for name in baseline] + [goal.config for goal in GOALS]
    return list(dict.fromkeys(names))


@entry(failures=(ToolMissing,))
@names_argument("config", CONFIGURATIONS, "CONFIG")
@click.option("--liberty", metavar="FILE", help="standard cells (default: the project's gate equivalents)")
@click.option(
    "--most",
    type=Integer(1),
    default=MOST,
    metavar="CYCLES",
    show_default=True,
    help="longest bench of a mode; where all operand pairs take longer, random ones of them",
)
@click.option(
    "--seconds", type=Integer(1), default=60, metavar="N", show_default=True, help="longest proof, processor time"
)
@click.option("--allow", multiple=True, metavar="NAME", help="PE whose proof may stay undecided (repeatable)")
@page_option()
@output_option("build/synth")
@jobs_option("PEs")
def gates(
    config: tuple[str, ...],
    liberty: str | None,
    most: int,
    seconds: int,
    allow: tuple[str, ...],
    page: Path | None,
    output: Path,
    jobs: int,
) -> int:
    """Simulate the netlists that are priced, against golden, and prove that they are the RTL.

    Without CONFIG the flexible PE of every kind, and the PEs of the goals with the conventional ones that they are
    compared to. The exit status is 0 only where every bench is exact and every proof ended well; a proof that did not
    end in time counts as well where the PE is named by --allow.
    """
    configs = [find(name) for name in dict.fromkeys(config or default_names())]
    for name in allow:
        if name not in (names := [each.name for each in configs]):
            raise ValueError(f"allow is {name!r}, allowed are the PEs that are checked: {', '.join(names)}")
    target = GateLibrary(liberty)
    results = check_all(configs, target, most=most, seconds=seconds, jobs=jobs)
    paths = write(results, target, output, typed())
    if page:
        paths += write_page(page, markdown(results, target, typed()))
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
        print(f"{name} is undecided{' (allowed)' if name in allow else ': see --seconds and --allow'}")
    bad = [name for name in undecided if name not in allow]
    return int(bool(bad) or any(result.outcome == "failed" for result in results))


def check_all(
    configs: Sequence[ArrayConfig], target: GateLibrary, *, most: int | None, seconds: int, jobs: int
) -> list[Checked]:
    """What became of the PE of each configuration, in order; a bar shows how far they are."""

    def done(result: Checked) -> str:
        return f"{result.config.name} {'failed' if result.failure else proof(result).split(':')[0]}"

    return in_parallel(
        lambda config: check(config, target, most=most, seconds=seconds),
        configs,
        jobs=jobs,
        waiting="checking",
        done=done,
    )


def table(results: Sequence[Checked]) -> Table:
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
