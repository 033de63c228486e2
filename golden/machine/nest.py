"""Where an EXEC record reads and writes: atoms of every output pixel, tap and block.

Pixels are counted row by row, ``p = oy out_columns + ox``, and M is how many there are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import Memory

from .bits import fields, signed
from .memories import Memories

__all__ = ["Nest", "checked"]


@dataclass(frozen=True, eq=False)
class Nest:
    """The addresses of a record.

    Parameters
    ----------
    record : Exec
    row, column : ndarray of int64 [M]
        Output row and column of each pixel.
    offsets : ndarray of int64 [taps]
        Of each tap, in atoms.
    valid : ndarray of bool [M, taps]
        Whether the tap of a pixel lies within the input.
    """

    record: Exec
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    offsets: NDArray[np.int64]
    valid: NDArray[np.bool_]

    @classmethod
    def of(cls, record: Exec, memories: Memories) -> "Nest":
        """The addresses of a record, with the taps that are in memory. MachineError, ADDRESS, for taps beyond it."""
        row, column = np.divmod(np.arange(record.out_rows * record.out_columns), record.out_columns)
        taps = memories.units(Memory.TAP, record.tap_base, record.taps)
        offsets = taps[:, :4].copy().view("<u4")[:, 0]
        dy, dx = (signed(fields(taps, first, 8, 1, 8)[:, 0], 8) for first in (32, 40))
        y, x = row[:, None] * record.stride_y + dy, column[:, None] * record.stride_x + dx
        valid = (y >= 0) & (y < record.in_rows) & (x >= 0) & (x < record.in_columns)
        return cls(record, row, column, signed(offsets, 24), valid)

    def inputs(self, blocks: int, further: int, memories: Memories) -> NDArray[np.int64]:
        """Atoms that are read, int64 [M, taps, blocks]; 0 for taps that are not valid. MachineError, ADDRESS, beyond
        the memory; the other parameters are those of :meth:`addresses`."""
        atoms = np.where(self.valid[..., None], self.addresses(blocks, further), 0)
        return checked(atoms, memories, "input")

    def addresses(self, blocks: int, further: int) -> NDArray[np.int64]:
        """Atoms of all taps, valid or not, int64 [M, taps, blocks].

        Parameters
        ----------
        blocks : int
            Blocks of channels, ``block_step`` apart.
        further : int
            Added to all: what tile and plane say.
        """
        record = self.record
        pixels = record.in_base + self.row * record.in_row_step + self.column * record.in_column_step
        steps = np.arange(blocks) * record.block_step + further
        found: NDArray[np.int64] = pixels[:, None, None] + self.offsets[:, None] + steps
        return found

    def outputs(self, blocks: int) -> NDArray[np.int64]:
        """Atoms that are written, int64 [M, blocks]; of bit planes the lowest."""
        record, apart = self.record, self.record.out_apart
        pixels = (
            self.row % apart * record.out_row_phase
            + self.row // apart * record.out_row_step
            + self.column % apart * record.out_column_phase
            + self.column // apart
        )
        return record.out_base + pixels[:, None] + np.arange(blocks) * record.out_block_step

    def operands(self, blocks: int) -> NDArray[np.int64]:
        """Atoms of the second tensor, int64 [M, blocks]."""
        record = self.record
        pixels = record.operand_base + self.row * record.operand_row_step + self.column
        return pixels[:, None] + np.arange(blocks) * record.operand_block_step


def checked(atoms: NDArray[np.int64], memories: Memories, what: str) -> NDArray[np.int64]:
    """Atoms of the feature memory.

    Addresses count modulo twice its atoms, so that hardware needs one bit more than an atom address. MachineError,
    ADDRESS, for one beyond the memory.
    """
    count = len(memories.local[Memory.FEATURE])
    wrapped = atoms % (2 * count)
    if wrapped.size and wrapped.max() >= count:
        wrong = atoms[wrapped >= count].flat[0]
        raise MachineError(Error.ADDRESS, f"{what} is atom {wrong} of the feature memory, which has {count}")
    return wrapped
