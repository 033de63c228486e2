"""How many threads PyTorch computes with: sums depend on it, so a training states it."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

__all__ = ["threads_of"]


@contextmanager
def threads_of(torch: ModuleType, count: int) -> Iterator[None]:
    """Meanwhile PyTorch computes with ``count`` threads, however many cores there are."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
