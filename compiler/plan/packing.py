"""Things that live for some time in a memory, each at a place where no other lives at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Life", "first_fit", "lower_bound"]


@dataclass(frozen=True)
class Life:
    """A thing in a memory.

    Parameters
    ----------
    size : int
        Units.
    first, last : int
        Times.
    """

    size: int
    first: int
    last: int

    def meets(self, other: "Life") -> bool:
        """Whether both live at a time."""
        return self.first <= other.last and other.first <= self.last


@dataclass
class Packed:
    """Lives with their places."""

    size: int
    lives: list[tuple[int, Life]]

    def place(self, life: Life, *, from_top: bool = False) -> int | None:
        """Put one more there: the lowest place, or the highest; None where there is none."""
        taken = sorted((first, first + each.size) for first, each in self.lives if each.meets(life))
        gaps, low = [], 0
        for first, end in taken:
            if first - low >= life.size:
                gaps.append((low, first))
            low = max(low, end)
        if self.size - low >= life.size:
            gaps.append((low, self.size))
        if not gaps:
            return None
        found = gaps[-1][1] - life.size if from_top else gaps[0][0]
        self.lives.append((found, life))
        return found


def first_fit(lives: Sequence[Life], size: int) -> list[int] | None:
    """The lowest places of lives, the largest first; None where they do not fit into ``size`` units so."""
    packed, found = Packed(size, []), dict[int, int]()
    for number in sorted(range(len(lives)), key=lambda each: (-lives[each].size, lives[each].first)):
        place = packed.place(lives[number])
        if place is None:
            return None
        found[number] = place
    return [found[number] for number in range(len(lives))]


def lower_bound(lives: Sequence[Life]) -> int:
    """Units that no packing does without: the most that live at a time."""
    times = {each.first for each in lives}
    return max((sum(each.size for each in lives if each.first <= time <= each.last) for time in times), default=0)
