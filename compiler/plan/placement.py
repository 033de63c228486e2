"""Which tensors stay in the feature memory, and where they and the buffers of the others lie.

All tensors begin outside; those that live shortest are taken in first, as long as every stage has room for the buffers
of what it reads and makes outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..layout import Layout
from .packing import Life, Packed
from .stages import Stage
from .tiling import Tiling, buffer_sizes, least_atoms, tilings

__all__ = ["Placed", "Placement", "lives_of", "placed"]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A stage: how it is cut, and the first atoms of its buffers: for each tensor that it reads, in order, then of the
    one that it makes; none for a tensor that stays."""

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
    used : int
        Atoms of the feature memory up to the last one in use.
    """

    bases: Mapping[str, int]
    stages: tuple[Placed, ...]
    used: int


def lives_of(stages: list[Stage], layouts: Mapping[str, Layout], source: str, result: str) -> dict[str, Life]:
    """From which stage to which each tensor lives; the source from the first one, the result to the last one."""
    first, last = {source: 0}, {result: len(stages) - 1}
    for place, stage in enumerate(stages):
        first.setdefault(stage.makes, place)
        for tensor in stage.reads:
            last[tensor] = max(last.get(tensor, 0), place)
    return {
        tensor: Life(layouts[tensor].room, begin, max(begin, last.get(tensor, begin)))
        for tensor, begin in first.items()
    }


def placed(
    stages: list[Stage], layouts: Mapping[str, Layout], source: str, result: str, config: AcceleratorConfig
) -> Placement:
    """Places for all tensors and buffers.

    Raises
    ------
    ValueError
        For a stage whose least buffers, weights or parameters do not fit the machine.
    """
    lives = lives_of(stages, layouts, source, result)
    inside = _inside(stages, layouts, lives, config)
    while True:
        found = _pack(stages, layouts, lives, inside, config)
        if isinstance(found, Placement):
            return found
        crowded = [tensor for tensor in inside if lives[tensor].first <= found <= lives[tensor].last]
        assert crowded, f"stage {stages[found].name} fits alone"
        inside.remove(max(crowded, key=lambda tensor: lives[tensor].size))


def _inside(
    stages: list[Stage], layouts: Mapping[str, Layout], lives: Mapping[str, Life], config: AcceleratorConfig
) -> list[str]:
    """Tensors that stay, with room for what the stages need beside them."""
    size = config.feature_atoms
    outside = set(lives)
    for stage in stages:
        least = least_atoms(stage, layouts, outside, config)
        if least is None or least > size:
            have = f"{config.weight_words} words of weights and {config.parameters} parameters"
            need = f"more than {have}" if least is None else f"{least} atoms of features"
            raise ValueError(f"stage {stage.name} needs {need}, {config.name} has {have} and {size} atoms of features")
    held = [0] * len(stages)
    found = []
    for tensor in sorted(lives, key=lambda each: (lives[each].last - lives[each].first, lives[each].size)):
        life = lives[tensor]
        span = range(life.first, life.last + 1)
        outside.remove(tensor)
        fits = all(
            held[place] + life.size + (least_atoms(stages[place], layouts, outside, config) or 0) <= size
            for place in span
        )
        if fits:
            found.append(tensor)
            for place in span:
                held[place] += life.size
        else:
            outside.add(tensor)
    return found


def _pack(
    stages: list[Stage],
    layouts: Mapping[str, Layout],
    lives: Mapping[str, Life],
    inside: list[str],
    config: AcceleratorConfig,
) -> Placement | int:
    """Places for tensors that stay and for buffers, or the stage that finds none."""
    size = config.feature_atoms
    packed, bases = Packed(size, []), {}
    for tensor in sorted(inside, key=lambda each: (lives[each].first, -lives[each].size)):
        place = packed.place(lives[tensor], from_top=lives[tensor].first % 2 == 1)
        if place is None:
            return lives[tensor].first
        bases[tensor] = place
    outside = lives.keys() - set(inside)
    found = []
    for number, stage in enumerate(stages):
        held = sum(lives[tensor].size for tensor in inside if lives[tensor].first <= number <= lives[tensor].last)
        for tiling in tilings(stage, layouts, outside, config, size - held):
            trial = Packed(size, list(packed.lives))
            places = _buffers(trial, number, buffer_sizes(stage, tiling, layouts, outside, config))
            if places is not None:
                found.append(Placed(tiling=tiling, buffers=places))
                packed = trial
                break
        else:
            return number
    used = max((place + life.size for place, life in packed.lives), default=0)
    return Placement(bases=bases, stages=tuple(found), used=used)


def _buffers(packed: Packed, stage: int, sizes: list[tuple[int, ...]]) -> tuple[tuple[int, ...], ...] | None:
    """Places for the buffers of a stage, None where there are none."""
    found = []
    for each in sizes:
        places = [packed.place(Life(size, stage, stage), from_top=stage % 2 == 1) for size in each]
        if None in places:
            return None
        found.append(tuple(place for place in places if place is not None))
    return tuple(found)
