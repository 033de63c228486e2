"""``lowtide speed``: measures clock rates on FPGAs."""

import multiprocessing
import os
import signal
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing.process import BaseProcess
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from lowtide.common.command_line import entry, typed
from lowtide.common.options import Names, jobs_option, names_argument, output_option, page_option
from lowtide.common.output import write_page
from lowtide.common.progress import progress_bar
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.named import CONFIGURATIONS, find, representative
from lowtide.hw.pe import KINDS

from ..prices.goals import BASELINES, GOALS
from .fmax import TARGETS, UNITS, Speed, fmax
from .place import DEVICES, tool
from .report import HEADINGS, cells, write
from .rows import Row, row_of

__all__ = ["default_units", "speed"]


def default_units() -> list[tuple[str, str]]:
    """What is measured without names: pairs of a configuration's name and a unit, each once."""
    flexible = [representative(kind).name for kind in KINDS]
    named = [*flexible, *(name for names in BASELINES.values() for name in names), *(goal.config for goal in GOALS)]
    named += [config.name for config in CONFIGURATIONS.values() if config.pipeline]
    arrays = [*flexible, *(name for name in named if find(name).lanes == 1 or find(name).pipeline)]
    return [(name, "pe") for name in dict.fromkeys(named)] + [(name, "array") for name in dict.fromkeys(arrays)]


@entry()
@names_argument("config", CONFIGURATIONS, "CONFIG")
@click.option(
    "--target", type=Names(TARGETS), metavar="LIST", default=",".join(TARGETS), show_default=True, help="FPGA families"
)
@click.option(
    "--unit",
    type=Names(UNITS),
    metavar="LIST",
    default=",".join(UNITS),
    show_default=True,
    help="what is placed and routed",
)
@click.option(
    "--arrays",
    type=Names(CONFIGURATIONS),
    metavar="LIST",
    help="configurations whose arrays are placed and routed, in place of those of CONFIG",
)
@page_option()
@output_option("build/synth")
@jobs_option()
def speed(
    config: tuple[str, ...],
    target: tuple[str, ...],
    unit: tuple[str, ...],
    arrays: tuple[str, ...] | None,
    page: Path | None,
    output: Path,
    jobs: int,
) -> int:
    """Measure the fmax of PEs and 4x4 arrays on FPGAs.

    Without CONFIG the PEs of every kind, of the conventional configurations, of those with goals and of those with
    register stages; the arrays of every kind and of the configurations with one lane, some of which an iCE40 can hold.
    Exit status 1 where something failed.
    """
    for name in target:
        tool(DEVICES[name])
    units = [(name, each) for name in config for each in UNITS] or default_units()
    if arrays is not None:
        units = [(name, each) for name, each in units if each != "array"] + [(name, "array") for name in arrays]
    wanted = [
        (find(name), each, device)
        for name, each in dict.fromkeys(units)
        for device in TARGETS
        if each in unit and device in target
    ]
    rows = _measured(wanted, jobs)
    _show(rows)
    print(f"{len(rows)} speeds in:")
    paths = write(rows, output, typed())
    for path in paths + (write_page(page, paths[1].read_text()) if page else []):
        print(f"  {path}")
    return 1 if any(row.found.failed for row in rows) else 0


def _measured(wanted: Sequence[tuple[ArrayConfig, str, str]], jobs: int) -> list[Row]:
    """What was found for each configuration, unit and target, in their order."""
    found: dict[tuple[ArrayConfig, str, str], Speed] = {}
    with progress_bar() as progress:
        task = progress.add_task("placing and routing", total=len(wanted))
        pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=os.setpgrp)
        try:
            waiting = {pool.submit(fmax, *each): each for each in wanted}
            for future in as_completed(waiting):
                try:
                    found[waiting[future]] = future.result()
                except TimeoutError as error:
                    found[waiting[future]] = Speed(failed=str(error))
                progress.advance(task)
        except BaseException:
            _stop(multiprocessing.active_children())
            raise
        finally:
            pool.shutdown(cancel_futures=True)
    return [row_of(*each, found[each]) for each in wanted]


def _stop(workers: Iterable[BaseProcess]) -> None:
    """End workers and the tools that they run, each in a process group of its own: routing would go on for minutes."""
    for worker in workers:
        if worker.pid is None:  # not started
            continue
        try:
            os.killpg(worker.pid, signal.SIGKILL)
        except ProcessLookupError:  # it has no group yet
            worker.kill()


def _show(rows: Sequence[Row]) -> None:
    console = Console()
    console.width = max(console.width, 120)
    for target in dict.fromkeys(row.target for row in rows):
        table = Table(title=DEVICES[target].name, title_justify="left")
        shown = [index for index, heading in enumerate(HEADINGS) if heading != "device"]
        for index in shown:
            table.add_column(HEADINGS[index], justify="right" if 3 <= index < len(HEADINGS) - 1 else "left")
        for row in rows:
            if row.target == target:
                texts = cells(row, rows)
                table.add_row(*(texts[index] for index in shown))
        console.print(table)
    for row in rows:
        if row.found.failed:
            console.print(
                f"failed: {row.config} {row.unit} on {row.target}: {row.found.failed}",
                style="red",
                soft_wrap=True,
                markup=False,
                highlight=False,
            )
