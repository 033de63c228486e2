"""Other choices beside one: a cascade cut otherwise, split, joined with the next; a tensor on the other side."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from ...plan.placement.placement import LONGEST
from ...plan.problem import Problem
from ...plan.ways.cascade import Cascade
from ...plan.ways.tiling import Tiling
from ...plan.ways.ways import Ways
from .choice import Choice
from .cuts import about, cascade_cuts, stage_cuts

__all__ = ["Candidate", "candidates"]

CUTS = 8  #: of a cascade as it is
SLOWER = 1.15  #: times the estimate of what there is that one may have, as far as it is looked at
SPLITS = 2  #: cuts of each stage, or of what is joined
FAR = 12  #: cascades at most during which a tensor that changes sides lives

Cut = tuple[Cascade, Tiling | None]  #: a stage alone has a tiling


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """A choice.

    Parameters
    ----------
    choice : Choice
    first, last : int
        The stages that run otherwise than before, and those between.
    """

    choice: Choice
    first: int
    last: int


def candidates(problem: Problem, ways: Ways, choice: Choice, cascade: Cascade) -> Iterator[Candidate]:
    """Choices that differ in a cascade, or begin to differ there; some may find no room.

    Parameters
    ----------
    problem : Problem
    ways : Ways
        Of it.
    choice : Choice
    cascade : Cascade
        One of the choice.
    """
    if problem.stages[cascade.first].host:
        return
    first, last, own = cascade.first, cascade.last, choice.tilings.get(cascade.first)
    for cut in islice(_cuts(problem, ways, choice, first, last), CUTS):
        if cut != (cascade, own):
            yield from _likely(problem, ways, choice, [cut])
    for middle in range(first, last):
        before = next(_cuts(problem, ways, choice, first, middle), None)
        for behind in islice(_cuts(problem, ways, choice, middle + 1, last), SPLITS):
            if before is not None:
                yield from _likely(problem, ways, choice, [before, behind])
    place = choice.cascades.index(cascade) + 1
    if place < len(choice.cascades):
        last = choice.cascades[place].last
        stages = problem.stages[first : last + 1]
        if len(stages) <= LONGEST and not any(stage.stands_alone for stage in stages):
            for cut in islice(_cuts(problem, ways, choice, first, last), SPLITS):
                yield from _likely(problem, ways, choice, [cut])
    tensors = {problem.stages[cascade.last].makes, *(tensor for tensor in problem.stays if cascade.first == 0)}
    for tensor in problem.stays:
        if tensor in tensors and problem.lives[tensor].first in cascade.numbers:
            yield from _moved(problem, ways, choice, tensor)


def _likely(problem: Problem, ways: Ways, choice: Choice, cuts: list[Cut]) -> Iterator[Candidate]:
    """The choice with these cascades, unless that seems to be much slower."""
    numbers, outside = [number for cascade, _ in cuts for number in cascade.numbers], choice.outside(problem)
    before = [each for each in choice.cascades if not set(numbers).isdisjoint(each.numbers)]
    now = sum(about(problem, ways, each, choice.tilings.get(each.first), outside) for each in before)
    if sum(about(problem, ways, *cut, outside) for cut in cuts) <= SLOWER * now:
        yield Candidate(choice=choice.changed(dict(cuts)), first=min(numbers), last=max(numbers))


def _cuts(problem: Problem, ways: Ways, choice: Choice, first: int, last: int) -> Iterator[Cut]:
    """The ways to run some stages that have room."""
    alone, outside = Cascade(first=first, last=last), choice.outside(problem)
    room = choice.room(problem, alone)
    if first == last:
        yield from ((alone, tiling) for tiling in stage_cuts(problem, ways, first, outside, room))
    else:
        yield from ((cascade, None) for cascade in cascade_cuts(problem, ways, first, last, outside, room))


def _moved(problem: Problem, ways: Ways, choice: Choice, tensor: str) -> Iterator[Candidate]:
    """The choice with a tensor on the other side; the stages alone that touch it are cut anew."""
    life = problem.lives[tensor]
    first, last = choice.cascade_of(life.first).first, choice.cascade_of(life.last).last
    live = [cascade for cascade in choice.cascades if first <= cascade.first <= last]
    if len(live) > FAR or any(
        problem.stages[number].makes == tensor for each in live for number in range(each.first, each.last)
    ):
        return
    inside = [each for each in choice.inside if each != tensor]
    moved = replace(choice, inside=tuple(inside if tensor in choice.inside else [*inside, tensor]))
    cut = dict[Cascade, Tiling | None]()
    for cascade in live:
        stage = problem.stages[cascade.first]
        if cascade.first == cascade.last and tensor in (stage.makes, *stage.reads):
            found = next(_cuts(problem, ways, moved, cascade.first, cascade.last), None)
            if found is None:
                return
            cut |= [found]
    yield Candidate(choice=moved.changed(cut), first=first, last=last)
