"""Rows computed in worker processes, each kept as soon as it is there: an interruption loses only what is under way.

A point whose data or packages are missing is told of with the command that gets them; the others run. A worker that
dies takes its points with it; they are computed once more.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError
from rich.console import Console

from lowtide.common.folders import cache_folder
from lowtide.common.jobs import default_jobs
from lowtide.common.progress import progress_bar, status
from lowtide.common.threads import one_thread
from lowtide.workloads.data.fetch import DataMissing

from .experiment import Experiment, Point, Series
from .rows import kept, made

__all__ = ["Results", "RowFailed", "WorkerDied", "kept_results", "run"]

_ATTEMPTS = 2


class WorkerDied(RuntimeError):
    """Worker processes died again and again, most likely for lack of memory."""


class RowFailed(RuntimeError):
    """A row could not be computed: a mistake in the experiment, not in its arguments."""


@dataclass(frozen=True)
class Results:
    """What became of an experiment.

    Parameters
    ----------
    rows : list
        Of the points that could be computed, in their order, as values.
    stated : list of dict
        The same as JSON holds them.
    missing : dict of str to str
        By task of the others, the reason with the command that helps.
    computed : int
        Points whose rows were not kept before.
    """

    rows: list[Any]
    stated: list[dict[str, Any]]
    missing: dict[str, str]
    computed: int


def run(
    experiment: Experiment,
    *,
    quick: bool = False,
    fresh: bool = False,
    console: Console | None = None,
    jobs: int | None = None,
) -> Results:
    """Compute the rows of an experiment that are not kept.

    Parameters
    ----------
    experiment : Experiment
        What is computed.
    quick : bool
        Whether only the points that a test can afford.
    fresh : bool
        Compute every row.
    console : Console or None
        For progress, of standard error if None.
    jobs : int or None
        Workers, one a core if None.

    Raises
    ------
    WorkerDied
        Twice.
    RowFailed
        A row could not be computed.
    """
    points = experiment.points(quick)
    found = {point: None if fresh else kept(series.row, point) for point, series in points.items()}
    waiting = [point for point, row in found.items() if row is None]
    missing, computed = _prepare(experiment, waiting, console), 0
    with progress_bar(counted="points", console=console) as progress:
        bar = progress.add_task(experiment.name, total=len(points), completed=len(points) - len(waiting))
        for attempt in range(_ATTEMPTS):
            waiting = [point for point in waiting if found[point] is None and point.task not in missing]
            try:
                work = [(points[point].row, point) for point in waiting]
                for point, row, reason in _computed(work, fresh, jobs or default_jobs()):
                    if reason is not None:
                        missing[point.task] = reason
                    else:
                        found[point], computed = row, computed + 1
                    progress.update(bar, advance=1, description=f"{experiment.name}: {point.task}")
                break
            except TerminatedWorkerError as error:
                if attempt + 1 == _ATTEMPTS:
                    raise WorkerDied(
                        f"a worker process of {experiment.name} was ended from outside, twice; rows that "
                        "were done are kept, the same command goes on"
                    ) from error
        progress.update(bar, description=experiment.name)
    return _results(points, {point: row for point, row in found.items() if row is not None}, missing, computed)


def kept_results(experiment: Experiment, *, quick: bool = False) -> Results:
    """The rows that are kept, of the tasks that have all of theirs; the other tasks are missing. Nothing is computed.

    Parameters
    ----------
    experiment : Experiment
        Whose rows.
    quick : bool
        Whether only the points that a test can afford.
    """
    points = experiment.points(quick)
    found = {point: kept(series.row, point) for point, series in points.items()}
    wanted = Counter(point.task for point in found)
    lacking = Counter(point.task for point, row in found.items() if row is None)
    missing = {
        task: f"{count} of {wanted[task]} points are not computed; compute them with: lowtide experiment "
        f"{experiment.name}"
        for task, count in lacking.items()
    }
    rows = {point: row for point, row in found.items() if point.task not in lacking}
    return _results(points, rows, missing, 0)


def _results(points: Mapping[Any, Series], rows: Mapping[Any, Any], missing: dict[str, str], computed: int) -> Results:
    """rows: what row functions returned, a dictionary or a list of them each, by point."""
    stated = [
        (points[point], each) for point, row in rows.items() for each in (row if isinstance(row, list) else [row])
    ]
    return Results([series.read(row) for series, row in stated], [row for _, row in stated], missing, computed)


def _prepare(experiment: Experiment, points: Sequence[Point], console: Console | None) -> dict[str, str]:
    """``{task: reason}`` of the tasks of points that lack something; the others have it then."""
    missing: dict[str, str] = {}
    tasks = dict.fromkeys(point.task for point in points)
    for number, task in enumerate(tasks, start=1):
        said = f"{experiment.name}: preparing {task} ({number} of {len(tasks)})"
        with status(said, console):
            try:
                experiment.prepare(task)
            except DataMissing as error:
                missing[task] = str(error)
    return missing


def _computed(
    work: Sequence[tuple[Callable[[Any], Any], Point]], fresh: bool, jobs: int
) -> Iterator[tuple[Any, Any, str | None]]:
    """``(point, row, reason)`` of every row function and point as it is done, one of the last two None."""
    if not work:
        return
    with parallel_config(backend="loky", n_jobs=jobs, inner_max_num_threads=1):
        yield from Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="n_jobs")(
            delayed(_row)(row, point, fresh, str(cache_folder())) for row, point in work
        )


def _row(row: Callable[[Any], Any], point: Point, fresh: bool, folder: str) -> tuple[Point, Any, str | None]:
    os.environ["LOWTIDE_CACHE"] = folder  # workers outlive a run, and so would the folder that they began with
    try:
        with one_thread():
            return point, made(row, point, fresh=fresh), None
    except DataMissing as error:
        return point, None, str(error)
    except Exception as error:
        raise RowFailed(f"{point}: {error}") from error
