"""Work in several processes."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

__all__ = ["in_processes"]

Item = TypeVar("Item")
Found = TypeVar("Found")


def in_processes(work: Callable[[Item], Found], items: Sequence[Item], *, jobs: int) -> Iterator[tuple[Item, Found]]:
    """Pairs of an item and ``work(item)``, as each is done; ``work`` is a function of a module.

    An exception ends it, Ctrl-C as well, when the items that are under way are done. One job, or one item, needs no
    process besides this one.
    """
    if jobs == 1 or len(items) < 2:
        for item in items:
            yield item, work(item)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(items)), mp_context=context, initializer=_ignore_interruptions) as pool:
        waiting = {pool.submit(work, item): item for item in items}
        try:
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _ignore_interruptions() -> None:
    """Ctrl-C reaches every process of a terminal; the one that began the work ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
