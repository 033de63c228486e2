"""Where tensors that stay and buffers lie in the feature memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ..packing.packing import Life, Packed, Packer
from ..packing.solved import solved
from ..problem import Problem
from ..turns import one_turn_each
from ..ways.cascade import Cascade, cascade_sizes
from ..ways.tiling import Tiling, buffer_sizes
from ..ways.ways import Ways

__all__ = ["Placed", "Placement", "addressed"]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A stage: how it is cut, and the first atoms of its buffers: for each tensor that it reads, in order, then of the
    one that it makes, none for a tensor that stays; last of what a softmax needs between these."""

    tiling: Tiling
    buffers: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where everything lies.

    Parameters
    ----------
    bases : mapping of str to int
        The first atom of each tensor that stays in the feature memory.
    stages : tuple of Placed
    cascades : tuple of Cascade
        All stages, in order; neighbouring ones of the host are one.
    between : frozenset of str
        Tensors that no more than some rows of ever exist.
    packed : Packed
        Tensors and buffers with their places, atoms of the feature memory, in the cascades' order.
    cycles : float
        That all takes, about.
    """

    bases: Mapping[str, int]
    stages: tuple[Placed, ...]
    cascades: tuple[Cascade, ...]
    between: frozenset[str]
    packed: Packed
    cycles: float


def addressed(
    problem: Problem,
    ways: Ways,
    inside: list[str],
    outside: Collection[str],
    cascades: list[Cascade],
    total: float,
) -> Placement | Cascade:
    """Places for tensors that stay and for buffers, or the cascade that finds none.

    Parameters
    ----------
    problem : Problem
    ways : Ways
    inside : list of str
        Tensors that stay.
    outside : collection of str
        The others.
    cascades : list of Cascade
        All stages, in order.
    total : float
        Cycles that they take, about.
    """
    inner = {number: time for time, cascade in enumerate(cascades) for number in cascade.numbers}
    whole = problem.lives
    lives = {
        tensor: Life(whole[tensor].size, inner[whole[tensor].first], inner[whole[tensor].last]) for tensor in inside
    }
    found = _first_fit(problem, ways, lives, outside, cascades)
    if isinstance(found, Cascade) and problem.packer is Packer.SOLVER:
        found = _solved(problem, ways, lives, outside, cascades) or found
    if isinstance(found, Cascade):
        return found
    bases, stages, packed = found
    between = frozenset(problem.stages[number].makes for each in cascades for number in range(each.first, each.last))
    return Placement(
        bases=bases,
        stages=tuple(stages),
        cascades=tuple(one_turn_each(cascades, problem.stages)),
        between=between,
        packed=packed,
        cycles=total,
    )


Found = tuple[dict[str, int], list[Placed], Packed]  #: first atoms of tensors, the stages, and all places


def _first_fit(
    problem: Problem, ways: Ways, lives: Mapping[str, Life], outside: Collection[str], cascades: Sequence[Cascade]
) -> Found | Cascade:
    """Places from both ends of the memory in turns, so that stages meet where neither waits for the other."""
    begun = problem.lives
    packed, bases = Packed(problem.config.feature_atoms, []), {}
    for tensor in sorted(lives, key=lambda each: (begun[each].first, -begun[each].size)):
        place = packed.place(lives[tensor], from_top=lives[tensor].first % 2 == 1)
        if place is None:
            return cascades[lives[tensor].first]
        bases[tensor] = place
    found: list[Placed] = []
    for time, cascade in enumerate(cascades):
        trial, places = _placed(problem, ways, packed, time, cascade, outside)
        if places is None:
            return cascade
        packed, found = trial, found + places
    return bases, found, packed


def _solved(
    problem: Problem, ways: Ways, lives: Mapping[str, Life], outside: Collection[str], cascades: Sequence[Cascade]
) -> Found | None:
    """Places by the solver, for the fastest cut of every stage; None where it finds none."""
    size, all_lives, all_sizes, tilings_of = problem.config.feature_atoms, list(lives.values()), [], list[Tiling]()
    for time, cascade in enumerate(cascades):
        held = sum(life.size for life in lives.values() if life.first <= time <= life.last)
        cut, sizes = next(iter(_cuts(problem, ways, cascade, outside, size - held)), (None, []))
        if cut is None:
            return None
        tilings_of += cut
        all_sizes += sizes
        all_lives += [Life(each, time, time) for stage in sizes for buffers in stage for each in buffers]
    places = solved(all_lives, size)
    if places is None:
        return None
    rest = iter(places)
    bases = {tensor: next(rest) for tensor in lives}
    stages = [
        Placed(tiling=tiling, buffers=tuple(tuple(next(rest) for _ in buffers) for buffers in stage))
        for tiling, stage in zip(tilings_of, all_sizes, strict=True)
    ]
    return bases, stages, Packed(size, list(zip(places, all_lives, strict=True)))


def _cuts(
    problem: Problem, ways: Ways, cascade: Cascade, outside: Collection[str], room: int
) -> list[tuple[list[Tiling], list[list[tuple[int, ...]]]]]:
    """The ways to cut the stages of a cascade that take no more than so many atoms, with the sizes of their buffers,
    the fastest first."""
    layouts, config = problem.layouts, problem.config
    if cascade.first < cascade.last:
        cut = [Tiling(rows=cascade.rows, channels=part, parts_first=True) for part in cascade.parts]
        return [(cut, cascade_sizes(problem, cascade, outside))]
    stage = problem.stages[cascade.first]
    return [
        ([tiling], [buffer_sizes(stage, tiling, layouts, outside, config)])
        for _, atoms, tiling in ways.alone(cascade.first, outside)
        if atoms <= room
    ]


def _placed(
    problem: Problem, ways: Ways, packed: Packed, time: int, cascade: Cascade, outside: Collection[str]
) -> tuple[Packed, list[Placed] | None]:
    """Places for the buffers of a cascade beside what lives at its time, None where there are none."""
    size = problem.config.feature_atoms
    held = sum(life.size for _, life in packed.lives if life.first <= time <= life.last)
    for cut, sizes in _cuts(problem, ways, cascade, outside, size - held):
        trial = Packed(size, list(packed.lives))
        buffers = [_buffers(trial, time, each) for each in sizes]
        if None not in buffers:
            return trial, [
                Placed(tiling=tiling, buffers=each)
                for tiling, each in zip(cut, buffers, strict=True)
                if each is not None
            ]
    return packed, None


def _buffers(packed: Packed, time: int, sizes: list[tuple[int, ...]]) -> tuple[tuple[int, ...], ...] | None:
    """Places for the buffers of a stage, None where there are none."""
    found = []
    for each in sizes:
        places = [packed.place(Life(size, time, time), from_top=time % 2 == 1) for size in each]
        if None in places:
            return None
        found.append(tuple(place for place in places if place is not None))
    return tuple(found)
