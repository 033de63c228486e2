"""Tasks in worker processes: each that has run on the RTL is kept, so the same command goes on."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from joblib import Parallel, delayed, parallel_config

from lowtide.common.folders import cache_folder
from lowtide.common.progress import progress_bar
from lowtide.common.threads import one_thread
from lowtide.workloads.data.fetch import DataMissing

from .measured import Measured, Use, measure
from .networks import WholeNetwork
from .tasks import Task

__all__ = ["run_tasks"]


def run_tasks(
    tasks: Sequence[Task],
    networks: Mapping[str, WholeNetwork],
    *,
    jobs: int,
    rtl: Use,
    quick: bool,
    tensors: bool = False,
) -> tuple[list[Measured], list[str]]:
    """What tasks take, in their order, and why networks are missing, a line each.

    Parameters
    ----------
    tasks : sequence of Task
    networks : mapping of str to WholeNetwork
        By the names that tasks have.
    jobs : int
        Processes at a time.
    rtl : Use
    quick, tensors : bool
        As of :func:`lowtide.experiments.whole_networks.measured.measure`.
    """
    run = partial(_one, networks=networks, rtl=rtl, quick=quick, tensors=tensors, folder=str(cache_folder()))
    missing: dict[str, str] = {}
    found: dict[Task, Measured] = {}
    with progress_bar(counted="runs") as progress:
        bar = progress.add_task("networks on machines", total=len(tasks))
        for task, measured, reason in _each(run, tasks, jobs):
            progress.update(bar, advance=1, description=f"{task.network} on {task.machine}")
            if measured:
                found[task] = measured
            else:
                missing[task.network] = reason
    return [found[task] for task in tasks if task in found], [f"{name}: {why}" for name, why in missing.items()]


def _each(
    run: "partial[tuple[Task, Measured | None, str]]", tasks: Sequence[Task], jobs: int
) -> Iterator[tuple[Task, Measured | None, str]]:
    if jobs == 1 or len(tasks) == 1:
        yield from map(run, tasks)
        return
    with parallel_config(backend="loky", n_jobs=jobs, inner_max_num_threads=1):
        yield from Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="n_jobs")(
            delayed(run)(task) for task in tasks
        )


def _one(
    task: Task, *, networks: Mapping[str, WholeNetwork], rtl: Use, quick: bool, tensors: bool, folder: str
) -> tuple[Task, Measured | None, str]:
    os.environ["LOWTIDE_CACHE"] = folder  # workers outlive a run, and so would the folder that they began with
    try:
        with one_thread():
            return task, measure(task, networks[task.network], rtl=rtl, quick=quick, tensors=tensors), ""
    except DataMissing as error:
        return task, None, str(error)
