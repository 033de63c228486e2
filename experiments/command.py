"""``lowtide experiment``: runs experiments on quantised networks."""

import sys

import click
from rich.console import Console

from lowtide.common.command_line import entry
from lowtide.common.options import jobs_option, names_argument, output_option
from lowtide.common.output import output_folder

from .framework.report import table, write
from .framework.running import WorkerDied
from .framework.running import run as computed
from .runs.catalogue import EXPERIMENTS, chosen

__all__ = ["experiment"]


@entry(epilog="; ".join(f"{name}: {each.description}" for name, each in EXPERIMENTS.items()))
@names_argument("name", EXPERIMENTS, "NAME")
@click.option("--quick", is_flag=True, help="on the digits perceptron only, less than a minute")
@click.option("--fresh", is_flag=True, help="compute rows that are kept, too")
@output_option("build/experiments")
@jobs_option()
def experiment(name, quick, fresh, output, jobs):
    """Run experiments on quantised networks and write a table, the rows and a picture of each.

    Without NAME all of them. Rows are kept in the cache folder: what is there is not computed again, and an
    interruption loses only what was under way. Exit status 1 where something is missing, or workers died.
    """
    experiments = chosen(name)
    with output_folder(output):
        pass  # before hours of work
    console, progress, failed = Console(width=None if sys.stdout.isatty() else 140), Console(stderr=True), False
    for each in experiments:
        try:
            results = computed(each, quick=quick, fresh=fresh, console=progress, jobs=jobs)
        except WorkerDied as error:
            console.print(f"failed: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
            failed = True
            continue
        paths, notes = write(each, results, output)
        if results.rows:
            console.print(table(each, results.rows))
        for note in notes:
            console.print(f"- {note}", markup=False, highlight=False)
        for task, reason in results.missing.items():
            console.print(f"missing, {task}: {reason}", style="red", markup=False, highlight=False, soft_wrap=True)
            failed = True
        console.print(
            f"{each.name}: {len(results.rows)} rows, {results.computed} points computed now, made "
            + ", ".join(map(str, paths)),
            highlight=False,
            soft_wrap=True,
        )
    return int(failed)
