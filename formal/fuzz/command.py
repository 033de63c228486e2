"""``lowtide fuzz``: examines random configurations."""

from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lowtide.common.command_line import entry, typed
from lowtide.common.options import Integer, OneOf, jobs_option, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.hw.pe import KINDS
from lowtide.sim import ToolMissing
from lowtide.sim.toolchain import find_verilator, require_system_tools

from .children_progress import ChildrenProgress
from .draw import draw
from .examine import examine
from .examined import Examined, Fields, Finding
from .kept import Kept
from .results import HEADINGS, call, command_for, kept, rows, slow, write
from .shrink import shrink
from .workers import in_children

__all__ = ["fuzz"]

BATCH = 16  #: configurations of a library


@entry(failures=(ToolMissing,))
@click.option(
    "--seed", type=Integer(0), default=1, metavar="N", show_default=True, help="of the configurations and their jobs"
)
@click.option("--first", type=Integer(0), default=0, metavar="N", show_default=True, help="number of the first one")
@click.option("--count", type=Integer(1), default=1000, metavar="N", show_default=True, help="how many")
@click.option("--kind", type=OneOf(KINDS), metavar="KIND", help="only those of this kind of PE")
@page_option()
@output_option("build/fuzz")
@jobs_option()
def fuzz(seed: int, first: int, count: int, kind: str | None, page: Path | None, output: Path, jobs: int) -> int:
    """Draw configurations at random: each must be refused in one line, or become clean Verilog that computes exactly.

    Exit status 1 where something was found.
    """
    find_verilator()
    require_system_tools()
    drawn = {number: draw(seed, number) for number in range(first, first + count)}
    if kind:
        drawn = {number: chosen for number, chosen in drawn.items() if chosen["kind"] == kind}
        if not drawn:
            raise ValueError(f"count is {count}, none of these is of kind {kind}: allowed are more")
    print(f"seed {seed}, configurations {min(drawn)} to {max(drawn)}")
    with output_folder(output):
        held = kept(output, seed)
    _examine_all(drawn, held, seed=seed, jobs=jobs)
    results = [held.found[number] for number in drawn]
    shrunk = _shrink_all(results, seed=seed, jobs=jobs)
    _print(results, shrunk, seed)
    bad = sum(bool(each.findings) for each in results)
    print(f"{len(results)} configurations, {bad} with findings, in:")
    paths = write(results, shrunk, output, seed=seed, command=typed())
    for path in paths + (write_page(page, paths[1].read_text()) if page else []):
        print(f"  {path}")
    return int(bad > 0)


def _examine_all(drawn: dict[int, Fields], held: Kept[Examined], *, seed: int, jobs: int) -> None:
    """Examine those that are not kept yet."""
    left = [number for number in drawn if number not in held.found]
    if len(left) < len(drawn):
        print(f"{len(drawn) - len(left)} of them were examined before")
    batches = [left[start : start + BATCH] for start in range(0, len(left), BATCH)]

    def work(numbers: list[int]) -> list[Examined]:
        return examine({number: drawn[number] for number in numbers}, seed=seed)

    with ChildrenProgress("examining", len(left)) as progress:
        for numbers, found in in_children(work, batches, jobs=jobs, patience=1.0):
            if isinstance(found, int):  # a child died of one configuration
                number = numbers[0]
                crash = Finding("crash", f"the process ended with {found}")
                found = [Examined(number, drawn[number], "found", [crash])]
            if found is not None:
                held.add(found)
                progress.advance(len(numbers), sum(bool(each.findings) for each in found))
            progress.show()


def _shrink_all(results: list[Examined], *, seed: int, jobs: int) -> dict[int, Fields]:
    """Smaller configurations for the first finding of each stage and kind, by number."""
    firsts: dict[tuple[str, str], Examined] = {}
    for each in results:
        if each.findings:
            firsts.setdefault((each.findings[0].stage, each.kind), each)
    chosen = {each.number: each for each in firsts.values()}
    shrunk: dict[int, Fields] = {}
    if not chosen:
        return shrunk
    with ChildrenProgress("making smaller", len(chosen)) as progress:
        for numbers, found in in_children(
            lambda numbers: shrink(chosen[numbers[0]], seed=seed),
            [[number] for number in chosen],
            jobs=jobs,
            patience=1.0,
        ):
            if isinstance(found, dict):
                shrunk[numbers[0]] = found
            progress.advance(len(numbers), 0)
            progress.show()
    return shrunk


def _print(results: list[Examined], shrunk: dict[int, Fields], seed: int) -> None:
    """The table, the first finding of each stage and kind, and what was slow."""
    console = Console()
    console.width = max(console.width, 120)
    view = Table(*HEADINGS)
    for column in view.columns[1:]:
        column.justify = "right"
    for row in rows(results):
        view.add_row(*row)
    console.print(view)
    counts = Counter((finding.stage, each.kind) for each in results for finding in each.findings[:1])
    for each in results:
        if each.number in shrunk:
            finding = each.findings[0]
            count = counts[finding.stage, each.kind]
            console.print(
                f"[red]{finding.stage}[/], {escape(each.kind)}, {count} configuration{'s' * (count > 1)}: "
                f"{escape(finding.line)}",
                soft_wrap=True,
                highlight=False,
            )
            print(f"  {command_for(seed, each.number)}\n  {call(shrunk[each.number])}")
    for each in slow(results)[:5]:
        print(f"slow, {each.seconds:.0f} s of processor time: {call(each.fields)}")
