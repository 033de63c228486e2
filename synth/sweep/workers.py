"""Who does the work: processes on this machine, or the workers of a Dask cluster. Both hand back results as they come.

A result is a pair: the work, and what became of it, or the exception that it ended with.
"""

import multiprocessing
import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from .work import Priced, Work, priced

__all__ = ["WorkerError", "on_cluster", "on_this_machine"]

PATIENCE = 3  #: how often workers may die without a result in between
ANSWER = "10s"  #: how long a scheduler may take to answer


class WorkerError(RuntimeError):
    """Work that was not done because of those who should have done it. What was done before is kept."""


def on_this_machine(works: Iterable[Work], jobs: int) -> Iterator[tuple[Work, Priced | BaseException]]:
    """Do the works in ``jobs`` processes; yields results. Processes that die are replaced."""
    left, deaths = dict.fromkeys(works), 0
    while left:
        pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_die_with_parent)
        try:
            waiting = {pool.submit(priced, work): work for work in left}
            for future in as_completed(waiting):
                work, error = waiting[future], future.exception()
                if isinstance(error, BrokenProcessPool):
                    deaths += 1
                    break
                yield work, error or future.result()
                deaths = 0
                del left[work]
        finally:
            pool.shutdown(cancel_futures=True)
        if deaths == PATIENCE:
            raise WorkerError(
                f"worker processes ended by themselves {PATIENCE} times, memory may be short: "
                f"{len(left)} designs are left"
            )


def on_cluster(works: Iterable[Work], address: str) -> Iterator[tuple[Work, Priced | BaseException]]:
    """Do the works on the Dask cluster whose scheduler has this address; yields results.

    A worker that dies has its work done by others. Raises ``ValueError`` where ``distributed`` is not installed or no
    scheduler answers.
    """
    try:
        import distributed
    except ImportError:
        raise ValueError("dask needs the package distributed: pip install 'lowtide[cluster]'") from None
    try:
        client = distributed.Client(address, timeout=ANSWER)
    except (OSError, ValueError, TypeError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"dask is {address!r}, no scheduler answers there: {said}") from None
    with client:
        waiting = {work.key: work for work in works}
        futures = [
            client.submit(priced, work, key=f"lowtide-{key}", pure=True, retries=PATIENCE)
            for key, work in waiting.items()
        ]
        for future in distributed.as_completed(futures, raise_errors=False):
            if future.status not in ("finished", "error"):
                raise WorkerError(f"the cluster was lost ({future.status}): {len(waiting)} designs are left")
            yield waiting.pop(future.key.removeprefix("lowtide-")), future.exception() or future.result()
            future.release()


def _die_with_parent() -> None:
    """End this process when its parent ends, however that does."""

    def watch() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
