"""Other ways to cut a stage, or some that run together: more of them than a plan looks at, the likely ones first.

Beside the parts of channels that fill a half of their memories, smaller and larger ones: the weights of a smaller first
part arrive while the layer before runs. Beside two buffers of each tensor, one, which makes room for longer stripes.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from ...plan.problem import Problem
from ...plan.stage import Stage
from ...plan.ways.cascade import Cascade, cascade_cost, cascade_sizes
from ...plan.ways.channel_parts import channel_parts, fits, part_unit
from ...plan.ways.tiling import Tiling, buffer_sizes, cost, stripe_rows
from ...plan.ways.ways import Ways

__all__ = ["about", "cascade_cuts", "stage_cuts"]

COUNTS = (1, 2, 3, 4, 5, 6, 8, 12, 16)  #: of parts worth a look, beside multiples of the fewest
MULTIPLES = (1, 2, 3, 4)
EACH = 2  #: cuts that differ in their rows alone

Cut = TypeVar("Cut", Tiling, Cascade)


def about(problem: Problem, ways: Ways, cascade: Cascade, tiling: Tiling | None, outside: Collection[str]) -> float:
    """Cycles of a cascade, by the estimate that plans go by; of a stage alone with how it is cut."""
    if tiling is None:
        return cascade_cost(problem, cascade, outside)
    stage = problem.stages[cascade.first]
    if _is_plain(stage):
        return cost(stage, tiling, problem.layouts, outside, problem.config)
    return next(cycles for cycles, _, each in ways.alone(cascade.first, outside) if each == tiling)


def _is_plain(stage: Stage) -> bool:
    """Whether a stage is cut into rows and channels."""
    return not (stage.host or stage.product or stage.sums is not None or stage.pixels is not None)


def stage_cuts(problem: Problem, ways: Ways, number: int, outside: Collection[str], room: int) -> list[Tiling]:
    """The ways to cut a stage whose buffers take no more than so many atoms, those first that seem the fastest."""
    stage, layouts, config = problem.stages[number], problem.layouts, problem.config
    known = ways.alone(number, outside)
    if not _is_plain(stage):
        return [tiling for _, atoms, tiling in known if atoms <= room]
    made = layouts[stage.makes]
    found: dict[tuple[int, int], list[tuple[int, int, Tiling]]] = {}
    for channels in _parts(problem, number):
        for rows in stripe_rows(stage, made, outside):
            for parts_first in (True, False) if channels < made.channels and rows < made.rows else (True,):
                twice = Tiling(rows=rows, channels=channels, parts_first=parts_first)
                sizes = buffer_sizes(stage, twice, layouts, outside, config)
                for tiling in (twice, replace(twice, buffers=1)):
                    own = buffer_sizes(stage, tiling, layouts, outside, config)
                    if (tiling is twice or own != sizes) and sum(map(sum, own)) <= room:
                        cycles = cost(stage, tiling, layouts, outside, config)
                        found.setdefault((channels, tiling.buffers), []).append((cycles, -rows, tiling))
    return _likely(found)


def cascade_cuts(
    problem: Problem, ways: Ways, first: int, last: int, outside: Collection[str], room: int
) -> list[Cascade]:
    """The ways to run some stages together; as :func:`stage_cuts`."""
    known = ways.together(first, last, outside)
    found: dict[tuple[int, int], list[tuple[int, int, Cascade]]] = {}
    for cycles, atoms, cascade in known:
        if atoms <= room:
            found.setdefault((1, 2), []).append((cycles, -cascade.rows, cascade))
    for cascade in _longer(problem, [each for _, _, each in known], outside, room):
        cycles = round(cascade_cost(problem, cascade, outside))
        found.setdefault((1, 1), []).append((cycles, -cascade.rows, cascade))
    for times in MULTIPLES[1:]:
        for cycles, rows, cascade in sorted(found.get((1, 2), []), key=lambda each: each[:2])[:EACH]:
            finer = tuple(
                _finer(problem, number, part, times)
                for number, part in zip(cascade.numbers, cascade.parts, strict=True)
            )
            if finer != cascade.parts:
                found.setdefault((times, 2), []).append((cycles, rows, replace(cascade, parts=finer)))
    return _likely(found)


def _likely(found: Mapping[tuple[int, int], list[tuple[int, int, Cut]]]) -> list[Cut]:
    """Some of each kind, in the order of their cycles, about."""
    some = [each for group in found.values() for each in sorted(group, key=lambda each: each[:2])[:EACH]]
    return [cut for _, _, cut in sorted(some, key=lambda each: each[:2])]


def _parts(problem: Problem, number: int) -> list[int]:
    """Channels of parts worth a look."""
    stage, layouts = problem.stages[number], problem.layouts
    made, unit, known = layouts[stage.makes], part_unit(stage, layouts), channel_parts(stage, layouts, problem.config)
    if unit >= made.channels or not known:
        return known
    fewest = -(-made.channels // max(known))
    counts = {*COUNTS, *(fewest * times for times in MULTIPLES), fewest + 1}
    found = {min(made.channels, -(-made.channels // count // unit) * unit) for count in counts}
    source = layouts[stage.reads[0]]
    return [
        *known,
        *(
            channels
            for channels in sorted(found.difference(known), reverse=True)
            if fits(stage, channels, source, problem.config, whole=True)
        ),
    ]


def _finer(problem: Problem, number: int, part: int, times: int) -> int:
    """Channels of a part of a stage with weights, where it has so many times as many parts."""
    stage, made = problem.stages[number], problem.layouts[problem.stages[number].makes]
    unit = part_unit(stage, problem.layouts)
    if stage.mode is None or unit >= made.channels:
        return part
    count = -(-made.channels // part) * times
    return min(part, -(-made.channels // count // unit) * unit)


def _longer(problem: Problem, known: list[Cascade], outside: Collection[str], room: int) -> Iterator[Cascade]:
    """The cascades with one buffer of each tensor."""
    for cascade in known:
        once, twice = replace(cascade, buffers=1), cascade_sizes(problem, cascade, outside)
        own = cascade_sizes(problem, once, outside)
        if own != twice and sum(sum(each) for stage in own for each in stage) <= room:
            yield once
