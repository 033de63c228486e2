"""Work in child processes, so that one that dies takes nothing with it; what it worked on is done again in pieces."""

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait

__all__ = ["in_children"]

_fork = multiprocessing.get_context("fork")  # children begin with everything imported


def in_children(work: Callable, pending: list[list], *, jobs: int, patience: float) -> Iterator[tuple[list, object]]:
    """``work(items)`` for each list of items, each in a child process, so many at a time.

    Parameters
    ----------
    work: its result must be one that can be sent between processes
    pending: lists of items
    jobs: processes
    patience: seconds after which something is yielded in any case

    Yields
    ------
    A pair of the items and the result as they come; where a child dies, of its single item and the status that it
    ended with, an int; ``([], None)`` where nothing came.
    """
    pending, running = list(reversed(pending)), {}
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
            for receiver in ready:
                child, items = running.pop(receiver)
                try:
                    result = receiver.recv()
                except EOFError:
                    result = None
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


def _work(work, items, sender):
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: sys.exit(1))  # leaves no folder and no tool behind
    sender.send(work(items))
