"""``lowtide compile``: an ONNX model as a program of a machine."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
import numpy as np
from click.core import ParameterSource
from rich.console import Console
from rich.table import Table

from lowtide.common.command_line import entry
from lowtide.common.options import Integer, OneOf, output_option
from lowtide.common.output import output_folder
from lowtide.common.progress import progress_bar, status
from lowtide.golden.network import Plan
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import WEIGHTED
from lowtide.golden.number_formats import FixedPoint
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
from lowtide.golden.number_formats.words import format_of
from lowtide.hw.config.toml_file import machine_given

from .cycles import BusTiming
from .explain import explain
from .plan.packing.packing import Packer
from .plan.packing.solved import check_installed
from .programs.base_mode import softmax_of
from .programs.c_sources.write import write_c_sources
from .programs.compiled import Compiled, compile_network
from .programs.external import Codes
from .programs.folder import ProgramFiles, write_program
from .programs.integer_network import Quantisation, integer_network
from .programs.samples import Levels
from .programs.search.searching import Search
from .programs.softmax_at_end import compiled_to_its_end
from .steps.on_machine import ON_MACHINE

__all__ = ["compile_model"]


def _numbers(context: click.Context, param: click.Parameter, text: str) -> tuple[float, ...]:
    """Numbers with commas between."""
    try:
        return tuple(float(each) for each in text.split(","))
    except ValueError:
        raise ValueError(f"{param.name} is {text!r}, allowed are numbers with commas between") from None


def _range(context: click.Context, param: click.Parameter, text: str | None) -> tuple[float, float] | None:
    """Two numbers, the first one smaller, or none."""
    if text is None:
        return None
    least, *others = _numbers(context, param, text)
    if len(others) != 1 or not (np.isfinite(least) and np.isfinite(others[0]) and least < others[0]):
        raise ValueError(f"input_range is {text!r}, allowed are two finite numbers, the smaller one first: LEAST,MOST")
    return least, others[0]


@entry()
@click.argument("model", type=Path)
@click.option(
    "--machine", metavar="NAME|FILE", default="small", show_default=True, help="a named machine, or its TOML file"
)
@click.option(
    "--weights",
    metavar="FORMAT",
    default="fixed:8",
    show_default=True,
    help="of all weights: fixed:BITS, tr:GROUP:BUDGET, group:BITS:GROUP:EXPONENT, digits:GROUP:EXPONENT, ...",
)
@click.option("--x-bits", type=Integer(2), metavar="N", default=8, show_default=True, help="bits of data")
@click.option("--calibration", type=Path, metavar="PATH", help="samples: a folder of pictures, or an array (.npy)")
@click.option(
    "--input-range",
    metavar="LEAST,MOST",
    callback=_range,
    help="of a quantised model's input that it does not round: 8 bits then hold that range",
)
@click.option("--mean", metavar="LIST", default="0", show_default=True, callback=_numbers, help="of grey levels")
@click.option("--deviation", metavar="LIST", default="1", show_default=True, callback=_numbers, help="of grey levels")
@click.option(
    "--latency", type=Integer(0), metavar="N", default=30, show_default=True, help="of memory, for predicted cycles"
)
@click.option("--host", is_flag=True, help="steps that the machine does not have are the host's, while the list waits")
@click.option("--compensate", is_flag=True, help="round weights with compensation, on the calibration samples")
@click.option(
    "--packing",
    type=OneOf(tuple(each.value for each in Packer)),
    metavar="HOW",
    default=Packer.FIRST_FIT.value,
    show_default=True,
    help="of tensors in memories: first-fit; solver: that, and a solver where it leaves something over",
)
@click.option(
    "--search", type=Integer(1), metavar="N", help="compare so many other ways to run layers by their exact cycles"
)
@output_option("build/model")
def compile_model(
    model: Path,
    machine: str,
    weights: str,
    x_bits: int,
    calibration: Path | None,
    input_range: tuple[float, float] | None,
    mean: tuple[float, ...],
    deviation: tuple[float, ...],
    latency: int,
    host: bool,
    compensate: bool,
    packing: str,
    search: int | None,
    output: Path,
) -> None:
    """Compile an ONNX MODEL for a machine: lists of records, weights, parameters, a driver in C, and what it costs.

    A model in floating point is quantised on the way; --calibration has samples of what it will see, of pictures their
    grey levels from 0 to 255 less the mean, divided by the deviation. lowtide run runs the program.
    """
    console = Console(width=None if sys.stdout.isatty() else 140)
    config, levels = machine_given(machine), Levels(mean=mean, deviation=deviation)
    plan = Plan(
        weights=format_of(weights),
        activations=FixedPoint(x_bits),
        output="quantised",
        multiplier_bits=config.multiplier_bits,
        softmax=softmax_of(config),
    )
    begun, packer = time.perf_counter(), Packer(packing)
    check_installed(packer)
    given = click.get_current_context().get_parameter_source
    network, said = integer_network(
        model,
        plan,
        Quantisation(
            calibration=calibration,
            compensate=compensate,
            input_range=input_range,
            stated=tuple(name for name in ("weights", "x_bits") if given(name) == ParameterSource.COMMANDLINE),
        ),
        levels,
    )
    with _compiling(f"compiling {model.name} for {config.name}", search) as told:
        wanted = None if search is None else Search(candidates=search, bus=BusTiming(latency), told=told)
        compiling = partial(compile_network, config=config, host=host, packer=packer, search=wanted)
        network, compiled, of_softmax = compiled_to_its_end(network, compiling, host=host)
    for line in (*said, *of_softmax):
        console.print(line, style="yellow", soft_wrap=True, markup=False)
    files = program_files(network, compiled, model.stem, levels)
    with status(f"predicting {model.name} on {config.name}"):
        explained = explain(
            files.records(),
            config,
            compiled.layers,
            name=model.stem,
            bus=BusTiming(latency),
            packings=compiled.packings,
            hosts=[", ".join(f"{step.op} {step.name}" for step in turn) for turn in compiled.host],
        )
    with output_folder(output):
        paths = write_program(files, output) + write_c_sources(files, output) + explained.write(output)
    console.print(_table(compiled))
    for line in _left_to_host(compiled):
        console.print(line, soft_wrap=True, markup=False)
    if compiled.searched is not None:
        console.print(compiled.searched.text, soft_wrap=True)
    console.print(explained.facts, soft_wrap=True)
    took = time.perf_counter() - begun
    console.print(f"{model.name} for {config.name} in {took:.1f} s: made {', '.join(map(str, paths))}", soft_wrap=True)


@contextmanager
def _compiling(line: str, candidates: int | None) -> Iterator[Callable[[int], None]]:
    """A line is shown, with a bar where so many candidates are looked at; it gives what is told how many were."""
    if candidates is None:
        with status(line):
            yield lambda looked: None
        return
    with progress_bar(counted="candidates") as bar:
        task = bar.add_task(line, total=candidates)
        yield lambda looked: bar.update(task, completed=looked)


def program_files(network: QuantisedGraph, compiled: Compiled, model: str, levels: Levels) -> ProgramFiles:
    """The files of a compiled network, named ``model``."""
    ends = []
    for name, tensor in ((compiled.source, network.graph.input), (compiled.result, network.steps[-1].name)):
        quantiser = network.quantisers[tensor]
        assert isinstance(quantiser, FixedPointQuantiser), "ends of a compiled network are quantised"
        external = compiled.tensors[name]
        shape = network.graph.shape if name == compiled.source else external.shape
        ends.append(Codes.of(external, tuple(shape), quantiser))
    return ProgramFiles.of(compiled, model=model, source=ends[0], result=ends[1], levels=levels)


def _left_to_host(compiled: Compiled) -> list[str]:
    """What the host computes, if anything, in a line, with the reasons where machines can have the op."""
    steps = [
        f"{stage.name} ({stage.step.op}{f': {stage.host}' if stage.step.op in (*ON_MACHINE, *WEIGHTED) else ''})"
        for stage in compiled.stages
        if stage.host and stage.step is not None
    ]
    return [f"left to the host: {', '.join(steps)}"] if steps else []


def _table(compiled: Compiled) -> Table:
    """The layers, and how each is cut."""
    columns = ("layer", "multiplications", "stripes", "parts", "records", "its tensor")
    table = Table(*columns, title=f"{len(compiled.stages)} layers on {compiled.config.name}")
    placement = compiled.placement
    for layer, cascade in zip(compiled.layers, placement.cascades, strict=True):
        for number in cascade.numbers:
            stage, own = compiled.stages[number], placement.stages[number]
            made = compiled.layouts[stage.makes]
            rows = (compiled.layouts[compiled.stages[cascade.last].makes].rows, own.tiling.rows)
            inside = "stays in the feature memory" if stage.makes in placement.bases else "in external memory"
            if stage.host:
                records = str(layer.records) if number == cascade.first else ""
                table.add_row(stage.name, *[""] * 3, records, "made by the host", end_section=number == cascade.last)
                continue
            table.add_row(
                stage.name,
                f"{stage.multiplications:,}",
                str(-(-rows[0] // rows[1])),
                str(-(-made.channels // own.tiling.channels)),
                str(layer.records) if number == cascade.first else "",
                "goes on to the next layer" if stage.makes in placement.between else inside,
                end_section=number == cascade.last,
            )
    return table
