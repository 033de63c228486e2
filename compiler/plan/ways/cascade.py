"""Stages that run together, stripe by stripe of what the last one makes.

Of the tensors between them only the rows that a stripe needs are there; those that two stripes need are computed twice.
So what a chain of layers hands on never leaves the feature memory, however large it is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...layouts.layout import Layout
from ..estimate import LATENCY, pipelined, weight_words, work_cycles
from ..problem import Problem
from ..stage import Stage
from .channel_parts import channel_parts
from .stripes import heights
from .tiling import read_room, rows_of

__all__ = ["Cascade", "cascade_cost", "cascade_sizes", "cascades_of", "rows_made"]


@dataclass(frozen=True, kw_only=True)
class Cascade:
    """Neighbouring stages; those of the host hand on whole tensors.

    Parameters
    ----------
    first, last : int
        Their numbers; equal for a stage of its own, whose tiling has its rows.
    rows : int
        Of a stripe of what the last one makes.
    parts : tuple of int
        Output channels of a part, of each stage.
    buffers : int
        Of a tensor outside that is read or made, where there are several stripes: 1 or 2.
    """

    first: int
    last: int
    rows: int = 0
    parts: tuple[int, ...] = ()
    buffers: int = 2

    @property
    def numbers(self) -> range:
        """The numbers of its stages."""
        return range(self.first, self.last + 1)

    def rows_needed(
        self, stages: Sequence[Stage], layouts: Mapping[str, Layout], row: int, rows: int
    ) -> dict[str, tuple[int, int]]:
        """The rows that each stage makes for a stripe: by name of the tensor the first, and the one behind the last."""
        needed = {stages[self.last].makes: (row, row + rows)}
        made = {stages[number].makes for number in self.numbers}
        for number in reversed(self.numbers):
            stage = stages[number]
            low, high = needed[stage.makes]
            for place, tensor in enumerate(stage.reads):
                if tensor in made:
                    first, end = rows_of(stage, place, layouts, low, high - low)
                    before = needed.get(tensor, (first, end))
                    needed[tensor] = min(first, before[0]), max(end, before[1])
        return needed

    def stripes(self, problem: Problem) -> Iterator[dict[str, tuple[int, int]]]:
        """The rows that each stage makes, stripe by stripe."""
        last = problem.layouts[problem.stages[self.last].makes].rows
        for row in range(0, last, self.rows):
            yield self.rows_needed(problem.stages, problem.layouts, row, min(self.rows, last - row))


def cascade_sizes(problem: Problem, cascade: Cascade, outside: Collection[str]) -> list[list[tuple[int, ...]]]:
    """The atoms of each buffer, as :func:`lowtide.compiler.plan.ways.tiling.buffer_sizes` has them, of each stage."""
    layouts, config = problem.layouts, problem.config
    stripes = list(cascade.stripes(problem))
    made = {problem.stages[number].makes for number in cascade.numbers}
    twice = cascade.buffers if len(stripes) > 1 else 1
    found = []
    for number in cascade.numbers:
        stage = problem.stages[number]
        rows = [stripe[stage.makes] for stripe in stripes]
        most = max(high - low for low, high in rows)
        sizes: list[tuple[int, ...]] = []
        for place, tensor in enumerate(stage.reads):
            if tensor in made or tensor not in outside:
                sizes.append(())
                continue
            read = [rows_of(stage, place, layouts, low, high - low) for low, high in rows]
            part = cascade.parts[number - cascade.first]
            rows_read = max(high - low for low, high in read)
            sizes.append((read_room(stage, place, layouts, rows_read, part, config),) * twice)
        room = layouts[stage.makes].room_of(most, layouts[stage.makes].channels, array_rows=config.rows)
        if number < cascade.last:
            sizes.append((room,))
        else:
            sizes.append((room,) * twice if stage.makes in outside else ())
        found.append(sizes)
    return found


def rows_made(problem: Problem, cascades: Sequence[Cascade], tensor: str) -> set[int]:
    """The rows of a tensor that its stage makes: of those between stages that run together only what these read."""
    number = next(number for number, stage in enumerate(problem.stages) if stage.makes == tensor)
    cascade = next(each for each in cascades if number in each.numbers)
    if number == cascade.last or problem.stages[number].host:
        return set(range(problem.layouts[tensor].rows))
    return {row for needed in cascade.stripes(problem) for row in range(*needed[tensor])}


def cascades_of(problem: Problem, first: int, last: int, outside: Collection[str]) -> list[tuple[int, int, Cascade]]:
    """The cascades of some stages, with the cycles that they take, about, and the atoms of their buffers, the fastest
    first. An empty list where there are none."""
    stages, layouts, config = problem.stages, problem.layouts, problem.config
    if not _is_closed(problem, first, last, outside):
        return []
    parts = []
    for number in range(first, last + 1):
        found = channel_parts(stages[number], layouts, config)
        if not found:
            return []
        whole = layouts[stages[number].makes].channels
        parts.append(whole if whole in found else max(found))
    ways = []
    for rows in heights(layouts[stages[last].makes]):
        cascade = Cascade(first=first, last=last, rows=rows, parts=tuple(parts))
        atoms = sum(sum(each) for stage in cascade_sizes(problem, cascade, outside) for each in stage)
        if atoms <= config.feature_atoms:
            ways.append((round(cascade_cost(problem, cascade, outside)), atoms, cascade))
    return sorted(ways, key=lambda each: (each[0], -each[2].rows))


def _is_closed(problem: Problem, first: int, last: int, outside: Collection[str]) -> bool:
    """Whether all tensors that stages hand on are outside, and read by these stages alone."""
    made = {problem.stages[number].makes for number in range(first, last)}
    if any(problem.stages[number].stands_alone for number in range(first, last + 1)):
        return False
    if problem.result in made or not made <= set(outside):
        return False
    readers = {
        tensor: [number for number, stage in enumerate(problem.stages) if tensor in stage.reads] for tensor in made
    }
    return all(numbers and first <= min(numbers) and max(numbers) <= last for numbers in readers.values())


def cascade_cost(problem: Problem, cascade: Cascade, outside: Collection[str]) -> float:
    """Cycles that a cascade takes, about."""
    stages, layouts, config = problem.stages, problem.layouts, problem.config
    made = {stages[number].makes for number in cascade.numbers}
    words = sum(
        weight_words(stages[number], layouts[stages[number].makes].channels, layouts[stages[number].reads[0]], config)
        for number in cascade.numbers
    )
    stay = words <= config.weight_words
    work: list[tuple[float, float, float]] = []
    known: dict[tuple[object, ...], tuple[float, float, float]] = {}
    for place, needed in enumerate(cascade.stripes(problem)):
        key = (place == 0, *((low == 0, high - low) for low, high in needed.values()))
        if key not in known:
            known[key] = _stripe(problem, cascade, outside, needed, words if place == 0 or not stay else 0, made)
        work.append(known[key])
    return pipelined(work) if cascade.buffers > 1 else sum(map(sum, work))


def _stripe(
    problem: Problem,
    cascade: Cascade,
    outside: Collection[str],
    needed: Mapping[str, tuple[int, int]],
    words: int,
    made: Collection[str],
) -> tuple[float, float, float]:
    """Cycles of a stripe: of its work, of what is copied in, with so many words of weights, and out."""
    stages, layouts, config = problem.stages, problem.layouts, problem.config
    cycles, loaded, stored = 0, 0, 0
    for number in cascade.numbers:
        stage = stages[number]
        low, high = needed[stage.makes]
        part, channels = cascade.parts[number - cascade.first], layouts[stage.makes].channels
        cycles += sum(
            work_cycles(stage, high - low, min(part, channels - channel), layouts, config)
            for channel in range(0, channels, part)
        )
        for source, tensor in enumerate(stage.reads):
            if tensor in outside and tensor not in made:
                first, end = rows_of(stage, source, layouts, low, high - low)
                loaded += read_room(stage, source, layouts, end - first, channels, config)
        if number == cascade.last and stage.makes in outside:
            stored += layouts[stage.makes].room_of(high - low, channels, array_rows=config.rows)
    into = loaded * config.atom_bytes + words * config.weight_word_bytes
    return float(cycles), into / config.bus_bytes + LATENCY, stored * config.atom_bytes / config.bus_bytes
