"""``lowtide experiment``: runs experiments on quantised networks."""

import sys
from pathlib import Path

import click
from rich.console import Console

from lowtide.common.command_line import entry
from lowtide.common.options import OutputPath, jobs_option, names_argument, output_option
from lowtide.common.output import output_folder, write_page

from .framework.report import page, table, write
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
@click.option("--pages", type=OutputPath(), metavar="DIR", help="write a page of each, NAME.md, there as well")
@jobs_option()
def experiment(
    name: tuple[str, ...], quick: bool, fresh: bool, kept: bool, output: Path, pages: Path | None, jobs: int
) -> int:
    """Run experiments on quantised networks and write a table, the rows and a picture of each.

    Without NAME all of them. Rows are kept in the cache folder: what is there is not computed again, and an
    interruption loses only what was under way. Each that has rows gets its page. Exit status 1 where something is
    missing, or workers died.
    """
    experiments = chosen(name)
    if fresh and kept:
        raise ValueError("fresh is given, allowed beside kept is nothing that computes")
    with output_folder(output):
        pass  # before hours of work
    console, progress, failed = Console(width=None if sys.stdout.isatty() else 140), Console(stderr=True), False
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
        if results.rows:
            console.print(table(each, results.rows))
        for note in report.notes:
            console.print(f"- {note}", markup=False, highlight=False)
        for task, reason in results.missing.items():
            console.print(f"missing, {task}: {reason}", style="red", markup=False, highlight=False, soft_wrap=True)
            failed = True
        paths = list(report.paths)
        if pages and report.picture:
            command = " ".join(["lowtide experiment", each.name] + ["--quick"] * quick + ["--kept"] * kept)
            paths += write_page(pages / f"{each.name}.md", page(report, command), [report.picture])
        console.print(
            f"{each.name}: {len(results.rows)} rows, {results.computed} points computed now, made "
            + ", ".join(map(str, paths)),
            highlight=False,
            soft_wrap=True,
        )
    return int(failed)
