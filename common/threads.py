"""Floating point whose bits do not depend on how many cores there are: libraries of linear algebra with one thread.

With several they add in another order, so that a scale of a calibrated network, and with it codes, differ between
machines, and between a run of one job and one of two.
"""

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["one_thread"]


@contextmanager
def one_thread() -> Iterator[None]:
    """Libraries of linear algebra that are loaded have one thread inside of the context; needs threadpoolctl."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
