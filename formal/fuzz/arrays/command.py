"""``lowtide fuzz``: examines random configurations."""

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from lowtide.common.command_line import entry, typed
from lowtide.common.output import output_folder
from lowtide.sim import ToolMissing
from lowtide.sim.verilator.toolchain import find_verilator, require_system_tools

from ..search.campaign import examine_all
from ..search.children_progress import ChildrenProgress
from ..search.options import fuzz_options
from ..search.report import print_table, tell
from ..search.workers import in_children
from .draw import draw
from .examine import examine
from .examined import Examined, Fields, Finding
from .results import HEADINGS, call, command_for, kept, rows, slow, write
from .shrink import shrink

__all__ = ["fuzz"]


@entry(failures=(ToolMissing,))
@fuzz_options("the configurations and their jobs", "build/fuzz")
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
    results = examine_all(
        list(drawn),
        held,
        lambda numbers: examine({number: drawn[number] for number in numbers}, seed=seed),
        lost=lambda number, status: _lost(number, drawn[number], status),
        doing="examining",
        jobs=jobs,
    )
    shrunk = _shrink_all(results, seed=seed, jobs=jobs)
    _print(results, shrunk, seed)
    return tell("configurations", results, write(results, shrunk, output, seed=seed, command=typed()), page)


def _lost(number: int, fields: Fields, status: int) -> Examined:
    """Of a configuration of which a child died."""
    return Examined(number, fields, "found", [Finding("crash", f"the process ended with {status}")])


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
    print_table(console, HEADINGS, rows(results))
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
