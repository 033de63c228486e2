"""Cycles in which something happens, many of which are repetitions of others."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Times"]


class Times:
    """Cycles in the order of time, and how many parts they came in."""

    def __init__(self) -> None:
        self.parts: list[range | NDArray[np.int64]] = []

    def __len__(self) -> int:
        return len(self.parts)

    def add(self, first: int, end: int, step: int = 1) -> None:
        """Those of a range."""
        self.parts.append(range(first, end, step))

    def repeat(self, count: int, cycles: int, times: int) -> None:
        """The last parts come again so often, so many cycles later each time."""
        if count:
            part = self.array(len(self.parts) - count)
            self.parts.append((part[None] + cycles * np.arange(1, times + 1)[:, None]).ravel())

    def array(self, first: int = 0) -> NDArray[np.int64]:
        """All of them, from a part on."""
        found = [np.asarray(part, np.int64) for part in self.parts[first:]]
        return np.concatenate([*found, np.zeros(0, np.int64)])
