"""Run experiments::

    python -m lowtide.experiments [NAME ...] [--quick] [--fresh] [-o DIR]

Rows are kept in the cache folder: what is there is not computed again, and an interruption loses only what was under
way.
"""

import sys
from pathlib import Path

from rich.console import Console

from lowtide.common.command_line import Parser, output_path, run

from .framework.report import table, write
from .framework.running import WorkerDied
from .framework.running import run as computed
from .runs.catalogue import EXPERIMENTS, chosen

__all__ = ["command", "main"]


def main(arguments):
    """Run experiments on quantised networks and write a table, the rows and a picture of each."""
    parser = Parser(prog="python -m lowtide.experiments", description=main.__doc__,
                    epilog="; ".join(f"{name}: {each.description}" for name, each in EXPERIMENTS.items()))
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(EXPERIMENTS)} (default all)")
    parser.add_argument("--quick", action="store_true", help="on the digits perceptron only, less than a minute")
    parser.add_argument("--fresh", action="store_true", help="compute rows that are kept, too")
    parser.add_argument("-o", "--output", type=output_path, metavar="DIR", default=Path("build/experiments"),
                        help="folder (default: %(default)s)")
    options = parser.parse_args(arguments)
    experiments, folder = chosen(options.names), options.output
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"output is {folder}: {error.strerror.lower()}, allowed are folders to write to") from None
    console, progress, failed = Console(width=None if sys.stdout.isatty() else 140), Console(stderr=True), False
    for experiment in experiments:
        try:
            results = computed(experiment, quick=options.quick, fresh=options.fresh, console=progress)
        except WorkerDied as error:
            console.print(f"failed: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
            failed = True
            continue
        paths, notes = write(experiment, results, folder)
        if results.rows:
            console.print(table(experiment, results.rows))
        for note in notes:
            console.print(f"- {note}", markup=False, highlight=False)
        for task, reason in results.missing.items():
            console.print(f"missing, {task}: {reason}", style="red", markup=False, highlight=False, soft_wrap=True)
            failed = True
        console.print(f"{experiment.name}: {len(results.rows)} rows, {results.computed} points computed now, made "
                      + ", ".join(map(str, paths)), highlight=False, soft_wrap=True)
    return int(failed)


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (something is missing, or workers died) or 2 (bad arguments)."""
    return run(main, arguments)


if __name__ == "__main__":
    sys.exit(command())
