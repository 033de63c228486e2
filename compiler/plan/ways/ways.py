"""The ways to run stages, alone or together: each is looked at once."""

from collections.abc import Collection

from ..problem import Problem
from .cascade import Cascade, cascades_of
from .tiling import Tiling, least_atoms, tilings

__all__ = ["Ways"]


class Ways:
    """The ways to run the stages of a problem, for tensors outside that are given each time.

    Parameters
    ----------
    problem : Problem
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._touched = [frozenset((stage.makes, *stage.reads)) for stage in problem.stages]
        self._alone: dict[tuple[int, frozenset[str]], list[tuple[int, int, Tiling]]] = {}
        self._least: dict[tuple[int, frozenset[str]], int | None] = {}
        self._together: dict[tuple[int, int, frozenset[str]], list[tuple[int, int, Cascade]]] = {}

    def alone(self, number: int, outside: Collection[str]) -> list[tuple[int, int, Tiling]]:
        """The tilings of a stage: cycles, atoms and tiling, the fastest first."""
        problem, key = self.problem, (number, self._touched[number].intersection(outside))
        stage = problem.stages[number]
        if stage.host:  # which takes no time and no atoms of the machine
            made = problem.layouts[stage.makes]
            return [(0, 0, Tiling(rows=made.rows, channels=made.channels, parts_first=True))]
        if key not in self._alone:
            self._alone[key] = tilings(stage, problem.layouts, key[1], problem.config)
        return self._alone[key]

    def least(self, number: int, outside: Collection[str]) -> int | None:
        """The fewest atoms that a stage can do with, None where its weights or parameters do not fit."""
        problem, key = self.problem, (number, self._touched[number].intersection(outside))
        if problem.stages[number].host:
            return 0
        if key not in self._least:
            self._least[key] = least_atoms(problem.stages[number], problem.layouts, key[1], problem.config)
        return self._least[key]

    def together(self, first: int, last: int, outside: Collection[str]) -> list[tuple[int, int, Cascade]]:
        """The cascades of some stages: cycles, atoms and cascade, the fastest first."""
        touched = frozenset[str]().union(*self._touched[first : last + 1])
        key = first, last, touched.intersection(outside)
        if key not in self._together:
            self._together[key] = cascades_of(self.problem, first, last, key[2])
        return self._together[key]
