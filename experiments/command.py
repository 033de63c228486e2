"""``lowtide experiment``: runs experiments on quantised networks."""

import sys
from pathlib import Path

import click
from rich.console import Console

from lowtide.common.command_line import entry
from lowtide.common.options import jobs_option, names_argument, output_option, page_option
from lowtide.common.output import output_folder, write_page

from .framework.report import page as page_of
from .framework.report import table, write
from .framework.running import WorkerDied, kept_results
from .framework.running import run as computed
from .runs.catalogue import EXPERIMENTS, chosen

__all__ = ["experiment"]


@entry(epilog="; ".join(f"{name}: {each.description}" for name, each in EXPERIMENTS.items()))
@names_argument("name", EXPERIMENTS, "NAME")
@click.option("--quick", is_flag=True, help="on the digits perceptron only, less than a minute")
@click.option("--fresh", is_flag=True, help="compute rows that are kept, too")
@click.option(
    "--kept", is_flag=True, help="compute nothing: the rows that are kept, of networks that have all of theirs"
)
@output_option("build/experiments")
@page_option()
@jobs_option()
def experiment(
    name: tuple[str, ...], quick: bool, fresh: bool, kept: bool, output: Path, page: Path | None, jobs: int
) -> int:
    """Run experiments on quantised networks and write a table, the rows and a picture of each.

    Without NAME all of them. Rows are kept in the cache folder: what is there is not computed again, and an
    interruption loses only what was under way. A page has all that were run. Exit status 1 where something is missing,
    or workers died; where they died no page is written.
    """
    experiments = chosen(name)
    if fresh and kept:
        raise ValueError("fresh is given, allowed beside kept is nothing that computes")
    with output_folder(output):
        pass  # before hours of work
    console, progress, failed = Console(width=None if sys.stdout.isatty() else 140), Console(stderr=True), False
    reports = []
    for each in experiments:
        try:
            if kept:
                results = kept_results(each, quick=quick)
            else:
                results = computed(each, quick=quick, fresh=fresh, console=progress, jobs=jobs)
        except WorkerDied as error:
            console.print(f"failed: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
            failed = True
            continue
        report = write(each, results, output)
        reports.append(report)
        if results.rows:
            console.print(table(each, results.rows))
        for note in report.notes:
            console.print(f"- {note}", markup=False, highlight=False)
        for task, reason in results.missing.items():
            console.print(f"missing, {task}: {reason}", style="red", markup=False, highlight=False, soft_wrap=True)
            failed = True
        console.print(
            f"{each.name}: {len(results.rows)} rows, {results.computed} points computed now, made "
            + ", ".join(map(str, report.paths)),
            highlight=False,
            soft_wrap=True,
        )
    if page and len(reports) == len(experiments):
        command = " ".join(["lowtide experiment", *name] + ["--quick"] * quick + ["--kept"] * kept)
        pictures = [report.picture for report in reports if report.picture]
        paths = write_page(page, page_of(reports, command), pictures)
        console.print("made " + ", ".join(map(str, paths)), highlight=False, soft_wrap=True)
    return int(failed)
