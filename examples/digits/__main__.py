"""``python -m examples.digits``: the comparison of all modes on handwritten digits, every test image on the RTL."""

import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import hw
from hw import command_line
from hw.command_line import Parser
from sim import BuildError, Model, ModelError, ToolMissing

from . import report
from .families import FAMILIES
from .measure import float_row, mode_row
from .network import SIZES, SPLIT_SEED, digits, load
from .quantised import quantise_network
from .train import SEED

__all__ = ["command", "run"]


def run(images, folder, *, array=Model, console=None):
    """Measure every row on the first ``images`` of the test split and write the report.

    images: 1..899, all if None. folder: a path, for the files. array: makes the array of a configuration. console:
    where progress goes. Returns the rows (`families.Row`, float first) and the paths. ValueError for bad arguments.
    """
    data, console = digits(), console or Console(stderr=True)
    most = len(data.test)
    images = most if images is None else images
    if not 1 <= images <= most:
        raise ValueError(f"images is {images}, allowed are 1 to {most}, the test split")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"output is {folder}: {error.strerror.lower()}, allowed are folders to write to") from None
    pixels, labels = data.test[:images], data.test_labels[:images]
    network = load()
    layers = quantise_network(network, data.train)
    rows, arrays = [float_row(network, pixels, labels)], {}
    for name in dict.fromkeys(family.config for family in FAMILIES):
        console.print(f"{name}: Verilog and compiled model, built unless the cache has them")
        arrays[name] = array(hw.find(name))
    steps = len(layers) * sum(len(family.modes) for family in FAMILIES)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("layers"),
                  TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("", total=steps)
        for family in FAMILIES:
            for label in family.modes:
                progress.update(task, description=f"{images} images, {label} on {family.config}")
                rows.append(mode_row(family, label, layers, arrays[family.config], pixels, labels,
                                     on_layer=lambda: progress.advance(task)))
        progress.update(task, description="all modes measured")
    line = (f"Network {'-'.join(map(str, SIZES))}, trained in float (seed {SEED}), quantised after training to 8 bits; "
            f"{images} of {most} test images (split seed {SPLIT_SEED}), every layer on the RTL.")
    return rows, report.write(rows, images, line, folder)


def main(arguments):
    """Compare float, conventional quantisation and term revealing on handwritten digits, bit by bit on the RTL."""
    parser = Parser(prog="python -m examples.digits", description=main.__doc__)
    parser.add_argument("--images", type=int, metavar="N", help="test images to run, by default all 899")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", default=Path("build/demo"),
                        help="folder for demo.md, demo.json and demo.png (default: %(default)s)")
    options = parser.parse_args(arguments)
    rows, paths = run(options.images, options.output)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(report.table(rows))
    for note in report.notes(rows):
        console.print(f"- {note}", highlight=False)
    console.print(f"seeds: training {SEED}, split {SPLIT_SEED}; made " + ", ".join(map(str, paths)), highlight=False,
                  soft_wrap=True)
    return 0 if all(row.bit_exact is not False for row in rows) else 1


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (not bit-exact, or a tool failed) or 2 (bad arguments)."""
    return command_line.run(main, arguments, failures=(BuildError, ModelError, ToolMissing))


if __name__ == "__main__":
    sys.exit(command())
