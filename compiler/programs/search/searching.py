"""Candidates tried one after the other: what makes the list of a few neighbours shorter is kept, and the whole list
says at the end of each round whether the round was worth it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol, TypeVar

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph

from ...cycles import BusTiming, ListTimes, list_cycles
from ...explain.layer_times import layer_times
from ...lists.layer_records import Layer
from ...lists.program import Image
from ...plan.addresses import Placement
from ...plan.cascade import Cascade
from ...plan.estimate import product_cycles, work_cycles
from ...plan.problem import Problem
from ...plan.ways import Ways
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
    kept : int
        Changes that the list has.
    """

    before: int
    after: int
    looked: int
    kept: int

    @property
    def text(self) -> str:
        """For people."""
        less = 100 * (1 - self.after / self.before)
        return (
            f"search: {self.before:,} cycles before, {self.after:,} after, {less:.2f} % fewer; "
            f"{self.looked:,} candidates looked at, {self.kept:,} changes kept"
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
    windows = Windows(network, problem, wanted.bus, constants=constants, image=start.image)
    best, times = start, _times(start, problem, wanted)
    first = fewest = times.cycles
    looking = _Looking(wanted, problem, windows, start.placement)
    kept = 0
    while looking.round(_wasted(problem, best, times)):
        made = make(looking.placement)
        times = _times(made, problem, wanted)
        if times.cycles >= fewest:
            break
        best, fewest, kept = made, times.cycles, looking.kept
    return best, Searched(before=first, after=fewest, looked=looking.looked, kept=kept)


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

    def __init__(self, wanted: Search, problem: Problem, windows: Windows, placement: Placement) -> None:
        self.wanted, self.problem, self.windows, self.placement = wanted, problem, windows, placement
        self.ways, self.choice = Ways(problem), Choice.of(problem, placement)
        self.looked = self.kept = 0
        self._seen: set[object] = set()  # what has been looked at around which cascades

    def round(self, wasted: dict[int, float]) -> bool:
        """Look at each cascade once, those first that waste most: whether something was kept."""
        kept = self.kept
        for first in sorted(wasted, key=lambda number: -wasted[number]):
            cascade = self.choice.cascade_of(first)
            if self.looked < self.wanted.candidates:
                self._look(cascade)
        return self.kept > kept

    def _look(self, cascade: Cascade) -> None:
        """Take the best of the candidates of a cascade, if it is better than what is there."""
        around = self._around(cascade.first, cascade.last)
        state = tuple((each, *map(self.choice.tilings.get, each.numbers)) for each in around), self.choice.inside
        if state in self._seen:
            return
        self._seen.add(state)
        best, gain = None, 0
        for candidate in candidates(self.problem, self.ways, self.choice, cascade):
            if self.looked >= self.wanted.candidates:
                break
            placement = candidate.choice.placement(self.problem)
            if placement is None:
                continue
            found = self._gain(candidate, placement)
            if found > gain:
                best, gain = (candidate.choice, placement), found
        if best is not None:
            self.choice, self.placement = best
            self.kept += 1

    def _gain(self, candidate: Candidate, placement: Placement) -> int:
        """Cycles that a candidate takes less, by the lists of what it changes and of what runs before and behind."""
        around = self._around(candidate.first, candidate.last)
        stages = around[0].first, around[-1].last
        self.looked += 1
        if self.wanted.told is not None:
            self.wanted.told(self.looked)
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
