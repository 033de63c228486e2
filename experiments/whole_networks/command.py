"""``lowtide whole-networks`` and ``lowtide single-layers`` (``make networks``): run on machines, and write pages."""

from pathlib import Path

import click

from lowtide.common.command_line import entry
from lowtide.common.options import Names, jobs_option, output_option, page_option
from lowtide.common.output import output_folder
from lowtide.common.records.errors import MachineError
from lowtide.compiler.programs.layers.chosen import Layers, layers_option
from lowtide.sim.verilator.toolchain import BuildError, ToolMissing

from .layer_page import layer_report
from .layer_runs import run_layers_of
from .layers import LAYER_TASKS, LAYERS
from .machines import measured_machines
from .measured import NotEqual, Use
from .networks import NETWORKS
from .page import network_report
from .report import tell
from .running import run_tasks
from .tasks import TASKS

__all__ = ["single_layers", "whole_networks"]

_FAILURES = (BuildError, ToolMissing, MachineError, NotEqual)
_INTERRUPTED = "interrupted: runs that are done are kept, the same command goes on"
_predict = click.option("--predict", is_flag=True, help="predict cycles, build and run nothing")
_kept = click.option("--kept", is_flag=True, help="build and run nothing: what has run, predictions of the rest")
_quick = click.option("--quick", is_flag=True, help="build the simulations in a fraction of the time, slower to run")


@entry(failures=_FAILURES, interrupted=_INTERRUPTED)
@click.option("--network", type=Names(tuple(NETWORKS)), metavar="LIST", help="these networks")
@click.option("--machine", type=Names(tuple(measured_machines())), metavar="LIST", help="on these machines")
@_predict
@_kept
@_quick
@click.option(
    "--tensors", is_flag=True, help="run each once more, every tensor copied out as it is made, and compare them all"
)
@layers_option("these layers in place of whole networks, each alone, in parallel")
@output_option("build/whole_networks")
@page_option()
@jobs_option()
def whole_networks(
    network: tuple[str, ...] | None,
    machine: tuple[str, ...] | None,
    predict: bool,
    kept: bool,
    quick: bool,
    tensors: bool,
    layers: Layers | None,
    output: Path,
    page: Path | None,
    jobs: int,
) -> int:
    """Run whole networks on the RTL of machines, bit for bit, and say what they take.

    Hours, most of them for networks of ImageNet; what has run is kept in the cache folder. Exit status 1 where a run
    differs from golden, an aim is missed, or data are missing.

    With --layers each layer of a network runs alone, from the memories that golden's machine has in front of it: one
    long network on all cores, a layer again in seconds. Layers are counted from 0.
    """
    tasks = [
        task for task in TASKS if (not network or task.network in network) and (not machine or task.machine in machine)
    ]
    if not tasks:
        raise ValueError(f"network is {', '.join(network or ())}, allowed on {', '.join(machine or ())} are others")
    with output_folder(output):
        pass  # before hours of work
    if layers is not None:
        for name, given in (("predict", predict), ("kept", kept), ("tensors", tensors), ("page", page)):
            if given:
                raise ValueError(f"{name} is given, allowed beside layers is none of predict, kept, tensors, page")
        return run_layers_of(tasks, layers, jobs=jobs, quick=quick, output=output)
    found, missing = run_tasks(tasks, NETWORKS, jobs=jobs, rtl=_use(predict, kept), quick=quick, tensors=tensors)
    return tell(network_report(found, missing), found, missing, output, page)


@entry(failures=_FAILURES, interrupted=_INTERRUPTED)
@click.option("--machine", type=Names(("small", "large")), metavar="LIST", help="on these machines: small, large")
@_predict
@_kept
@_quick
@output_option("build/whole_networks")
@page_option()
@jobs_option()
def single_layers(
    machine: tuple[str, ...] | None, predict: bool, kept: bool, quick: bool, output: Path, page: Path | None, jobs: int
) -> int:
    """Run a layer of each type alone, on machines with 512 and 2,048 multipliers.

    What has run is kept in the cache folder. Exit status 1 where a run differs from golden or an aim is missed.
    """
    with output_folder(output):
        pass
    tasks = [task for task in LAYER_TASKS if not machine or task.machine in machine]
    found, missing = run_tasks(tasks, LAYERS, jobs=jobs, rtl=_use(predict, kept), quick=quick)
    return tell(layer_report(found, missing), found, missing, output, page)


def _use(predict: bool, kept: bool) -> Use:
    if predict and kept:
        raise ValueError("kept is given, allowed beside predict is nothing about the RTL")
    return Use.NOTHING if predict else Use.KEPT if kept else Use.RUN
