"""``lowtide whole-networks`` (``make networks``): runs whole networks on machines and writes the page."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click
from joblib import Parallel, delayed, parallel_config
from rich.console import Console
from rich.table import Table

from lowtide.common.command_line import entry
from lowtide.common.folders import cache_folder
from lowtide.common.options import Names, jobs_option, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.common.progress import progress_bar
from lowtide.common.records.errors import MachineError
from lowtide.sim.toolchain import BuildError, ToolMissing
from lowtide.workloads.data.fetch import DataMissing

from ..framework.plots import save
from .machines import measured_machines
from .measured import Measured, NotEqual, measure
from .networks import NETWORKS
from .page import HEADINGS, LEFT, SHOWN, notes, picture, rows_of, stated
from .page import page as page_of
from .tasks import TASKS, Task

__all__ = ["whole_networks"]


@entry(
    failures=(BuildError, ToolMissing, MachineError, NotEqual),
    interrupted="interrupted: runs that are done are kept, the same command goes on",
)
@click.option("--network", type=Names(tuple(NETWORKS)), metavar="LIST", help="these networks")
@click.option("--machine", type=Names(tuple(measured_machines())), metavar="LIST", help="on these machines")
@click.option("--predict", is_flag=True, help="predict cycles, build and run nothing")
@click.option("--quick", is_flag=True, help="build the simulations in a fraction of the time, slower to run")
@output_option("build/whole_networks")
@page_option()
@jobs_option()
def whole_networks(
    network: tuple[str, ...] | None,
    machine: tuple[str, ...] | None,
    predict: bool,
    quick: bool,
    output: Path,
    page: Path | None,
    jobs: int,
) -> int:
    """Run whole networks on the RTL of machines, bit for bit, and say what they take.

    Hours, most of them for networks of ImageNet; what has run is kept in the cache folder. Exit status 1 where a run
    differs from golden, an aim is missed, or data are missing.
    """
    tasks = [
        task for task in TASKS if (not network or task.network in network) and (not machine or task.machine in machine)
    ]
    if not tasks:
        raise ValueError(f"network is {', '.join(network or ())}, allowed on {', '.join(machine or ())} are others")
    with output_folder(output):
        pass  # before hours of work
    missing: dict[str, str] = {}
    found: dict[Task, Measured] = {}
    with progress_bar(counted="networks") as progress:
        bar = progress.add_task("whole networks", total=len(tasks))
        for task, measured, reason in _measured(tasks, jobs, on_rtl=not predict, quick=quick):
            progress.update(bar, advance=1, description=f"{task.network} on {task.machine}")
            if measured:
                found[task] = measured
            else:
                missing[task.network] = reason
    ordered = [found[task] for task in tasks if task in found]
    return _told(ordered, [f"{name}: {reason}" for name, reason in missing.items()], output, page)


def _told(found: Sequence[Measured], missing: Sequence[str], output: Path, page: Path | None) -> int:
    """Write and print what was found; the exit status."""
    drawn = picture(found)
    text, content, plot = output / "whole_networks.md", output / "whole_networks.json", output / "shares.svg"
    text.write_text(page_of(found, missing, plot.name if drawn else None), encoding="utf-8")
    content.write_text(json.dumps(stated(found), indent=1) + "\n", encoding="utf-8")
    paths = [text, content]
    if drawn:
        save(drawn, plot)
        paths.append(plot)
    if page:
        paths += write_page(page, text.read_text(encoding="utf-8"), [plot] if drawn else [])
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table(title="whole networks on machines", title_justify="left")
    for place in SHOWN:
        table.add_column(HEADINGS[place], justify="left" if place in LEFT else "right", no_wrap=True)
    for row in rows_of(found):
        table.add_row(*(row[place] for place in SHOWN))
    console.print(table)
    for note in notes(found):
        console.print(f"- {note}", markup=False, highlight=False)
    for reason in missing:
        console.print(f"missing, {reason}", style="red", markup=False, highlight=False, soft_wrap=True)
    console.print("made " + ", ".join(map(str, paths)), highlight=False, soft_wrap=True)
    met = all(each.task.aim is None or each.task.aim.met(each.share, each.cycles) for each in found)
    return int(bool(missing) or not met)


def _measured(
    tasks: Sequence[Task], jobs: int, *, on_rtl: bool, quick: bool
) -> Iterator[tuple[Task, Measured | None, str]]:
    """Each task as it is done, with the reason where its data are missing."""
    run = partial(_one, on_rtl=on_rtl, quick=quick, folder=str(cache_folder()))
    if jobs == 1 or len(tasks) == 1:
        yield from map(run, tasks)
        return
    with parallel_config(backend="loky", n_jobs=jobs, inner_max_num_threads=1):
        yield from Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="n_jobs")(
            delayed(run)(task) for task in tasks
        )


def _one(task: Task, *, on_rtl: bool, quick: bool, folder: str) -> tuple[Task, Measured | None, str]:
    os.environ["LOWTIDE_CACHE"] = folder  # workers outlive a run, and so would the folder that they began with
    try:
        return task, measure(task, on_rtl=on_rtl, quick=quick), ""
    except DataMissing as error:
        return task, None, str(error)
