"""Where tensors that stay and buffers lie in the feature memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .cascade import Cascade, cascade_sizes
from .packing import Life, Packed
from .problem import Problem
from .tiling import Tiling, buffer_sizes
from .turns import one_turn_each
from .ways import Ways

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
    used : int
        Atoms of the feature memory up to the last one in use.
    cycles : float
        That all takes, about.
    """

    bases: Mapping[str, int]
    stages: tuple[Placed, ...]
    cascades: tuple[Cascade, ...]
    between: frozenset[str]
    used: int
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
    size, lives = problem.config.feature_atoms, problem.lives
    times = {number: time for time, cascade in enumerate(cascades) for number in cascade.numbers}
    packed, bases = Packed(size, []), {}
    for tensor in sorted(inside, key=lambda each: (lives[each].first, -lives[each].size)):
        life = Life(lives[tensor].size, times[lives[tensor].first], times[lives[tensor].last])
        place = packed.place(life, from_top=life.first % 2 == 1)
        if place is None:
            return cascades[life.first]
        bases[tensor] = place
    found: list[Placed] = []
    for time, cascade in enumerate(cascades):
        trial, places = _placed(problem, ways, packed, time, cascade, outside)
        if places is None:
            return cascade
        packed, found = trial, found + places
    used = max((place + life.size for place, life in packed.lives), default=0)
    between = frozenset(problem.stages[number].makes for each in cascades for number in range(each.first, each.last))
    return Placement(
        bases=bases,
        stages=tuple(found),
        cascades=tuple(one_turn_each(cascades, problem.stages)),
        between=between,
        used=used,
        cycles=total,
    )


def _placed(
    problem: Problem, ways: Ways, packed: Packed, time: int, cascade: Cascade, outside: Collection[str]
) -> tuple[Packed, list[Placed] | None]:
    """Places for the buffers of a cascade beside what lives at its time, None where there are none."""
    size, layouts, config = problem.config.feature_atoms, problem.layouts, problem.config
    held = sum(life.size for _, life in packed.lives if life.first <= time <= life.last)
    if cascade.first == cascade.last:
        stage = problem.stages[cascade.first]
        cuts = [
            ([tiling], [buffer_sizes(stage, tiling, layouts, outside, config)])
            for _, atoms, tiling in ways.alone(cascade.first, outside)
            if atoms <= size - held
        ]
    else:
        tilings_of = [Tiling(rows=cascade.rows, channels=part, parts_first=True) for part in cascade.parts]
        cuts = [(tilings_of, cascade_sizes(problem, cascade, outside))]
    for cut, sizes in cuts:
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
