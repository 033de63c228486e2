"""``lowtide bench``: measures everything and writes ``bench.json`` and ``bench.md``."""

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from lowtide.common.command_line import entry, typed
from lowtide.common.markdown import table
from lowtide.common.options import Integer, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.common.progress import progress_bar
from lowtide.hw.emit.yosys import YosysError
from lowtide.sim import BuildError, ModelError, ToolMissing
from lowtide.sim.cocotb.run import BenchFailed

from . import generation, machine, revealing, simulation, whole_network
from .plan import Number, Plan

__all__ = ["bench", "run"]

HEADINGS = ("number", "value", "expected", "what it is")


def steps(plan: Plan) -> Iterator[tuple[str, Callable[[], list[Number]]]]:
    """What is to be done: what to wait for, and a function that measures it."""
    yield "golden: term revealing", partial(_alone, revealing.number, plan)
    yield "golden: a whole network in integers", partial(_alone, whole_network.number, plan)
    for engine in plan.engines:
        for size in plan.array_sizes:
            yield (
                f"Verilog of {size}x{size} {engine.config.kind}, {plan.repeats} times",
                partial(_alone, generation.number, engine, size, plan),
            )
    for engine in plan.engines:
        yield (
            f"compiled model and cocotb, {engine.config.name} (built unless the cache has them)",
            partial(simulation.numbers, engine, plan),
        )
    for config in plan.machines:
        yield (
            f"a layer on the machine {config.name} (built unless the cache has it)",
            partial(machine.numbers, config, plan),
        )


def _alone(measure: Callable[..., Number], *arguments: object) -> list[Number]:
    return [measure(*arguments)]


def run(
    plan: Plan, folder: Path, *, command: str = "lowtide bench", console: Console | None = None
) -> tuple[list[Number], list[Path]]:
    """Measure a plan and write the report.

    Parameters
    ----------
    plan : Plan
        What is measured.
    folder : Path
        Where the report goes.
    command : str
        What measures the same again.
    console : Console or None
        For progress, of standard error if None.

    Returns
    -------
    (list of Number, list of Path)
        What was measured, and the files.

    Raises
    ------
    ValueError
        The folder cannot be made.
    """
    with output_folder(folder):
        pass  # before hours of work
    console = console or Console(stderr=True)
    work = list(steps(plan))
    found: list[Number] = []
    with progress_bar(console=console, auto_refresh=False) as progress:  # a thread of its own would be timed as well
        task = progress.add_task("", total=len(work))
        for title, step in work:
            progress.update(task, description=title, refresh=True)
            if not console.is_terminal:
                print(title, file=sys.stderr, flush=True)
            found += step()
            progress.advance(task)
        progress.update(task, description="all measured", refresh=True)
    paths = [folder / "bench.json", folder / "bench.md"]
    paths[0].write_text(json.dumps({number.name: number.value for number in found}, indent=1) + "\n")
    head = (
        f"# Benchmarks\n\nWritten by `{command}`: medians of {plan.repeats} repeats, seed {plan.seed}, beside whatever "
        "else the machine did. Other machines are faster or slower; ratios are within this run."
    )
    paths[1].write_text(f"{head}\n\n{table(HEADINGS, map(cells, found), right=(1,))}\n")
    return found, paths


def cells(number: Number) -> tuple[str, ...]:
    """The texts of a number's line in the tables."""
    value = f"{number.value:,.0f}" if number.value >= 1000 else f"{number.value:.3g}"
    return number.name, value, number.expected, number.meaning


@entry(failures=(BuildError, ModelError, ToolMissing, YosysError, BenchFailed))
@page_option()
@output_option("build/bench", "for bench.json and bench.md")
@click.option(
    "--repeats",
    type=Integer(1),
    metavar="N",
    default=3,
    show_default=True,
    help="repeats of everything; the median counts",
)
def bench(page: Path | None, output: Path, repeats: int) -> None:
    """Measure simulation, generation and the golden model."""
    plan = Plan(repeats=repeats)
    found, paths = run(plan, output, command=typed())
    paths += write_page(page, paths[1].read_text()) if page else []
    table = Table(*HEADINGS[:1], title=f"benchmarks: medians of {repeats}, seed {plan.seed}")
    for heading in HEADINGS[1:]:
        table.add_column(heading, justify="right" if heading == "value" else "left")
    for number in found:
        table.add_row(*cells(number))
    console = Console(width=None if sys.stdout.isatty() else 170)
    console.print(table)
    console.print("made " + ", ".join(map(str, paths)), highlight=False, soft_wrap=True)
