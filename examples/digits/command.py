"""``lowtide demo``: every kind of PE in its modes on handwritten digits, every test image on the RTL."""

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from lowtide import hw
from lowtide.common.command_line import entry
from lowtide.common.jobs import default_jobs
from lowtide.common.options import Integer, jobs_option, output_option, page_option
from lowtide.common.output import output_folder, write_page
from lowtide.common.progress import progress_bar
from lowtide.sim import BuildError, Model, ModelError, ToolMissing
from lowtide.synth.flow import SynthesisError
from lowtide.workloads.digits.network import SIZES, SPLIT_SEED, Digits, Network, digits, load
from lowtide.workloads.digits.quantised import quantise_network
from lowtide.workloads.networks.train_digits_mlp import SEED

from . import plot, report
from .area import pe_area
from .families import FAMILIES, Family
from .measure import AnyArray, Row, float_row, mode_row

__all__ = ["demo", "run"]

#: Makes the array of a configuration.
MakeArray = Callable[[hw.ArrayConfig], AnyArray]


def run(
    images: int | None,
    folder: Path,
    *,
    array: MakeArray = Model,
    area: Callable[[hw.ArrayConfig], float] = pe_area,
    console: Console | None = None,
    jobs: int | None = None,
) -> tuple[list[Row], list[Path]]:
    """Measure every row on the first images of the test split and write the report.

    Parameters
    ----------
    images : int or None
        1 to 899, all if None.
    folder : Path
        For the files.
    array
        Makes the array of a configuration.
    area
        Of the PE of a configuration, in GE.
    console : Console or None
        Where progress goes.
    jobs : int or None
        Arrays that run at a time, one a core if None.

    Returns
    -------
    (list of Row, list of Path)
        The rows, that of the float network first, and the files.

    Raises
    ------
    ValueError
        For bad arguments.
    """
    data, console = digits(), console or Console(stderr=True)
    most = len(data.test)
    images = most if images is None else images
    if not 1 <= images <= most:
        raise ValueError(f"images is {images}, allowed are 1 to {most}, the test split")
    with output_folder(folder):
        pass  # before minutes of work
    pixels, labels = data.test[:images], data.test_labels[:images]
    network = load()
    jobs = default_jobs() if jobs is None else jobs
    arrays, areas = _prepare(FAMILIES, array, area, console, jobs)
    rows = [float_row(network, pixels, labels)]
    rows += _measure(FAMILIES, arrays, areas, network, data, pixels, labels, console, jobs)
    line = (
        f"Network {'-'.join(map(str, SIZES))}, trained in float (seed {SEED}), quantised after training, one scale "
        f"a layer; {images} of {most} test images (split seed {SPLIT_SEED}), every layer on the RTL."
    )
    paths = [
        *report.write(rows, FAMILIES, images, line, folder),
        plot.write(rows, FAMILIES, images, folder / "demo.png"),
    ]
    return rows, paths


def _prepare(
    families: Sequence[Family], array: MakeArray, area: Callable[[hw.ArrayConfig], float], console: Console, jobs: int
) -> tuple[dict[str, AnyArray], dict[str, float]]:
    """The arrays and the areas of one PE: two dicts, by configuration. PEs are synthesised while models are built."""
    configs = {setting.config: hw.find(setting.config) for family in families for setting in family.settings}
    arrays: dict[str, AnyArray] = {}
    with ThreadPoolExecutor(1) as pool:
        areas = {name: pool.submit(area, config) for name, config in configs.items()}
        for number, (name, config) in enumerate(configs.items(), start=1):
            console.print(
                f"{number} of {len(configs)}, {name}: model and area, made unless the cache has them", highlight=False
            )
            arrays[name] = array(config)
        return arrays, {name: future.result() for name, future in areas.items()}


def _measure(
    families: Sequence[Family],
    arrays: Mapping[str, AnyArray],
    areas: Mapping[str, float],
    network: Network,
    data: Digits,
    pixels: NDArray[np.int64],
    labels: NDArray[np.int64],
    console: Console,
    jobs: int,
) -> list[Row]:
    """The `measure.Row` of every setting, in order. Arrays run beside each other, the slowest ones first."""
    entries = [(family, setting) for family in families for setting in family.settings]
    quantised = {
        precision: quantise_network(network, data.train, precision)
        for precision in dict.fromkeys(setting.precision for _, setting in entries)
    }
    by_array = {name: [entry for entry in entries if entry[1].config == name] for name in arrays}

    def cycles(name: str) -> float:
        return sum(1 / arrays[name].config.macs_per_cycle(setting.mode) for _, setting in by_array[name])

    layers, rows = len(network.weights), dict[tuple[str, str], Row]()
    with progress_bar(counted="layers", console=console) as progress:
        task = progress.add_task("", total=layers * len(entries))

        def measure(name: str) -> None:
            for family, setting in by_array[name]:
                progress.update(task, description=f"{setting.label} on {name}")
                rows[family.name, setting.label] = mode_row(
                    family,
                    setting,
                    quantised[setting.precision],
                    arrays[name],
                    areas[name],
                    pixels,
                    labels,
                    on_layer=lambda: progress.advance(task),
                )

        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(measure, sorted(arrays, key=cycles, reverse=True)))  # the list raises what a thread raised
        progress.update(task, description="all modes measured")
    return [rows[family.name, setting.label] for family, setting in entries]


@entry(failures=(BuildError, ModelError, SynthesisError, ToolMissing))
@click.option("--images", type=Integer(), metavar="N", help="test images to run (default: all 899)")
@output_option("build/demo", "for demo.md, demo.json and demo.png")
@page_option()
@jobs_option("arrays")
def demo(images: int | None, output: Path, page: Path | None, jobs: int) -> int:
    """Compare every kind of PE in its modes on handwritten digits: accuracy, cycles, area, bit by bit on the RTL.

    Exit status 1 where an array is not bit-exact.
    """
    rows, paths = run(images, output, jobs=jobs)
    if page:
        paths += write_page(page, (output / "demo.md").read_text(), [output / "demo.png"])
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(report.table(rows))
    for note in report.notes(rows, FAMILIES):
        console.print(f"- {note}", highlight=False)
    console.print(
        f"seeds: training {SEED}, split {SPLIT_SEED}; made " + ", ".join(map(str, paths)),
        highlight=False,
        soft_wrap=True,
    )
    return 0 if all(row.bit_exact is not False for row in rows) else 1
