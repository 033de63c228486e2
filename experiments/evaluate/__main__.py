"""Evaluate quantised networks on data of one's own::

    python -m lowtide.experiments.evaluate --pictures FOLDER [--weights float fixed:4 tr:8:10 ...] [--compensate]
    python -m lowtide.experiments.evaluate --text FILE       [--weights ...]

FOLDER holds labelled pictures, one sub-folder or file name a class (the ImageNet validation set, for instance). FILE is
any text; the language model was trained on the Brown corpus.
"""

import sys
from pathlib import Path

from rich.console import Console

from lowtide.common.command_line import Parser, output_path, run
from lowtide.golden.terms import check_bits, check_integer
from lowtide.workloads.data.fetch import DataMissing

from ..framework.report import table, write
from ..framework.running import WorkerDied
from ..framework.running import run as computed
from .specification import format_of

__all__ = ["command", "main"]

WEIGHTS = ("fixed:8", "fixed:4", "tr:8:10", "tr:8:8")


def main(arguments):
    """Accuracy or perplexity of networks with quantised weights, on a folder of labelled pictures or a text. Each loss
    has a standard error, paired with the float network on the same pictures or streams of words."""
    parser = Parser(prog="python -m lowtide.experiments.evaluate", description=main.__doc__)
    data = parser.add_mutually_exclusive_group(required=True)
    data.add_argument("--pictures", type=Path, metavar="FOLDER", help="labelled pictures, for EfficientNet-Lite0")
    data.add_argument("--text", type=Path, metavar="FILE", help="a text, for the LSTM language model")
    parser.add_argument("--weights", nargs="+", metavar="FORMAT", default=WEIGHTS,
                        help="float, fixed:BITS, tr:GROUP:BUDGET or a name of lowtide.golden.number_formats.FORMATS")
    parser.add_argument("--x-bits", type=int, metavar="N", default=8, help="bits of data (default: %(default)s)")
    parser.add_argument("--data-terms", type=int, metavar="N", default=0, help="highest terms of each datum (0: all)")
    parser.add_argument("--compensate", action="store_true", help="round with compensation, and plainly")
    parser.add_argument("--largest-terms", action="store_true",
                        help="with --compensate: choose terms by size, too, as the term revealing paper does")
    parser.add_argument("--limit", type=int, metavar="N", help="pictures or words at most")
    parser.add_argument("-o", "--output", type=output_path, metavar="DIR", default=Path("build/evaluate"),
                        help="folder for table, rows as JSON, and picture (default: %(default)s)")
    options = parser.parse_args(arguments)
    check_bits("x_bits", options.x_bits)
    check_integer("data_terms", options.data_terms, 0)
    if options.limit is not None:
        check_integer("limit", options.limit, 1)
    words = {text: format_of(text) for text in options.weights}
    selections = (None, "least error", "largest terms")[: 1 + options.compensate * (1 + options.largest_terms)]
    try:
        options.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"output is {options.output}: {error.strerror.lower()}, allowed are folders to write to") from None
    return _report((_pictures if options.pictures else _text)(options, words, selections), options.output)


def _pictures(options, words, selections):
    from . import pictures

    folder = pictures.Folder.of(options.pictures, options.limit)
    return pictures.experiment(pictures.points(words, folder, x_bits=options.x_bits, data_terms=options.data_terms,
                                               selections=selections))


def _text(options, words, selections):
    from . import text

    given = text.Text.of(options.text, options.limit)
    return text.experiment(text.points(words, given, x_bits=options.x_bits, data_terms=options.data_terms,
                                       selections=selections))


def _report(experiment, folder):
    console = Console(width=None if sys.stdout.isatty() else 140)
    try:
        results = computed(experiment, console=Console(stderr=True))
    except WorkerDied as error:
        console.print(f"failed: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    for reason in results.missing.values():
        raise DataMissing(reason)
    paths, notes = write(experiment, results, folder)
    console.print(table(experiment, results.rows))
    for note in notes:
        console.print(f"- {note}", markup=False, highlight=False)
    console.print("made " + ", ".join(map(str, paths)), highlight=False, soft_wrap=True)
    return 0


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (data or a package is missing) or 2 (bad arguments)."""
    return run(main, arguments, failures=(DataMissing,))


if __name__ == "__main__":
    sys.exit(command())
