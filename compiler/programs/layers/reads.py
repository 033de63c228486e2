"""What records read of golden's feature and weight memories, unit by unit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.common.records.kinds import Memory, Store
from lowtide.common.records.record import Record
from lowtide.golden.machine import Interpreter
from lowtide.golden.machine.memories import Memories
from lowtide.golden.machine.nest import Nest
from lowtide.hw.mode.word import Mode

__all__ = ["Reads"]


@dataclass
class _Watched(Memories):
    """Memories that note the weight words that are read."""

    words: NDArray[np.bool_]

    def units(self, memory: Memory, first: int, count: int) -> NDArray[np.uint8]:
        found = super().units(memory, first, count)
        if memory == Memory.WEIGHT:
            self.words[first : first + count] = True
        return found


class Reads:
    """What is read while records run on golden's machine, which it watches from now on.

    Parameters
    ----------
    machine : Interpreter

    Attributes
    ----------
    units : dict of Memory to ndarray of bool [units]
        Those of FEATURE and WEIGHT that were read.
    """

    def __init__(self, machine: Interpreter) -> None:
        self.machine = machine
        local = machine.memories.local
        self.units = {memory: np.zeros(len(local[memory]), np.bool_) for memory in (Memory.FEATURE, Memory.WEIGHT)}
        machine.memories = _Watched(machine.memories.external, local, machine.memories.base, self.units[Memory.WEIGHT])

    def watched(self, records: Iterable[Record]) -> Iterator[Record]:
        """Records one by one; each is looked at when those before it have run, as taps are then."""
        atoms = self.units[Memory.FEATURE]
        for record in records:
            if isinstance(record, Store):
                atoms[_stored(record)] = True
            elif isinstance(record, Exec):
                for found in self._executed(record):
                    atoms[found[found < len(atoms)]] = True
            yield record

    def _executed(self, record: Exec) -> Iterator[NDArray[np.int64]]:
        """Atoms that a record EXEC reads; where it has planes, those of more bits than it may take."""
        nest, count = Nest.of(record, self.machine.memories), len(self.units[Memory.FEATURE])
        blocks, further = ceil(record.out_channels / (record.tail + 1)), {0}
        if record.source == Source.ENGINE:
            blocks = record.blocks
            planes = range(Mode.of_word(record.mode).x_bits if record.plane_step else 1)
            steps = range(0, record.tiles, record.tiles_per_step if record.tile_step else record.tiles)
            further = {
                tile // record.tiles_per_step * record.tile_step + plane * record.plane_step
                for tile in steps
                for plane in planes
            }
        for each in further:
            yield nest.addresses(blocks, each)[nest.valid].ravel() % (2 * count)
        if record.operand != Operand.NONE:
            yield nest.operands(ceil(record.out_channels / record.out_values)).ravel() % (2 * count)


def _stored(record: Store) -> NDArray[np.int64]:
    """Atoms that a STORE reads."""
    found = record.local + np.arange(record.units)
    for count, pitch in (
        (record.count_1, record.local_pitch_1),
        (record.count_2, record.local_pitch_2),
        (record.count_3, record.local_pitch_3),
    ):
        found = np.unique(found[:, None] + np.arange(count) * pitch)
    return found
