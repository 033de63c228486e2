"""Examine random configurations::

python -m lowtide.formal.fuzz [--seed N] [--first N] [--count N] [--kind KIND] [--jobs N] [-o DIR]
"""

import sys
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lowtide.common.command_line import Parser, output_path, run
from lowtide.common.progress import progress_bar
from lowtide.hw.pe import KINDS
from lowtide.sim import ToolMissing
from lowtide.sim.toolchain import find_verilator, require_system_tools

from .draw import draw
from .examine import Examined, Finding, examine
from .results import HEADINGS, Kept, call, command_for, rows, slow, write
from .shrink import shrink
from .workers import in_children

__all__ = ["command"]

BATCH = 16  #: configurations of a library
QUIET = 30.0  #: seconds without a line where there is no terminal


def main(arguments):
    """Examine what the arguments name; returns 1 where something was found, else 0."""
    parser = Parser(
        prog="python -m lowtide.formal.fuzz",
        description="Draws configurations at random: each must be refused in "
        "one line, or become clean Verilog that computes exactly.",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="of the configurations and their jobs (default 1)"
    )
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first one (default 0)")
    parser.add_argument("--count", type=int, default=1000, metavar="N", help="how many (default 1000)")
    parser.add_argument("--kind", metavar="KIND", help="only those of this kind of PE")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default 2)")
    parser.add_argument(
        "-o", "--output", type=output_path, metavar="DIR", default="build/fuzz", help="folder (default build/fuzz)"
    )
    options = parser.parse_args(arguments)
    for name, least in (("seed", 0), ("first", 0), ("count", 1), ("jobs", 1)):
        if getattr(options, name) < least:
            raise ValueError(f"{name} is {getattr(options, name)}, allowed are {least} and more")
    if options.kind not in (None, *KINDS):
        raise ValueError(f"kind is {options.kind!r}, allowed are {', '.join(KINDS)}")
    find_verilator()
    require_system_tools()
    folder, seed = Path(options.output), options.seed
    drawn = {number: draw(seed, number) for number in range(options.first, options.first + options.count)}
    if options.kind:
        drawn = {number: chosen for number, chosen in drawn.items() if chosen["kind"] == options.kind}
        if not drawn:
            raise ValueError(f"count is {options.count}, none of these is of kind {options.kind}: allowed are more")
    print(f"seed {seed}, configurations {min(drawn)} to {max(drawn)}")
    kept = _kept(folder, seed)
    _examine_all(drawn, kept, seed=seed, jobs=options.jobs)
    results = [kept.found[number] for number in drawn]
    shrunk = _shrink_all(results, seed=seed, jobs=options.jobs)
    _print(results, shrunk, seed)
    bad = sum(bool(each.findings) for each in results)
    print(f"{len(results)} configurations, {bad} with findings, in:")
    for path in write(results, shrunk, folder, seed=seed):
        print(f"  {path}")
    return int(bad > 0)


def _kept(folder, seed):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Kept(folder, seed)
    except OSError as error:
        raise ValueError(f"output is {folder}: {error.strerror.lower()}, allowed are folders to write to") from None


def _examine_all(drawn, kept, *, seed, jobs):
    """Examine those that are not kept yet."""
    left = [number for number in drawn if number not in kept.found]
    if len(left) < len(drawn):
        print(f"{len(drawn) - len(left)} of them were examined before")
    batches = [left[start : start + BATCH] for start in range(0, len(left), BATCH)]

    def work(numbers):
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


def _shrink_all(results, *, seed, jobs):
    """Smaller configurations for the first finding of each stage and kind, by number."""
    firsts = {}
    for each in results:
        if each.findings:
            firsts.setdefault((each.findings[0].stage, each.kind), each)
    chosen = {each.number: each for each in firsts.values()}
    shrunk = {}
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

    def __init__(self, what, total):
        self.what, self.total, self.done, self.bad = what, total, 0, 0
        self.console = Console(stderr=True)
        self.bar = progress_bar(console=self.console, auto_refresh=False, disable=not self.console.is_terminal)
        self.said = time.monotonic()

    def __enter__(self):
        self.bar.__enter__()
        self.task = self.bar.add_task(self.what, total=self.total)
        return self

    def __exit__(self, *error):
        self.bar.__exit__(*error)

    def advance(self, number, bad):
        """So many more are done, of which some have findings."""
        self.done, self.bad = self.done + number, self.bad + bad

    def show(self):
        """Show how far it is."""
        said = f"{self.what}, {self.bad} with findings" if self.bad else self.what
        if self.console.is_terminal:
            self.bar.update(self.task, completed=self.done, description=said, refresh=True)
        elif time.monotonic() - self.said > QUIET:
            print(f"{said}: {self.done} of {self.total}", file=sys.stderr, flush=True)
            self.said = time.monotonic()


def _print(results, shrunk, seed):
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


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (something was found, or a tool is missing) or 2 (bad input)."""
    return run(main, arguments, failures=(ToolMissing,))


if __name__ == "__main__":
    sys.exit(command())
