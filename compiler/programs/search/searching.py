"""Candidates tried one after the other.

Plans that begin with other tensors in the feature memory are compared by their whole lists. The best of them is changed
layer by layer: what makes the list of a few neighbours shorter is kept, and the whole list says at the end of each
round whether the round was worth it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol, TypeVar

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph

from ...cycles import BusTiming, ListTimes, list_cycles
from ...explain.layer_times import layer_times
from ...lists.layer_records import Layer
from ...lists.program import Image
from ...plan.estimate import product_cycles, work_cycles
from ...plan.placement.addresses import Placement
from ...plan.placement.placement import placements
from ...plan.problem import Problem
from ...plan.ways.cascade import Cascade
from ...plan.ways.ways import Ways
from .candidates import Candidate, candidates
from .choice import Choice
from .window import Windows

__all__ = ["Search", "Searched", "searched"]


@dataclass(frozen=True, kw_only=True)
class Search:
    """A search to be made.

    Parameters
    ----------
    candidates : int
        That are looked at, at most.
    bus : BusTiming
        Of the machine whose cycles are to become fewer.
    told : callable, optional
        Called with the number of candidates that have been looked at.

    Raises
    ------
    ValueError
        Less than one candidate.
    """

    candidates: int
    bus: BusTiming = BusTiming()
    told: Callable[[int], None] | None = None

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise ValueError(f"candidates is {self.candidates}, allowed are 1 and more")


@dataclass(frozen=True, kw_only=True)
class Searched:
    """What a search found.

    Parameters
    ----------
    before, after : int
        Exact cycles of the whole list.
    looked : int
        Candidates that were looked at.
    """

    before: int
    after: int
    looked: int

    @property
    def text(self) -> str:
        """For people."""
        less = 100 * (1 - self.after / self.before)
        return (
            f"search: {self.before:,} cycles before, {self.after:,} after, {less:.2f} % fewer; "
            f"{self.looked:,} candidates looked at"
        )


class Whole(Protocol):
    """A program, as far as the search looks at it."""

    @property
    def image(self) -> Image: ...
    @property
    def layers(self) -> tuple[Layer, ...]: ...
    @property
    def placement(self) -> Placement: ...


Made = TypeVar("Made", bound=Whole)


def searched(
    wanted: Search,
    network: QuantisedGraph,
    problem: Problem,
    constants: Collection[str],
    start: Made,
    make: Callable[[Placement], Made],
) -> tuple[Made, Searched]:
    """The fastest program found, the first one where none is faster, and what was found.

    Parameters
    ----------
    wanted : Search
    network, problem
        Of the program.
    constants : collection of str
        Tensors that nothing makes.
    start : Whole
        The program as it is planned.
    make : callable
        Makes the program of a placement.
    """
    best, times, count = start, _times(start, problem, wanted), _Count(wanted)
    before, seen = times.cycles, [_places(start.placement)]
    for placement in placements(problem):
        if _places(placement) in seen or not count.one():
            continue
        seen.append(_places(placement))
        try:
            made = make(placement)
        except ValueError:  # a memory for parameters or taps that does not hold them so
            continue
        found = _times(made, problem, wanted)
        if found.cycles < times.cycles:
            best, times = made, found
    windows = Windows(network, problem, wanted.bus, constants=constants, image=best.image)
    looking = _Looking(problem, windows, best.placement, count)
    while looking.round(_wasted(problem, best, times)):
        made = make(looking.placement)
        found = _times(made, problem, wanted)
        if found.cycles >= times.cycles:
            break
        best, times = made, found
    return best, Searched(before=before, after=times.cycles, looked=count.looked)


def _places(placement: Placement) -> object:
    """What a program follows from."""
    return placement.bases, placement.stages, placement.cascades


@dataclass
class _Count:
    """How many candidates have been looked at."""

    wanted: Search
    looked: int = 0

    @property
    def is_over(self) -> bool:
        """Whether no more are allowed."""
        return self.looked == self.wanted.candidates

    def one(self) -> bool:
        """One more, if that is allowed."""
        if self.is_over:
            return False
        self.looked += 1
        if self.wanted.told is not None:
            self.wanted.told(self.looked)
        return True


def _times(made: Whole, problem: Problem, wanted: Search) -> ListTimes:
    return list_cycles(made.image.records(made.image.execution), problem.config, bus=wanted.bus)


def _wasted(problem: Problem, made: Whole, times: ListTimes) -> dict[int, float]:
    """For the first stage of each cascade its cycles in the whole list, less those of its work, about, each done once
    and nothing copied."""
    told = layer_times(made.image.records(made.image.execution), problem.config, made.layers, times)
    found = {}
    for cascade, layer in zip(made.placement.cascades, told, strict=True):
        stages = [problem.stages[number] for number in cascade.numbers]
        least = 0
        for stage in stages:
            form = problem.layouts[stage.makes]
            if stage.product:
                least += product_cycles(stage, problem.layouts, problem.config) * stage.product[-1].count
            elif not stage.host:
                least += work_cycles(stage, form.rows, form.channels, problem.layouts, problem.config)
        found[cascade.first] = float(layer.cycles - least)
    return found


class _Looking:
    """A search under way."""

    def __init__(self, problem: Problem, windows: Windows, placement: Placement, count: _Count) -> None:
        self.problem, self.windows, self.placement, self.count = problem, windows, placement, count
        self.ways, self.choice = Ways(problem), Choice.of(problem, placement)
        self._seen: set[object] = set()  # what has been looked at around which cascades

    def round(self, wasted: dict[int, float]) -> bool:
        """Look at each cascade once, those first that waste most: whether something was kept."""
        before = self.choice
        for first in sorted(wasted, key=lambda number: -wasted[number]):
            if not self.count.is_over:
                self._look(self.choice.cascade_of(first))
        return self.choice is not before

    def _look(self, cascade: Cascade) -> None:
        """Take the best of the candidates of a cascade, if it is better than what is there."""
        around = self._around(cascade.first, cascade.last)
        state = tuple((each, *map(self.choice.tilings.get, each.numbers)) for each in around), self.choice.inside
        if state in self._seen:
            return
        self._seen.add(state)
        best, gain = None, 0
        for candidate in candidates(self.problem, self.ways, self.choice, cascade):
            placement = candidate.choice.placement(self.problem)
            if placement is None:
                continue
            if not self.count.one():
                break
            found = self._gain(candidate, placement)
            if found > gain:
                best, gain = (candidate.choice, placement), found
        if best is not None:
            self.choice, self.placement = best

    def _gain(self, candidate: Candidate, placement: Placement) -> int:
        """Cycles that a candidate takes less, by the lists of what it changes and of what runs before and behind."""
        around = self._around(candidate.first, candidate.last)
        stages = around[0].first, around[-1].last
        before = self.windows.cycles(self.placement, *stages)
        try:
            return before - self.windows.cycles(placement, *stages)
        except ValueError:  # a memory for parameters or taps that does not hold them so
            return 0

    def _around(self, first: int, last: int) -> tuple[Cascade, ...]:
        """The cascades of some stages, the one before and the one behind."""
        cascades = self.choice.cascades
        places = [place for place, each in enumerate(cascades) if each.first <= last and first <= each.last]
        return cascades[max(0, places[0] - 1) : places[-1] + 2]
