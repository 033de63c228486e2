"""The atoms and weight words that an EXEC touches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.execute import Exec, Source
from lowtide.golden.machine import Interpreter
from lowtide.golden.machine.nest import Nest
from lowtide.golden.pe import KINDS
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

__all__ = ["Atoms", "atoms_of", "passes_of", "weight_words"]


@dataclass(frozen=True)
class Atoms:
    """The atoms that a record touches, addresses from the bases that it states, each int64 of one dimension."""

    inputs: NDArray[np.int64]
    outputs: NDArray[np.int64]
    operands: NDArray[np.int64]

    @property
    def is_legal(self) -> bool:
        """Whether none is written twice, or written and read."""
        read = np.concatenate([self.inputs, self.operands])
        return len(np.unique(self.outputs)) == len(self.outputs) and not np.isin(self.outputs, read).any()


def passes_of(config: AcceleratorConfig, mode: Mode) -> int:
    """Passes that a job makes, each with weights of its own."""
    pairs = KINDS[config.array.kind].plane_pairs(mode, config.array)
    return 1 if pairs is None else len(pairs)


def weight_words(record: Exec, config: AcceleratorConfig, mode: Mode) -> int:
    """Words of the weight memory that a record reads."""
    return -(-record.tiles * record.chunks * passes_of(config, mode) >> record.weight_packing)


def atoms_of(record: Exec, machine: Interpreter, mode: Mode) -> Atoms:
    """The atoms that a record touches; its taps are in the tap memory."""
    config = machine.machine
    nest = Nest.of(record, machine.memories)
    if record.source != Source.ENGINE:
        channels, further = record.out_channels, [0]
        blocks = -(-channels // (record.tail + 1))
    else:
        channels, blocks = min(record.tiles * record.tile_columns, record.out_channels), record.blocks
        planes = {x for x, _ in KINDS[config.array.kind].plane_pairs(mode, config.array) or [(0, 0)]}
        further = [
            step * record.tile_step + plane * record.plane_step
            for step in range(-(-record.tiles // record.tiles_per_step))
            for plane in planes
        ]
    read = [nest.addresses(blocks, each)[nest.valid].ravel() for each in further]
    out_blocks = -(-channels // record.out_values)
    written_blocks = -(-(2 * record.top_k or channels) // record.out_values)
    written = [
        (nest.outputs(written_blocks) + plane * record.out_plane_step).ravel()
        for plane in range(record.out_bits if record.out_planes else 1)
    ]
    operands = nest.operands(out_blocks).ravel() if record.operand else np.zeros(0, np.int64)
    return Atoms(np.concatenate(read), np.concatenate(written), operands)
