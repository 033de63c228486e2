"""``lowtide price``: the price of every quantisation mode."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import TaskID
from rich.table import Table

from lowtide.common.command_line import entry, typed
from lowtide.common.options import Names, OutputPath, jobs_option, names_argument, output_option, page_option
from lowtide.common.output import write_page
from lowtide.common.progress import progress_bar
from lowtide.hw.config.named import CONFIGURATIONS, find

from .prices.collect import collect
from .prices.goals import Judged
from .prices.selection import LARGEST, SIZES, untiled, with_and_without
from .report.contents import Contents, contents
from .report.document import number
from .report.pe_tables import GOAL_HEADINGS, goal_cells, style_lines
from .report.wanted import Wanted, default_wanted
from .report.write import KINDS_FILE, write
from .targets import DEFAULT_TARGETS, TARGETS, Target
from .targets import target as find_target

__all__ = ["price"]


@entry()
@names_argument("config", CONFIGURATIONS, "CONFIG")
@click.option(
    "--target",
    type=Names(TARGETS),
    metavar="LIST",
    help=f"some of {', '.join(TARGETS)} (default: {','.join(DEFAULT_TARGETS)})",
)
@click.option(
    "--liberty",
    metavar="FILE",
    help="standard cells for target ge instead of gate equivalents; only ge is priced then unless --target says more",
)
@click.option("--large", is_flag=True, help=f"engines of {LARGEST}x{LARGEST} as well")
@click.option(
    "--experiments",
    metavar="DIR",
    type=OutputPath(),
    default="build/experiments",
    show_default=True,
    help="folder with the results of `make experiments`",
)
@output_option("build/synth")
@page_option()
@jobs_option()
def price(
    config: tuple[str, ...],
    target: tuple[str, ...] | None,
    liberty: str | None,
    large: bool,
    experiments: Path,
    output: Path,
    page: Path | None,
    jobs: int,
) -> int:
    """Price every quantisation mode: area, and what it is for, beside the best conventional PE.

    Without CONFIG every family in every mode, and engines of 1x1 to 32x32; else those configurations and their engines.
    Tiles stand beside the PE with operands of its own, which has the rows of their modes.
    The conventional PEs that a mode is compared with are always priced in the same run. Exit status 1 where a point
    failed.
    """
    targets = [find_target(name, liberty=liberty) for name in target or (["ge"] if liberty else DEFAULT_TARGETS)]
    wanted = default_wanted(SIZES + (LARGEST,) * large)
    if config:
        configs = [find(name) for name in dict.fromkeys(config)]
        modes, in_tiles = tuple(dict.fromkeys(map(untiled, configs))), tuple(each for each in configs if each.tiled)
        own = with_and_without(configs)
        wanted = Wanted(modes, (), own, own, tiled=in_tiles)
    found = _found(wanted, targets, experiments, jobs)
    paths = write(found, output)
    if page:
        beside = [path for path in paths if path.suffix == ".svg" or path.name == KINDS_FILE]
        paths += write_page(page, (output / "report.md").read_text(), beside)
    console = Console()
    console.width = max(console.width, 120)
    for each in targets:
        console.print(_summary(found, each))
    if found.goals:
        console.print(_goals(found.goals))
    for line in style_lines(found.accumulation_styles):
        console.print(line, soft_wrap=True, highlight=False)
    if found.missing:
        console.print(
            f"accuracy: not measured, {experiments} has no {', '.join(found.missing)} (make experiments)",
            soft_wrap=True,
            highlight=False,
        )
    for line in found.said:
        console.print(line, soft_wrap=True, highlight=False)
    for failure in found.failures:
        line = f"failed: {failure.module} {failure.target} {failure.recipe}: {failure.line}"
        console.print(line, style="red", soft_wrap=True, markup=False, highlight=False)
    print(f"{len(found.rows)} rows, {len(found.scales)} engines on {', '.join(each.name for each in targets)}, in:")
    for path in paths:
        print(f"  {path}")
    return 1 if found.failures else 0


def _found(wanted: Wanted, targets: list[Target], experiments: Path, processes: int) -> Contents:
    """Everything of the report, with progress shown."""
    with progress_bar() as progress:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage)
            progress.update(tasks[stage], completed=done, total=total)

        prices = collect(
            wanted.designs(), targets, jobs=wanted.jobs(), on=wanted.on, processes=processes, progress=report
        )
        return contents(
            wanted,
            prices,
            experiments,
            command=typed(),
            jobs=processes,
            progress=lambda done, total: report("measuring energy", done, total),
        )


def _summary(found: Contents, each: Target) -> Table:
    """A table of one target: a line for each PE, with its ratios at full width and in its best and worst mode."""
    view = Table(
        title=f"{each.name}, {each.unit}: area per multiplication per cycle, ratio to the best conventional "
        "PE of the mode's widths",
        title_justify="left",
    )
    for heading in ("PE", each.unit, "full width", "least", "in mode", "most", "in mode"):
        left = heading in ("PE", "in mode")
        view.add_column(heading, no_wrap=True, justify="left" if left else "right")
    for config in found.wanted.modes:
        rows = [row for row in found.rows if (row.config, row.target) == (config.name, each.name)]
        ratios = {row.mode: ratio for row in rows if (ratio := row.ratio_to_conventional) is not None}
        if any(row.failed for row in rows) or len(ratios) < len(rows) or not rows:
            view.add_row(config.name, "failed" if rows else "-", *"-----")
            continue
        ends = [pick(ratios, key=ratios.__getitem__) for pick in (min, max)]
        view.add_row(
            config.name,
            number(rows[0].area_flexible),
            _ratio(ratios[rows[0].mode]),
            *(cell for mode in ends for cell in (_ratio(ratios[mode]), mode)),
        )
    return view


def _ratio(ratio: float) -> str:
    return f"[{'green' if ratio < 1 else 'default'}]{ratio:.2f}[/]"


def _goals(goals: list[Judged]) -> Table:
    view = Table(title="goals of the PEs, against conventional ones of this run", title_justify="left")
    shown = [heading for heading in GOAL_HEADINGS if heading not in ("kind", "rate")]
    for heading in shown:
        view.add_column(heading, no_wrap=heading in ("PE", "goal"))
    for goal in goals:
        style = "green" if goal.verdict == "reached" else "yellow" if goal.verdict != "missed" else "red"
        cells = dict(zip(GOAL_HEADINGS, goal_cells(goal), strict=True))
        view.add_row(*(f"[{style}]{cells[name].text}[/]" if name == "reached" else cells[name].text for name in shown))
    return view
