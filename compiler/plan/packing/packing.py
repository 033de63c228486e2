"""Things that live for some time in a memory, each at a place where no other lives at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

__all__ = ["Life", "Packed", "Packer", "Packing", "first_fit", "lower_bound"]


class Packer(Enum):
    """How places are found."""

    FIRST_FIT = "first-fit"  #: each at the lowest place that is free, or the highest
    SOLVER = "solver"  #: so, and by a solver of constraints where that does not reach the lower bound


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


@dataclass(frozen=True, kw_only=True)
class Packing:
    """How well something is packed.

    Parameters
    ----------
    memory : str
        For people.
    used, bound : int
        Bytes: in use at some time, and those that no packing of the same does without.
    """

    memory: str
    used: int
    bound: int

    @property
    def ratio(self) -> float:
        """Of the used bytes to the bound: 1 is the best."""
        return self.used / self.bound if self.bound else 1.0

    @property
    def text(self) -> str:
        """For people."""
        return f"{self.memory} {self.used:,} bytes, {self.ratio:.3f} times the lower bound"


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

    def packing(self, memory: str, unit: int) -> Packing:
        """How well these lives are packed, in a memory of units of so many bytes."""
        used, end = 0, 0
        for place, life in sorted(self.lives, key=lambda each: each[0]):
            used += max(0, place + life.size - max(place, end))
            end = max(end, place + life.size)
        bound = lower_bound([life for _, life in self.lives])
        return Packing(memory=memory, used=unit * used, bound=unit * bound)


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
