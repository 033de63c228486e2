"""LOAD and STORE of tensors of three dimensions, forwards and backwards, with and without gaps, long and many."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lowtide.common.records.kinds import Memory, Transfer
from lowtide.compiler.lists.tokens import Place

from .shapes import any_power

__all__ = ["Copied", "again", "random_copy"]

MOST_RUNS = 1 << 9  #: of a copy that goes over the bus
MOST_AGAIN = 1 << 16  #: units that are filled again
FIELDS = {field.name: field.bits for field in Transfer.stated()}


@dataclass(frozen=True)
class Copied:
    """What is copied.

    Parameters
    ----------
    memory : Memory
        The local one.
    size : int
        Its units.
    unit : int
        Bytes of one.
    first, end : int
        The bytes of external memory that may be touched: the first, and the one behind the last.
    """

    memory: Memory
    size: int
    unit: int
    first: int
    end: int


def random_copy(rng: np.random.Generator, copied: Copied) -> tuple[dict[str, Any], Place, Place]:
    """Fields of a LOAD or STORE.

    Returns
    -------
    fields : dict
    local, external : Place
        What is touched, and what lies between.
    """
    room = (copied.end - copied.first) // copied.unit
    units, counts = _extent(rng, min(copied.size, room))
    fields: dict[str, Any] = dict(memory=copied.memory, units=units)
    (near, near_low, near_high), local = _reach(rng, units, counts, copied.size)
    (far, far_low, far_high), outside = _reach(rng, units, counts, room)
    fields |= dict(local=near, address=copied.first + far * copied.unit)
    for number, count in enumerate(counts, 1):
        fields[f"count_{number}"] = count
        fields[f"local_pitch_{number}"] = local[number - 1] if count > 1 else _any(rng, f"local_pitch_{number}", 1)
        outer = outside[number - 1] * copied.unit
        fields[f"pitch_{number}"] = outer if count > 1 else _any(rng, f"pitch_{number}", copied.unit)
    low, high = (copied.first + end * copied.unit for end in (far_low, far_high))
    return fields, Place(copied.memory, near_low, near_high), Place(None, low, high)


def again(rng: np.random.Generator) -> dict[str, Any]:
    """Fields of a copy that does the same run again and again: up to as often as each count can say."""
    n = int(rng.integers(1, 4))
    inner = int(rng.choice([1, 1, 2, 3]))
    count = any_power(rng, min((1 << FIELDS[f"count_{n}"]) - 1, MOST_AGAIN // inner))
    other = int(rng.choice([number for number in range(1, 4) if number != n]))
    found: dict[str, Any] = dict(units=1)
    for number in range(1, 4):
        found |= {f"count_{number}": 1, f"pitch_{number}": 0, f"local_pitch_{number}": 0}
    return found | {f"count_{n}": count, f"count_{other}": inner}


def _extent(rng: np.random.Generator, room: int) -> tuple[int, list[int]]:
    """Units of a run, and how often each dimension is repeated: few short runs, long ones, or many."""
    which = rng.random()
    if which < 0.6:
        counts = rng.choice([1, 1, 2, 3], 3).tolist()
        return int(rng.integers(1, 3 + 40 // int(np.prod(counts)))), counts
    if which < 0.8:
        counts = rng.choice([1, 1, 1, 2, 3, 4], 3).tolist()
        return any_power(rng, max(1, room // int(np.prod(counts)))), counts
    counts, runs = [1, 1, 1], MOST_RUNS
    for place in rng.permutation(3).tolist():
        counts[place] = any_power(rng, runs)
        runs //= counts[place]
    return any_power(rng, 4), counts


def _reach(
    rng: np.random.Generator, units: int, counts: list[int], room: int
) -> tuple[tuple[int, int, int], list[int]]:
    """Where the first run begins, the lowest unit and the one behind the highest, all of ``room`` units, and the
    pitches: any that fit, those of runs that lie one behind the other, or none."""
    left, pitches, dense = room - units, [0, 0, 0], units
    for place in (0, 1, 2) if rng.random() < 0.7 else rng.permutation(3).tolist():
        turns, which = counts[place] - 1, rng.random()
        most = left // turns if turns else 0
        if which < 0.4 and dense <= most:
            pitches[place] = dense * int(rng.choice([1, 1, -1]))
        elif which < 0.9:
            pitches[place] = int(rng.integers(-most, most + 1))
        left -= turns * abs(pitches[place])
        dense = max(dense, turns * abs(pitches[place]) + dense)
    ends = [turns * pitch for turns, pitch in zip((count - 1 for count in counts), pitches, strict=True)]
    low, high = sum(min(0, end) for end in ends), sum(max(0, end) for end in ends) + units
    start = int(rng.choice([-low, room - high]) if rng.random() < 0.2 else rng.integers(-low, room - high + 1))
    return (start, start + low, start + high), pitches


def _any(rng: np.random.Generator, name: str, unit: int) -> int:
    """Any number of a field that is without meaning, as its dimension is not repeated: a multiple of ``unit``."""
    most = (1 << FIELDS[name] - 1) // unit
    return unit * int(rng.integers(-most, most)) if rng.random() < 0.3 else 0
