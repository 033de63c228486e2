"""Work in child processes, so that one that dies takes nothing with it; what it worked on is done again in pieces."""

import contextlib
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import TypeVar

__all__ = ["in_children"]

Item = TypeVar("Item")
Found = TypeVar("Found")

_fork = multiprocessing.get_context("fork")  # children begin with everything imported


def in_children(
    work: Callable[[list[Item]], Found], pending: list[list[Item]], *, jobs: int, patience: float
) -> Iterator[tuple[list[Item], Found | int | None]]:
    """``work(items)`` for each list of items, each in a child process, so many at a time.

    Parameters
    ----------
    work
        Its result must be one that can be sent between processes, and not None.
    pending : list of lists
        Of items.
    jobs : int
        Processes.
    patience : float
        Seconds after which something is yielded in any case.

    Yields
    ------
    A pair of the items and the result as they come; where a child dies, of its single item and the status that it
    ended with, an int; ``([], None)`` where nothing came.
    """
    pending = list(reversed(pending))
    running: dict[Connection[Found, Found], tuple[ForkProcess, list[Item]]] = {}
    try:
        while pending or running:
            while pending and len(running) < jobs:
                items = pending.pop()
                receiver, sender = _fork.Pipe(duplex=False)
                child = _fork.Process(target=_work, args=(work, items, sender), daemon=False)
                child.start()
                sender.close()
                running[receiver] = child, items
            ready = wait(list(running), timeout=patience)
            if not ready:
                yield [], None
            for receiver, (child, items) in [each for each in running.items() if each[0] in ready]:
                del running[receiver]
                result: Found | None = None
                with contextlib.suppress(EOFError):
                    result = receiver.recv()
                child.join()
                if result is not None:
                    yield items, result
                elif len(items) == 1:
                    yield items, child.exitcode
                else:
                    pending += [[item] for item in items]
    finally:
        for child, _ in running.values():
            child.terminate()
        for child, _ in running.values():
            child.join()


def _work(work: Callable[[list[Item]], Found], items: list[Item], sender: "Connection[Found, Found]") -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: sys.exit(1))  # leaves no folder and no tool behind
    sender.send(work(items))
