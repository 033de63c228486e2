"""Bytes of external memory that answer with an error, and the record of a legal list that must be told for them.

Only reads or only writes fail, so one engine meets them, and it runs its records in order: the first one of them that
touches a faulty byte. What moves is a whole beat of the bus, whether or not all of it counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from lowtide.common.records.entries import ENTRY_BYTES
from lowtide.common.records.kinds import Load, Memory, Store
from lowtide.common.records.record import RECORD_BYTES, Kind
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from .lists import RandomList

__all__ = ["BusFault", "beats_of", "random_bus_fault"]


@dataclass(frozen=True)
class BusFault:
    """Bytes that fail.

    Parameters
    ----------
    writes : bool
        Writes fail, else reads.
    first, end : int
        The first byte, and the one behind the last.
    response : int
        Of the bus: 2 SLVERR, 3 DECERR, or :data:`lowtide.sim.machine.host.NEVER`.
    record : int
        Number of the record that must be told.
    """

    writes: bool
    first: int
    end: int
    response: int
    record: int


def beats_of(record: Load | Store, config: AcceleratorConfig) -> Iterator[tuple[int, int]]:
    """The bytes of external memory that each run of a record moves in whole beats: the first, and the one behind the
    last."""
    units = {Memory.FEATURE: config.atom_bytes, Memory.WEIGHT: config.weight_word_bytes}
    size, bus = record.units * units.get(record.memory, ENTRY_BYTES), config.bus_bytes
    if isinstance(record, Load) and record.fill:
        return
    for third, second, first in product(*(range(getattr(record, f"count_{n}")) for n in (3, 2, 1))):
        start = record.address + first * record.pitch_1 + second * record.pitch_2 + third * record.pitch_3
        yield start // bus * bus, -(-(start + size) // bus) * bus


def random_bus_fault(rng: np.random.Generator, found: RandomList, *, of_lists: bool = True) -> BusFault:
    """A fault that the list meets: of a beat that a LOAD or STORE moves, or, with ``of_lists``, of a record."""
    config, places = found.config, _places(found)
    bus, response = config.bus_bytes, int(rng.integers(2, 4))
    if of_lists and rng.random() < 0.25:
        number = int(rng.integers(len(found.records)))
        start, end = places[number]
        first = int(rng.integers(start // bus, -(-end // bus))) * bus
        return BusFault(False, first, first + 1, response, number)
    kind = Kind.STORE if rng.random() < 0.5 else Kind.LOAD
    moved = [
        (number, beats)
        for number, record in enumerate(found.records)
        if isinstance(record, Load | Store) and record.kind == kind
        for beats in beats_of(record, config)
    ]
    if not moved:  # no STORE
        return random_bus_fault(rng, found, of_lists=of_lists)
    start, end = moved[int(rng.integers(len(moved)))][1]
    first = int(rng.integers(start, end))
    last = first + int(rng.choice([1, 1, 8, 200]))
    last = min(last, end)
    number = next(number for number, (low, high) in moved if low < -(-last // bus) * bus and first // bus * bus < high)
    return BusFault(kind == Kind.STORE, first, last, response, number)


def _places(found: RandomList) -> list[tuple[int, int]]:
    """Where each record of the list lies: the first byte, and the one behind the last."""
    ends = np.cumsum([record.size for record in found.records]) + found.address
    assert found.address % RECORD_BYTES == 0
    return [(int(end) - record.size, int(end)) for end, record in zip(ends, found.records, strict=True)]
