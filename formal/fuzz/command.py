"""``lowtide fuzz``: examines random configurations."""

import sys
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lowtide.common.command_line import entry, typed
from lowtide.common.options import Integer, OneOf, jobs_option, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.common.progress import QUIET, progress_bar
from lowtide.hw.pe import KINDS
from lowtide.sim import ToolMissing
from lowtide.sim.toolchain import find_verilator, require_system_tools

from .draw import draw
from .examine import examine
from .examined import Examined, Fields, Finding
from .results import HEADINGS, Kept, call, command_for, rows, slow, write
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
    kept = _kept(output, seed)
    _examine_all(drawn, kept, seed=seed, jobs=jobs)
    results = [kept.found[number] for number in drawn]
    shrunk = _shrink_all(results, seed=seed, jobs=jobs)
    _print(results, shrunk, seed)
    bad = sum(bool(each.findings) for each in results)
    print(f"{len(results)} configurations, {bad} with findings, in:")
    paths = write(results, shrunk, output, seed=seed, command=typed())
    for path in paths + (write_page(page, paths[1].read_text()) if page else []):
        print(f"  {path}")
    return int(bad > 0)


def _kept(folder: Path, seed: int) -> Kept:
    with output_folder(folder):
        return Kept(folder, seed)


def _examine_all(drawn: dict[int, Fields], kept: Kept, *, seed: int, jobs: int) -> None:
    """Examine those that are not kept yet."""
    left = [number for number in drawn if number not in kept.found]
    if len(left) < len(drawn):
        print(f"{len(drawn) - len(left)} of them were examined before")
    batches = [left[start : start + BATCH] for start in range(0, len(left), BATCH)]

    def work(numbers: list[int]) -> list[Examined]:
        return examine({number: drawn[number] for number in numbers}, seed=seed)

    with _Progress("examining", len(left)) as progress:
        for numbers, found in in_children(work, batches, jobs=jobs, patience=1.0):
            if isinstance(found, int):  # a child died of one configuration
                number = numbers[0]
                crash = Finding("crash", f"the process ended with {found}")
                found = [Examined(number, drawn[number], "found", [crash])]
            if found is not None:
                kept.add(found)
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
    with _Progress("making smaller", len(chosen)) as progress:
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


class _Progress:
    """A bar on a terminal, else a line now and then."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.done, self.bad = what, total, 0, 0
        self.console = Console(stderr=True)
        self.shown = progress_bar(console=self.console, auto_refresh=False, disable=not self.console.is_terminal)
        self.said = time.monotonic()

    def __enter__(self) -> Self:
        self.bar = self.shown.__enter__()
        self.task = self.bar.add_task(self.what, total=self.total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shown.__exit__(kind, error, trace)

    def advance(self, number: int, bad: int) -> None:
        """So many more are done, of which some have findings."""
        self.done, self.bad = self.done + number, self.bad + bad

    def show(self) -> None:
        """Show how far it is."""
        said = f"{self.what}, {self.bad} with findings" if self.bad else self.what
        if self.console.is_terminal:
            self.bar.update(self.task, completed=self.done, description=said, refresh=True)
        elif time.monotonic() - self.said > QUIET:
            print(f"{said}: {self.done} of {self.total}", file=sys.stderr, flush=True)
            self.said = time.monotonic()


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
