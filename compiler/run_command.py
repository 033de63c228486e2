"""``lowtide run``: a compiled program on samples, on golden's machine or on the RTL."""

import json
import sys
import time
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from lowtide.common.command_line import entry
from lowtide.common.options import Integer, OneOf, jobs_option, output_option
from lowtide.common.output import output_folder
from lowtide.common.progress import progress_bar, status
from lowtide.common.records.errors import MachineError
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit.stand_in import told
from lowtide.sim.machine.trace import write_trace
from lowtide.sim.verilator.toolchain import BuildError, ToolMissing

from .cycles import BusTiming, list_cycles
from .lists.layer_records import record_names
from .programs.folder import ProgramFiles, read_program
from .programs.layers.chosen import Layers, layers_option
from .programs.layers.report import show_layers, write_layers
from .programs.layers.running import run_layers
from .programs.running import Golden, Result, Rtl, Runner, results
from .programs.samples import read_samples

__all__ = ["run_program"]

ON = ("golden", "model", "rtl")
SHOWN = 10  #: samples that the terminal shows


@entry(
    failures=(BuildError, ToolMissing, MachineError),
    interrupted="interrupted: with --layers those that are done are kept, the same command goes on",
)
@click.argument("program", type=Path)
@click.option("--input", "samples", type=Path, required=True, metavar="PATH", help="pictures, or an array (.npy)")
@click.option("--on", type=OneOf(ON), default="golden", show_default=True, help=" or ".join(ON))
@click.option("--limit", type=Integer(1), metavar="N", help="samples at most")
@click.option(
    "--latency", type=Integer(0), metavar="N", default=0, show_default=True, help="cycles of the memory (model, rtl)"
)
@click.option("--quick", is_flag=True, help="build the simulation in a fraction of the time, slower to run (rtl)")
@click.option(
    "--stand-in",
    is_flag=True,
    help="PEs that are proved to do the same and are quicker to simulate (rtl): see the guide",
)
@layers_option("these layers, each alone, in parallel, of the first sample (rtl)")
@jobs_option("layers")
@output_option("build/run")
def run_program(
    program: Path,
    samples: Path,
    on: str,
    limit: int | None,
    latency: int,
    quick: bool,
    stand_in: bool,
    layers: Layers | None,
    jobs: int,
    output: Path,
) -> int:
    """Run a PROGRAM, a folder that lowtide compile has written.

    golden interprets its records, model predicts their cycles as well, those of the profile that rtl writes among them,
    and rtl runs the Verilog: there every sample also runs on golden's machine, and the results are compared bit for
    bit; the first sample's records are written as a trace for ui.perfetto.dev. Exit status 1 where a result differs.
    Steps that are left to the host are computed in NumPy, whose time is not in the cycles.

    With --stand-in the RTL is the Verilog but for its PEs, which multiply by * in place of Booth digits: quicker to
    simulate, and proved to do the same in every cycle (lowtide prove --machine NAME).

    With --layers each layer runs alone on the RTL, from the memories that golden's machine has in front of it, and all
    that it leaves is compared with golden's. Layers are counted from 0. What has run is kept in the cache folder.
    """
    console = Console(width=None if sys.stdout.isatty() else 140)
    files = read_program(program)
    if stand_in and on != "rtl":
        raise ValueError(f"on is {on}, allowed with stand-in is rtl")
    pes = _pes(files.config.array, stand_in=stand_in)
    if layers is not None:
        if on != "rtl":
            raise ValueError(f"on is {on}, allowed with layers is rtl")
        with output_folder(output):
            pass  # before the work
        value = read_samples(samples, files.source.shape, files.levels, 1).values[0]
        codes = files.source.encode(value).reshape(files.source.tensor.shape)
        found = run_layers(files, codes, layers, jobs=jobs, latency=latency, quick=quick, stand_in=stand_in)
        equal = show_layers(f"{files.model} on {files.config.name}", found, console)
        console.print(pes)
        console.print(f"made {write_layers({files.model: found}, output)}", soft_wrap=True)
        return int(not equal)
    seen = read_samples(samples, files.source.shape, files.levels, limit)
    golden: Runner = Golden(files)
    runner = golden
    if on == "rtl":
        with status(f"building {files.config.top}"):
            runner = Rtl(files, latency=latency, quick=quick, stand_in=stand_in)
    made: list[Result] = []
    differ: list[str] = []
    begun = time.perf_counter()
    with progress_bar(counted="samples") as progress:
        task = progress.add_task(f"running {files.model} on {on}", total=len(seen.names))
        for result, value in zip(results(files, runner, seen.names, seen.values), seen.values, strict=True):
            made.append(result)
            if on == "rtl":
                codes = files.source.encode(value).reshape(files.source.tensor.shape)
                if not np.array_equal(golden.run(codes)[0], result.codes):
                    differ.append(result.name)
            progress.update(task, advance=1)
    predicted = None
    if on == "model":
        predicted = list_cycles(files.records(), files.config, bus=BusTiming(latency), profiled=True).cycles
    paths = _write(files, made, output)
    console.print(_table(files, made, predicted))
    took = time.perf_counter() - begun
    console.print(f"{len(made)} samples on {on} in {took:.1f} s: made {', '.join(map(str, paths))}", soft_wrap=True)
    if on == "rtl":
        console.print(pes)
    if on == "rtl" and not differ:
        console.print(f"all {len(made)} are golden's, bit for bit", style="green")
    for name in differ:
        console.print(f"differs from golden: {name}", style="red", markup=False)
    return int(bool(differ))


def _pes(array: ArrayConfig, *, stand_in: bool) -> str:
    """Which PEs the RTL has, in a line; ``ValueError`` where there is no stand-in of them."""
    if not stand_in:
        return "the RTL is the Verilog as lowtide writes it"
    return f"the RTL has stand-ins of the PEs, proved to do the same: {told(array)}"


def _write(files: ProgramFiles, made: list[Result], output: Path) -> list[Path]:
    """Write the results: arrays, what was counted, the trace of the first sample."""
    values = np.stack([files.result.decode(result.codes) for result in made])
    with output_folder(output):
        np.save(output / "results.npy", values)
        np.save(output / "codes.npy", np.stack([result.codes for result in made]))
        paths = [output / "results.npy", output / "codes.npy"]
        runs = [(result.name, result.run) for result in made if result.run is not None]
        if runs:
            counted = [
                {"sample": name, "cycles": run.cycles, "read_bytes": run.read_bytes, "written_bytes": run.written_bytes}
                for name, run in runs
            ]
            (output / "cycles.json").write_text(json.dumps(counted, indent=1) + "\n", encoding="utf-8")
            names = record_names(files.layers)
            paths += [output / "cycles.json", write_trace(output / "trace.json", runs[0][1].entries, names)]
    return paths


def _table(files: ProgramFiles, made: list[Result], predicted: int | None) -> Table:
    """The largest values of each result, and the cycles, counted or predicted."""
    table = Table(
        "sample", "largest, by number", "cycles", "share of peak", title=f"{files.model} on {files.config.name}"
    )
    peak = files.config.rows * files.config.cols * max(files.config.array.rates())
    work = sum(layer.multiplications for layer in files.layers)
    for result in made[:SHOWN]:
        values = files.result.decode(result.codes).ravel()
        best = np.argsort(-values, kind="stable")[:3]
        cycles = predicted if result.run is None else result.run.cycles
        table.add_row(
            result.name,
            ", ".join(f"{number}: {values[number]:.4g}" for number in best),
            "" if cycles is None else f"{cycles:,}",
            "" if cycles is None else f"{100 * work / cycles / peak:.1f} %",
        )
    return table
