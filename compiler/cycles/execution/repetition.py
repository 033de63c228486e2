"""Steps that repeat: when the state after one is that after an earlier one, only later, all between them does."""

from collections.abc import Hashable
from dataclasses import dataclass, field

__all__ = ["Repetition"]


@dataclass
class Repetition:
    """States after steps, and where each was met first.

    Parameters
    ----------
    seen : dict
        Of a state the number of the step and what was counted by then.
    """

    seen: dict[Hashable, tuple[int, tuple[int, ...]]] = field(default_factory=dict)

    def find(self, key: Hashable, number: int, counts: tuple[int, ...], end: int) -> tuple[int, int, tuple[int, ...]]:
        """A state after a step.

        Parameters
        ----------
        key : hashable
            All that decides what follows, in times relative to each other.
        number : int
            Of the step.
        counts : tuple of int
            What grows by the same amounts each time.
        end : int
            Steps before this one are alike.

        Returns
        -------
        times, steps, growth : int, int and tuple of int
            How often the steps since the same state can be repeated before ``end``, how many they are, and by how much
            the counts grow each time. None: 0.
        """
        before = self.seen.get(key)
        if before is None:
            self.seen[key] = number, counts
            return 0, 0, ()
        steps = number - before[0]
        times = max(0, end - 1 - number) // steps
        return times, steps, tuple([new - old for new, old in zip(counts, before[1], strict=True)])
