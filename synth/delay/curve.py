"""Area against the clock: what a PE takes at each period, over register stages, adders and targets.

A kind that can be cut is mapped with 0, 1 and 2 stages. Each of these, with each kind of adder, is mapped as fast as it
goes, then with :data:`SLACKS` times that as the target. What no other point beats in area and in period is the curve.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from lowtide.common.pareto import front
from lowtide.common.progress import in_parallel
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.named import find

from ..designs.design import tile_design
from ..flow.job import Job
from .mapping import ADDERS, Adders, DelayRecipe, Mapped, kept_mapped, mapped
from .timed_library import TimedLibrary

__all__ = ["PERIODS", "SLACKS", "STAGES", "Contender", "Curve", "Point", "curves", "kept_curves", "stages_of"]

SLACKS = (1.1, 2.5, 2.8, 3.0, 3.5, 6.0)
STAGES = (0, 1, 2)
PERIODS = (10.0, 5.0, 3.0)  #: ns, at which reports say the area


@dataclass(frozen=True, kw_only=True)
class Point:
    """A PE mapped once.

    Parameters
    ----------
    config : str
        Name of the configuration.
    stages : int
        Registers on the way through its sum, ``pipeline`` of the configuration.
    recipe : DelayRecipe
        How it was mapped.
    mapped : Mapped
        What became of it, of a tile a PE's share of the area.
    """

    config: str
    stages: int
    recipe: DelayRecipe
    mapped: Mapped


@dataclass(frozen=True)
class Contender:
    """What has a curve: the PE of a configuration, or those of several, the best of which counts at each period.

    Parameters
    ----------
    label : str
        For readers.
    configs : tuple of str
        Names of the configurations.
    beside : str or None
        Label of the conventional PEs that do the same work in a cycle.
    """

    label: str
    configs: tuple[str, ...]
    beside: str | None = None


@dataclass(frozen=True)
class Curve:
    """The points of a contender that no other one of it beats, the fastest first."""

    contender: Contender
    points: tuple[Point, ...]

    def at(self, period_ns: float) -> Point | None:
        """The smallest point that reaches a clock period, None where none does."""
        fast = [point for point in self.points if point.mapped.period_ns <= period_ns]
        return min(fast, key=lambda point: point.mapped.area, default=None)

    def ratio(self, other: "Curve | None", period_ns: float) -> float | None:
        """Its area at a clock period over another one's, None where one of them does not reach it."""
        point, beside = self.at(period_ns), other and other.at(period_ns)
        return point.mapped.area / beside.mapped.area if point and beside else None

    def as_dict(self) -> dict[str, Any]:
        """All points, as JSON can hold them: adders by their name."""
        points = [
            asdict(point) | {"recipe": asdict(point.recipe) | {"adders": point.recipe.adders.name}}
            for point in self.points
        ]
        return {"label": self.contender.label, "points": points}


@dataclass(frozen=True)
class _Work:
    """A series of mappings: one PE with one kind of adder."""

    config: str
    stages: int
    adders: Adders
    booth: bool
    library: TimedLibrary


def curves(contenders: Sequence[Contender], library: TimedLibrary, jobs: int) -> list[Curve]:
    """The curves of contenders, in their order. Mappings are kept.

    Parameters
    ----------
    contenders : sequence of Contender
    library : TimedLibrary
        The cells.
    jobs : int
        Mappings at a time.

    Raises
    ------
    SynthesisError
        As `lowtide.synth.delay.mapping.mapped`.
    """
    names = dict.fromkeys(name for contender in contenders for name in contender.configs)
    work = [each for name in names for each in _work(name, library)]
    found: dict[str, list[Point]] = {name: [] for name in names}
    for points in in_parallel(_points, work, jobs=jobs, waiting="mapping", done=lambda points: points[0].config):
        found[points[0].config] += points
    return [Curve(each, _front(point for name in each.configs for point in found[name])) for each in contenders]


def kept_curves(contenders: Sequence[Contender], library: TimedLibrary) -> list[Curve]:
    """The curves that :func:`curves` made before, with this hardware and these tools; others are left out."""
    found = []
    for contender in contenders:
        series = [_kept_points(each) for name in contender.configs for each in _work(name, library)]
        if all(series):
            found.append(Curve(contender, _front(point for points in series for point in points)))
    return found


def stages_of(config: ArrayConfig) -> list[ArrayConfig]:
    """The configurations that differ in their register stages alone, from 0 on, as many as the kind has."""
    made = []
    for stages in STAGES:
        try:
            made.append(replace(config, pipeline=stages))
        except ValueError:  # the kind, or its multiplier, has no such stages
            break
    return made


def _work(name: str, library: TimedLibrary) -> list[_Work]:
    """Everything that is mapped of a configuration; a product left to synthesis is made both ways."""
    return [
        _Work(name, config.pipeline, adders, recipe == "booth", library)
        for config in stages_of(find(name))
        for recipe in library.target.needed(_job(name, config.pipeline).verilog)
        for adders in ADDERS
    ]


def _job(name: str, stages: int) -> Job:
    (job,) = tile_design(replace(find(name), pipeline=stages)).jobs().values()
    return job


def _points(work: _Work) -> list[Point]:
    """A series: as fast as it goes, then slower."""
    job, fastest = _job(work.config, work.stages), _fastest(work)
    first = mapped(job, work.library, fastest)
    recipes = [fastest, *_slower(fastest, first)]
    return [_point(work, each, mapped(job, work.library, each)) for each in recipes]


def _kept_points(work: _Work) -> list[Point]:
    """The series that was mapped before, empty where a point of it was not."""
    job, fastest = _job(work.config, work.stages), _fastest(work)
    first = kept_mapped(job, work.library, fastest)
    recipes = [] if first is None else [fastest, *_slower(fastest, first)]
    found = [(each, kept_mapped(job, work.library, each)) for each in recipes]
    points = [_point(work, recipe, each) for recipe, each in found if each is not None]
    return points if len(points) == len(recipes) else []


def _fastest(work: _Work) -> DelayRecipe:
    return DelayRecipe(adders=work.adders, booth=work.booth)


def _slower(fastest: DelayRecipe, first: Mapped) -> list[DelayRecipe]:
    """The recipe with less to reach than what became of it."""
    return [replace(fastest, target_ns=slack * first.logic_ns) for slack in SLACKS]


def _point(work: _Work, recipe: DelayRecipe, found: Mapped) -> Point:
    """A PE's share of what was mapped: a tile, where PEs share operands."""
    shared = replace(found, area=found.area / find(work.config).pes_of_tile)
    return Point(config=work.config, stages=work.stages, recipe=recipe, mapped=shared)


def _front(points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(front(points, lambda point: (point.mapped.period_ns, point.mapped.area)))
