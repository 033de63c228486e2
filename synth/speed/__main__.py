"""Measure speed on FPGAs::

    python -m lowtide.synth.speed [CONFIG ...] [--target ecp5|ice40 ...] [--unit pe|array ...] [-o DIR] [--jobs N]

Without names: the PEs of every kind, of the conventional configurations and of those with goals; the arrays of every
kind and of the configurations with one lane, some of which an iCE40 can hold.
"""

import multiprocessing
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed

from rich.console import Console
from rich.table import Table

from lowtide.common.command_line import Parser, output_path, run
from lowtide.common.progress import progress_bar
from lowtide.hw.config.named import find
from lowtide.hw.pe import KINDS

from ..goals import BASELINES, GOALS
from .fmax import TARGETS, UNITS, fmax
from .place import DEVICES, tool
from .report import HEADINGS, Row, cells, write

__all__ = ["command", "default_units"]


def default_units():
    """What is measured without names: pairs of a configuration's name and a unit, each once."""
    flexible = [f"{kind}_8x8_flex" for kind in KINDS]
    named = [*flexible, *(name for names in BASELINES.values() for name in names), *(goal.config for goal in GOALS)]
    arrays = [*flexible, *(name for name in named if find(name).lanes == 1)]
    return [(name, "pe") for name in dict.fromkeys(named)] + [(name, "array") for name in dict.fromkeys(arrays)]


def main(arguments):
    """Measure what the arguments name; returns 1 where something failed, else 0."""
    parser = Parser(prog="python -m lowtide.synth.speed", description="Fmax of PEs and 4x4 arrays on FPGAs.")
    parser.add_argument("configs", nargs="*", metavar="CONFIG", help="named configurations")
    parser.add_argument("--target", nargs="+", metavar="NAME", default=list(TARGETS),
                        help=f"some of {', '.join(TARGETS)} (default all)")
    parser.add_argument("--unit", nargs="+", metavar="UNIT", default=list(UNITS),
                        help=f"some of {', '.join(UNITS)} (default both)")
    parser.add_argument("-o", "--output", type=output_path, metavar="DIR", default="build/synth",
                        help="folder (default build/synth)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time (default 2)")
    options = parser.parse_args(arguments)
    for name, values, allowed in (("target", options.target, TARGETS), ("unit", options.unit, UNITS)):
        for value in values:
            if value not in allowed:
                raise ValueError(f"{name} is {value!r}, allowed are {', '.join(allowed)}")
    if options.jobs < 1:
        raise ValueError(f"jobs is {options.jobs}, allowed are 1 and more")
    for name in options.target:
        tool(DEVICES[name])
    units = [(name, unit) for name in options.configs for unit in UNITS] or default_units()
    wanted = [(find(name), unit, target) for name, unit in dict.fromkeys(units) for target in TARGETS
              if unit in options.unit and target in options.target]
    rows = _measured(wanted, options.jobs)
    _show(rows)
    print(f"{len(rows)} speeds in:")
    for path in write(rows, options.output):
        print(f"  {path}")
    return 1 if any(row.found["failed"] for row in rows) else 0


def _measured(wanted, jobs):
    """A :class:`lowtide.synth.speed.report.Row` for each (configuration, unit, target), in their order."""
    found = {}
    with progress_bar() as progress:
        task = progress.add_task("placing and routing", total=len(wanted))
        pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=os.setpgrp)
        try:
            waiting = {pool.submit(fmax, *each): each for each in wanted}
            for future in as_completed(waiting):
                try:
                    found[waiting[future]] = future.result()
                except TimeoutError as error:
                    found[waiting[future]] = {"failed": str(error)}
                progress.advance(task)
        except BaseException:
            _stop(multiprocessing.active_children())
            raise
        finally:
            pool.shutdown(cancel_futures=True)
    return [Row(each[0].name, each[0].kind, *each[1:], found[each]) for each in wanted]


def _stop(workers):
    """End workers and the tools that they run, each in a process group of its own: routing would go on for minutes."""
    for worker in workers:
        try:
            os.killpg(worker.pid, signal.SIGKILL)
        except ProcessLookupError:  # it has no group yet
            worker.kill()


def _show(rows):
    console = Console()
    console.width = max(console.width, 120)
    for target in dict.fromkeys(row.target for row in rows):
        table = Table(title=DEVICES[target].name, title_justify="left")
        shown = [index for index, heading in enumerate(HEADINGS) if heading != "device"]
        for index in shown:
            table.add_column(HEADINGS[index], justify="right" if 3 <= index < len(HEADINGS) - 1 else "left")
        for row in rows:
            if row.target == target:
                texts = cells(row)
                table.add_row(*(texts[index] for index in shown))
        console.print(table)
    for row in rows:
        if row.found["failed"]:
            console.print(f"failed: {row.config} {row.unit} on {row.target}: {row.found['failed']}", style="red",
                          soft_wrap=True, markup=False, highlight=False)


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (something failed) or 2 (bad input)."""
    return run(main, arguments)


if __name__ == "__main__":
    sys.exit(command())
