"""Ctrl-C ends a sweep at the next result at the latest.

Python raises ``KeyboardInterrupt`` wherever the main thread is, and loses it where that is a callback of its own.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["interruptible"]


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Yields a function to call now and then: it raises ``KeyboardInterrupt`` where one came and was lost."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None  # signals are not for other threads
        return
    came = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        came.set()
        raise KeyboardInterrupt

    def check() -> None:
        if came.is_set():
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)
