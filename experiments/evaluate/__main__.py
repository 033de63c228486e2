"""Evaluate quantised networks on data of one's own::

    python -m experiments.evaluate --pictures FOLDER [--weights float fixed:4 tr:8:10 ...] [--compensate]
    python -m experiments.evaluate --text FILE       [--weights ...]

FOLDER holds labelled pictures, one sub-folder or file-name prefix a class (the ImageNet validation set, for instance).
FILE is any text; the language model was trained on the Brown corpus.
"""

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from experiments.data.fetch import DataMissing
from golden.terms import check_bits, check_integer
from hw.command_line import Parser, run
from hw.progress import progress_bar

from .specification import format_of

__all__ = ["command", "main"]

WEIGHTS = ("float", "fixed:8", "fixed:4", "tr:8:10", "tr:8:8")


def main(arguments):
    """Accuracy or perplexity of networks with quantised weights, on a folder of labelled pictures or a text."""
    parser = Parser(prog="python -m experiments.evaluate", description=main.__doc__)
    data = parser.add_mutually_exclusive_group(required=True)
    data.add_argument("--pictures", type=Path, metavar="FOLDER", help="labelled pictures, for EfficientNet-Lite0")
    data.add_argument("--text", type=Path, metavar="FILE", help="a text, for the LSTM language model")
    parser.add_argument("--weights", nargs="+", metavar="FORMAT", default=WEIGHTS,
                        help="float, fixed:BITS, tr:GROUP:BUDGET or a name of golden.formats.FORMATS")
    parser.add_argument("--x-bits", type=int, metavar="N", default=8, help="bits of data (default: %(default)s)")
    parser.add_argument("--compensate", action="store_true", help="round with compensation, and plainly")
    parser.add_argument("--limit", type=int, metavar="N", help="pictures or words at most")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", default=Path("build/evaluate.json"),
                        help="rows as JSON (default: %(default)s)")
    options = parser.parse_args(arguments)
    check_bits("x_bits", options.x_bits)
    if options.limit is not None:
        check_integer("limit", options.limit, 1)
    wanted = [(text, format_of(text), compensated) for text in dict.fromkeys(("float", *options.weights))
              for compensated in ((False, True) if options.compensate and text != "float" else (False,))]
    rows = (_pictures if options.pictures else _text)(options, wanted, progress_bar())
    table = Table(*rows[0], title=f"data of {options.x_bits} bits")
    for row in rows:
        table.add_row(*(f"{value:.4g}" if isinstance(value, float) else str(value) for value in row.values()))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({"x_bits": options.x_bits, "rows": rows}, indent=1) + "\n")
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    console.print(f"made {options.output}", highlight=False, soft_wrap=True)


def _pictures(options, wanted, progress):
    from . import pictures

    paths, labels = pictures.files(options.pictures, options.limit)
    (graph, samples), runs = pictures.network(), []
    with progress:
        bar = progress.add_task("networks", total=len(wanted))
        for text, format, compensated in wanted:
            progress.update(bar, description=f"quantising, {text}{', compensated' * compensated}")
            runs.append(pictures.quantised(graph, samples, format, x_bits=options.x_bits, compensated=compensated))
            progress.advance(bar)
        progress.update(bar, description="networks made")
        seen = progress.add_task("pictures", total=len(paths))
        right, same = pictures.measure(runs, paths, labels, on_pictures=lambda count: progress.advance(seen, count))
    return [{"weights": text, "compensated": compensated, "pictures": len(paths), "accuracy": float(accuracy),
             "agreement with float": float(agreement)}
            for (text, _, compensated), accuracy, agreement in zip(wanted, right, same, strict=True)]


def _text(options, wanted, progress):
    from . import text

    task = text.trained()
    numbers, unknown = text.numbers_of(options.text, task, options.limit)
    rows = []
    with progress:
        bar = progress.add_task("networks", total=len(wanted))
        for name, format, compensated in wanted:
            progress.update(bar, description=f"{name}{', compensated' * compensated}")
            found = text.measure(task, numbers, format, x_bits=options.x_bits, compensated=compensated)
            rows.append({"weights": name, "compensated": compensated, "words": len(numbers), "unknown words": unknown,
                         "perplexity": found})
            progress.advance(bar)
    return rows


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (data or a package is missing) or 2 (bad arguments)."""
    return run(main, arguments, failures=(DataMissing,))


if __name__ == "__main__":
    sys.exit(command())
