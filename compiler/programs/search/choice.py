"""What a placement follows from: the tensors that stay, the cascades, and how each stage is cut."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

from ...plan.placement.addresses import Placement, addressed
from ...plan.problem import Problem
from ...plan.ways.cascade import Cascade
from ...plan.ways.tiling import Tiling, buffer_atoms
from ...plan.ways.ways import Ways

__all__ = ["Choice"]


class _Stated(Ways):
    """Ways of which stages alone have one, which is stated."""

    def __init__(self, problem: Problem, stated: Mapping[int, Tiling]) -> None:
        super().__init__(problem)
        self.stated = stated

    def alone(self, number: int, outside: Collection[str]) -> list[tuple[int, int, Tiling]]:
        problem, tiling = self.problem, self.stated[number]
        stage = problem.stages[number]
        atoms = 0 if stage.host else buffer_atoms(stage, tiling, problem.layouts, outside, problem.config)
        return [(0, atoms, tiling)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """How a network is run.

    Parameters
    ----------
    inside : tuple of str
        Tensors that stay in the feature memory.
    cascades : tuple of Cascade
        All stages, in order; each one of the host by itself.
    tilings : mapping of int to Tiling
        Of the stages that run alone, by number.
    """

    inside: tuple[str, ...]
    cascades: tuple[Cascade, ...]
    tilings: Mapping[int, Tiling]

    @classmethod
    def of(cls, problem: Problem, placement: Placement) -> Self:
        """That of a placement."""
        cascades: list[Cascade] = []
        for cascade in placement.cascades:
            is_host = bool(problem.stages[cascade.first].host)
            cascades += [Cascade(first=each, last=each) for each in cascade.numbers] if is_host else [cascade]
        alone = [cascade.first for cascade in cascades if cascade.first == cascade.last]
        tilings = {number: placement.stages[number].tiling for number in alone}
        return cls(inside=tuple(placement.bases), cascades=tuple(cascades), tilings=tilings)

    def outside(self, problem: Problem) -> frozenset[str]:
        """The tensors that do not stay."""
        return frozenset(problem.lives).difference(self.inside)

    def cascade_of(self, number: int) -> Cascade:
        """The cascade that has a stage."""
        return next(cascade for cascade in self.cascades if number in cascade.numbers)

    def room(self, problem: Problem, cascade: Cascade) -> int:
        """Atoms of the feature memory that buffers of some stages can have: no tensor that stays lives in them."""
        lives = [problem.lives[tensor] for tensor in self.inside]
        held = sum(life.size for life in lives if life.first <= cascade.last and cascade.first <= life.last)
        return problem.config.feature_atoms - held

    def changed(self, cascades: Mapping[Cascade, Tiling | None]) -> Self:
        """The choice with these in the place of all that have one of their stages; of each that is a stage alone how it
        is cut."""
        numbers = {number for cascade in cascades for number in cascade.numbers}
        left = [each for each in self.cascades if numbers.isdisjoint(each.numbers)]
        tilings = {number: tiling for number, tiling in self.tilings.items() if number not in numbers}
        tilings |= {cascade.first: tiling for cascade, tiling in cascades.items() if tiling is not None}
        together = tuple(sorted([*left, *cascades], key=lambda each: each.first))
        return type(self)(inside=self.inside, cascades=together, tilings=tilings)

    def placement(self, problem: Problem) -> Placement | None:
        """Where everything lies, None where there is no room."""
        ways = _Stated(problem, self.tilings)
        outside = self.outside(problem)
        found = addressed(problem, ways, list(self.inside), outside, list(self.cascades), 0.0)
        return found if isinstance(found, Placement) else None
