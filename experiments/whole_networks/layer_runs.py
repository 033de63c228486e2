"""Layers of whole networks, each alone on the RTL from golden's memories: a long network on all cores."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from lowtide.common.progress import status
from lowtide.compiler.compile_command import program_files
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.layers.chosen import Layers
from lowtide.compiler.programs.layers.report import show_layers, write_layers
from lowtide.compiler.programs.layers.running import Ran, run_layers
from lowtide.compiler.programs.samples import Levels
from lowtide.workloads.data.fetch import DataMissing

from .machines import measured_machines
from .networks import NETWORKS
from .tasks import Task

__all__ = ["run_layers_of"]


def run_layers_of(tasks: Sequence[Task], layers: Layers, *, jobs: int, quick: bool, output: Path) -> int:
    """Run layers of tasks, one task after the other, and print and write what came of them; the exit status.

    It is 1 where a layer is not golden's, or data of a network are missing.

    Raises
    ------
    ValueError
        Layers that a network does not have.
    """
    console = Console(width=None if sys.stdout.isatty() else 160)
    found: dict[str, list[Ran]] = {}
    failed = False
    for task in tasks:
        try:
            found[str(task)] = _ran(task, layers, jobs=jobs, quick=quick)
        except DataMissing as error:
            line = f"missing, {task.network}: {error}"
            console.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
            failed = True
            continue
        failed |= not show_layers(str(task), found[str(task)], console)
    console.print(f"made {write_layers(found, output)}", highlight=False, soft_wrap=True)
    return int(failed)


def _ran(task: Task, layers: Layers, *, jobs: int, quick: bool) -> list[Ran]:
    """The layers of a task."""
    network = NETWORKS[task.network]
    with status(f"compiling {task}"):
        sampled = network.make()
        integers = sampled.integers(task.format)
        compiled = compile_network(integers, measured_machines()[task.machine], host=network.host)
    program = program_files(integers, compiled, task.network, Levels())
    codes = integers.quantised_input(sampled.sample[None]).codes[0]
    return run_layers(program, codes, layers, jobs=jobs, quick=quick)
