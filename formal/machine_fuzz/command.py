"""``lowtide fuzz-machine``: random lists of records on whole machines."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from lowtide.common.command_line import entry, typed
from lowtide.common.options import Integer, OneOf, jobs_option, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.hw.pe import KINDS
from lowtide.sim import ToolMissing
from lowtide.sim.toolchain import find_verilator, require_system_tools

from ..fuzz.children_progress import ChildrenProgress
from ..fuzz.kept import Kept
from ..fuzz.workers import in_children
from .examine import Listed, examine, machine_model
from .report import HEADINGS, command_for, kept, rows, write
from .trial import kind_of

__all__ = ["fuzz_machine"]

BATCH = 16  #: lists of a machine that a process runs


@entry(failures=(ToolMissing,))
@click.option("--seed", type=Integer(0), default=1, metavar="N", show_default=True, help="of the lists and the bus")
@click.option("--first", type=Integer(0), default=0, metavar="N", show_default=True, help="number of the first one")
@click.option("--count", type=Integer(1), default=1000, metavar="N", show_default=True, help="how many")
@click.option("--kind", type=OneOf(KINDS), metavar="KIND", help="only those of this kind of PE")
@page_option()
@output_option("build/fuzz_machine")
@jobs_option()
def fuzz_machine(
    seed: int, first: int, count: int, kind: str | None, page: Path | None, output: Path, jobs: int
) -> int:
    """Run random lists of records on whole machines: memories and errors must be those of the golden machine.

    Exit status 1 where something was found.
    """
    find_verilator()
    require_system_tools()
    numbers = [number for number in range(first, first + count) if kind in (None, kind_of(number))]
    if not numbers:
        raise ValueError(f"count is {count}, none of these is of kind {kind}: allowed are {len(KINDS)} and more")
    print(f"seed {seed}, lists {numbers[0]} to {numbers[-1]}")
    with output_folder(output):
        held = kept(output, seed)
    _examine_all(numbers, held, seed=seed, jobs=jobs)
    results = [held.found[number] for number in numbers]
    bad = _print(results, seed)
    print(f"{len(results)} lists, {bad} with findings, in:")
    paths = write(results, output, seed=seed, command=typed())
    for path in paths + (write_page(page, paths[1].read_text()) if page else []):
        print(f"  {path}")
    return int(bad > 0)


def _examine_all(numbers: list[int], held: Kept[Listed], *, seed: int, jobs: int) -> None:
    """Examine those that are not kept yet, a machine at a time."""
    left = [number for number in numbers if number not in held.found]
    if len(left) < len(numbers):
        print(f"{len(numbers) - len(left)} of them were examined before")
    batches = []
    for kind in KINDS:
        own = [number for number in left if kind_of(number) == kind]
        batches += [own[start : start + BATCH] for start in range(0, len(own), BATCH)]

    def work(batch: list[int]) -> list[Listed]:
        model = machine_model(batch[0], seed=seed)
        return [examine(model, number, seed=seed) for number in batch]

    with ChildrenProgress("running", len(left)) as progress:
        for batch, found in in_children(work, batches, jobs=jobs, patience=1.0):
            if isinstance(found, int):  # a child died of one list
                found = [Listed(batch[0], "", 0, 0, f"the process ended with {found}")]
            if found is not None:
                held.add(found)
                progress.advance(len(batch), sum(bool(each.finding) for each in found))
            progress.show()


def _print(results: list[Listed], seed: int) -> int:
    """The table, and the first findings; returns how many there are."""
    console = Console()
    console.width = max(console.width, 120)
    view = Table(*HEADINGS)
    for column in view.columns[1:]:
        column.justify = "right"
    for row in rows(results):
        view.add_row(*row)
    console.print(view)
    bad = [each for each in results if each.finding]
    for each in bad[:20]:
        print(f"{each.kind}, after {each.event}: {each.finding}\n  {command_for(seed, each.number)}")
    return len(bad)
