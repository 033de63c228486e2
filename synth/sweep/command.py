"""``lowtide sweep``: explores a design space."""

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import TimeRemainingColumn
from rich.table import Table

from lowtide.common.command_line import entry
from lowtide.common.options import Integer, Names, OneOf, jobs_option, output_option
from lowtide.common.progress import progress_bar

from .front import DEFAULT, RANKED, best, front
from .interruption import interruptible
from .report import cells, headings, right, write
from .results import Results, select
from .rows import Row
from .space import read
from .work import Priced
from .workers import WorkerError, on_cluster, on_this_machine

__all__ = ["sweep"]


@entry(failures=(WorkerError,), interrupted="interrupted: what was done is kept, the same command goes on")
@click.argument("file", metavar="FILE")
@output_option("build/sweep")
@jobs_option()
@click.option(
    "--dask", metavar="ADDRESS", help="scheduler of a Dask cluster that does the work instead, such as tcp://host:8786"
)
@click.option(
    "--filter",
    "condition",
    metavar="CONDITION",
    help="show only these points: a condition as of SQL, such as \"w_bits <= 4 and family == 'term'\"",
)
@click.option("--top", type=Integer(0), default=10, metavar="N", show_default=True, help="list the best N points")
@click.option(
    "--by", type=OneOf(RANKED), default="area_per_mac", metavar="COLUMN", show_default=True, help="of this column"
)
@click.option(
    "--front",
    "columns",
    type=Names(RANKED),
    default=",".join(DEFAULT),
    metavar="LIST",
    show_default=True,
    help="columns of the Pareto front",
)
def sweep(
    file: str,
    output: Path,
    jobs: int,
    dask: str | None,
    condition: str | None,
    top: int,
    by: str,
    columns: tuple[str, ...],
) -> int:
    """Price every point of a design space, once. FILE is the space, such as synth/sweep/sweep.toml.

    What is priced is kept in sweep.sqlite in the output folder: a sweep that was interrupted, in whatever way, goes on
    where it stood. Exit status 1 where a point failed or was not done.
    """
    space, path = read(file), output / "sweep.sqlite"
    started, done = time.monotonic(), 0
    lost: dict[str, list[str]] = defaultdict(list)
    with Results.open(path, space) as results:
        select(path, condition)  # a wrong condition is said before the work, not after
        todo, there = results.todo, results.there
        works = on_cluster(todo, dask) if dask else on_this_machine(todo, jobs)
        with progress_bar(TimeRemainingColumn()) as progress, interruptible() as check:
            task = progress.add_task("synthesising", total=there + len(todo), completed=there)
            for work, price in works:
                if isinstance(price, Priced):
                    results.commit(work, price)
                    done += 1
                else:
                    lost[f"{type(price).__name__}: {price}"].append(work.label())
                progress.advance(task)
                check()
        everything, rows = select(path), select(path, condition)
        written = write(rows, output, among=everything, columns=columns, by=by, top=top, where=condition)
    status = Counter(row.status for row in everything)
    console = Console(width=max(Console().width, 120))
    for title, shown in (
        (f"front: {', '.join(columns)}", front(rows, columns)),
        (f"the best {top} of each target by {by}", best(rows, by, top)),
    ):
        _show(console, title, shown, everything)
    for row in everything:
        if row.status == "failed":
            lost[str(row.reason)].append(f"{row.family} {row.mode} on {row.target}")
    for line, those in lost.items():
        console.print(
            f"failed: {line}: {len(those)}, the first one {those[0]}",
            style="red",
            soft_wrap=True,
            markup=False,
            highlight=False,
        )
    print(
        f"{len(everything)} points ({', '.join(f'{count} {name}' for name, count in sorted(status.items()))}), "
        f"{len(rows)} of them shown; {there} designs were there, {done} synthesised in "
        f"{time.monotonic() - started:.0f} s, in:"
    )
    for each in (path, *written):
        print(f"  {each}")
    return 1 if lost else 0


def _show(console: Console, title: str, rows: Sequence[Row], among: Sequence[Row]) -> None:
    if rows:
        table, numbers = Table(title=title, title_justify="left"), right(rows)
        for place, name in enumerate(headings(rows)):
            table.add_column(name, justify="right" if place in numbers else "left", overflow="fold")
        for each in cells(rows, among):
            table.add_row(*each)
        console.print(table)
