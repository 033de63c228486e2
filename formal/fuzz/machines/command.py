"""``lowtide fuzz-machine``: random lists of records on whole machines."""

from functools import partial
from pathlib import Path

from rich.console import Console

from lowtide.common.command_line import entry, typed
from lowtide.common.output import output_folder
from lowtide.hw.pe import KINDS
from lowtide.sim import ToolMissing
from lowtide.sim.verilator.toolchain import find_verilator, require_system_tools

from ..search.campaign import examine_all
from ..search.options import fuzz_options
from ..search.report import print_table, tell
from .examine import Listed, examine, machine_model
from .report import HEADINGS, command_for, kept, rows, write
from .trial import kind_of

__all__ = ["fuzz_machine"]


@entry(failures=(ToolMissing,))
@fuzz_options("the lists and the bus", "build/fuzz_machine")
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
    results = examine_all(
        numbers,
        held,
        partial(_run, seed=seed),
        lost=lambda number, status: Listed(number, "", 0, 0, f"the process ended with {status}"),
        together=kind_of,
        doing="running",
        jobs=jobs,
    )
    _print(results, seed)
    return tell("lists", results, write(results, output, seed=seed, command=typed()), page)


def _run(numbers: list[int], *, seed: int) -> list[Listed]:
    """Lists for one machine."""
    model = machine_model(numbers[0], seed=seed)
    return [examine(model, number, seed=seed) for number in numbers]


def _print(results: list[Listed], seed: int) -> None:
    """The table, and the first findings."""
    console = Console()
    console.width = max(console.width, 120)
    print_table(console, HEADINGS, rows(results))
    for each in [each for each in results if each.is_bad][:20]:
        print(f"{each.kind}, after {each.event}: {each.finding}\n  {command_for(seed, each.number)}")
