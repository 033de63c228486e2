"""What happens when: calls at cycles, in order of time."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Agenda"]


@dataclass
class Agenda:
    """Calls that are still to be made; one may add others, not before its own cycle."""

    calls: list[tuple[int, int, int, Callable[[int], None]]] = field(default_factory=list)
    number: int = 0

    def at(self, cycle: int, call: Callable[[int], None], *, late: bool = False) -> None:
        """Call in a cycle, with it; ``late`` behind all other calls of the cycle."""
        heapq.heappush(self.calls, (cycle, late, self.number, call))
        self.number += 1

    def run(self) -> None:
        """Make all calls."""
        while self.calls:
            cycle, _, _, call = heapq.heappop(self.calls)
            call(cycle)
