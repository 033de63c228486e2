"""Explore a design space::

    python -m lowtide.synth.sweep FILE [-o DIR] [--jobs N | --dask ADDRESS] [--filter CONDITION] [--top N] [--by COLUMN]
                               [--front COLUMN ...]

Every point of the file is priced once and kept in ``DIR/sweep.sqlite``. A sweep that was interrupted, in whatever way,
goes on where it stood.
"""

import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from rich.console import Console
from rich.progress import TimeRemainingColumn
from rich.table import Table

from lowtide.common.command_line import Parser, output_path, run
from lowtide.common.progress import progress_bar

from .front import DEFAULT, RANKED, best, front
from .interruption import interruptible
from .report import cells, headings, write
from .results import Results, select
from .space import read
from .workers import WorkerError, on_cluster, on_this_machine


def main(arguments):
    """Do the sweep that the arguments name; returns 1 where a point failed or was not done, else 0."""
    options = _options(arguments)
    space, path = read(options.file), Path(options.output, "sweep.sqlite")
    started, lost, done = time.monotonic(), defaultdict(list), 0
    with Results.open(path, space) as results:
        select(path, options.filter)  # a wrong condition is said before the work, not after
        todo, there = results.todo, results.there
        works = on_cluster(todo, options.dask) if options.dask else on_this_machine(todo, options.jobs)
        with progress_bar(TimeRemainingColumn()) as progress, interruptible() as check:
            task = progress.add_task("synthesising", total=there + len(todo), completed=there)
            for work, price in works:
                if isinstance(price, Exception):
                    lost[f"{type(price).__name__}: {price}"].append(work.label())
                else:
                    results.commit(work, price)
                    done += 1
                progress.advance(task)
                check()
        everything, rows = select(path), select(path, options.filter)
        written = write(rows, options.output, among=everything, columns=options.front, by=options.by, top=options.top,
                        where=options.filter)
    status = Counter(row["status"] for row in everything)
    console = Console(width=max(Console().width, 120))
    for title, shown in ((f"front: {', '.join(options.front)}", front(rows, options.front)),
                         (f"the best {options.top} of each target by {options.by}",
                          best(rows, options.by, options.top))):
        _show(console, title, shown, everything)
    for row in everything:
        if row["status"] == "failed":
            lost[row["reason"]].append(f"{row['family']} {row['mode']} on {row['target']}")
    for line, those in lost.items():
        console.print(f"failed: {line}: {len(those)}, the first one {those[0]}", style="red", soft_wrap=True,
                      markup=False, highlight=False)
    print(f"{len(everything)} points ({', '.join(f'{count} {name}' for name, count in sorted(status.items()))}), "
          f"{len(rows)} of them shown; {there} designs were there, {done} synthesised in "
          f"{time.monotonic() - started:.0f} s, in:")
    for each in (path, *written):
        print(f"  {each}")
    return 1 if lost else 0


def _options(arguments):
    parser = Parser(prog="python -m lowtide.synth.sweep", description="Price every point of a design space, once.")
    parser.add_argument("file", metavar="FILE", help="the space, such as synth/sweep/sweep.toml")
    parser.add_argument("-o", "--output", type=output_path, metavar="DIR", default="build/sweep",
                        help="folder (default build/sweep)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time (default 2)")
    parser.add_argument("--dask", metavar="ADDRESS", help="scheduler of a Dask cluster that does the work instead, "
                        "such as tcp://host:8786")
    parser.add_argument("--filter", metavar="CONDITION", help="show only these points: a condition as of SQL, such as "
                        "\"w_bits <= 4 and family == 'term'\"")
    parser.add_argument("--top", type=int, default=10, metavar="N", help="list the best N points (default 10)")
    parser.add_argument("--by", metavar="COLUMN", default="area_per_mac", help="of this column (default area_per_mac)")
    parser.add_argument("--front", nargs="+", metavar="COLUMN", default=list(DEFAULT),
                        help=f"columns of the Pareto front (default {' '.join(DEFAULT)})")
    options = parser.parse_args(arguments)
    for name, least in (("jobs", 1), ("top", 0)):
        if getattr(options, name) < least:
            raise ValueError(f"{name} is {getattr(options, name)}, allowed are {least} and more")
    for name, columns in (("by", [options.by]), ("front", options.front)):
        for column in columns:
            if column not in RANKED:
                raise ValueError(f"{name} is {column!r}, allowed are {', '.join(RANKED)}")
    return options


def _show(console, title, rows, among):
    if rows:
        table = Table(title=title, title_justify="left")
        for name in headings(rows):
            table.add_column(name, justify="right" if isinstance(rows[0].get(name), (int, float)) else "left",
                             overflow="fold")
        for each in cells(rows, among):
            table.add_row(*each)
        console.print(table)


def command(arguments=None):
    """The command line. Returns the exit status: 0, 1 (a point failed or was not done) or 2 (bad input)."""
    return run(main, arguments, failures=(WorkerError,),
               interrupted="interrupted: what was done is kept, the same command goes on")


if __name__ == "__main__":
    sys.exit(command())
