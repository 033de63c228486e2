"""Weights of EXEC as they lie in the weight memory: beats of all columns, perhaps several in a word."""

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import Memory

from ..diagonal import diagonal_places
from ..duck_types import AnyMode
from ..pe import KINDS
from ..storage_formats import PLAIN, find
from .bits import fields, signed
from .configuration import AnyMachine, payload_bits
from .memories import Memories

__all__ = ["Weights"]


class Weights:
    """The weights of a record's jobs.

    Beat j of the record lies in word ``weight_base + j div P`` with ``P = 2^weight_packing`` beats in a word. A value
    has a field of e bits there, which is cut into P fields of ``e div P`` bits, lowest first; beat j has number
    ``j mod P``. Plain signed weights are extended by their sign, all others by zeros. Every column has its values,
    value 0 lowest, and behind them the exponent of the chunk where chunks have one: that of all beats of the word.

    Beats of a job: pass by pass, in each chunk by chunk. Jobs: tile by tile.
    """

    def __init__(self, record: Exec, machine: AnyMachine, memories: Memories, mode: AnyMode) -> None:
        array, kind = machine.array, KINDS[machine.array.kind]
        self.record, self.memories, self.mode, self.array = record, memories, mode, array
        self.beats = 1 << record.weight_packing
        self.width = kind.element_bits(mode, array, "w")
        if self.width < self.beats:
            raise MachineError(
                Error.RANGE,
                f"weight_packing is {record.weight_packing}, weights of {self.width} bits have no room for "
                f"{self.beats} beats a word",
            )
        pairs = kind.plane_pairs(mode, array)
        self.passes = 1 if pairs is None else len(pairs)
        self.values = 1 if mode.diagonal else kind.values_per_beat(mode, array)
        self.payload, self.inside = payload_bits(array, "w"), kind.stream_bits(array, "w")
        self.words = memories.units(
            Memory.WEIGHT, record.weight_base, -(-record.tiles * self.passes * record.chunks // self.beats)
        )

    def matrix(self, tiles: range, number: int) -> tuple[NDArray[np.int64], NDArray[np.int32] | None]:
        """The weights of some tiles in a pass.

        Parameters
        ----------
        tiles : range
            Neighbouring tiles.
        number : int
            Of the pass.

        Returns
        -------
        codes : ndarray of int64 [chunks times values, tiles times columns]
            Values of a chunk: 1 in a diagonal mode.
        exponents : ndarray of int32 [chunks, tiles times columns], or None
        """
        chunks, cols, mode = self.record.chunks, self.array.cols, self.mode
        beats = (np.array(tiles)[:, None] * self.passes + number) * chunks + np.arange(chunks)  # [tiles, chunks]
        words, part = self.words[beats // self.beats], beats % self.beats
        narrow = self.width // self.beats
        found = np.zeros((*beats.shape, cols, self.values), np.int64)
        for place in range(self.beats):
            held = part == place
            for column in range(cols):
                first = column * self.payload + place * narrow
                found[held, column] = fields(words[held], first, narrow, self.values, self.width)
        stored = find(mode.w_format)
        if stored != PLAIN:
            assert stored.code_bits is not None
            found &= (1 << stored.code_bits) - 1
        elif mode.w_signed and KINDS[self.array.kind].plane_pairs(mode, self.array) is None:
            found = signed(found, narrow)
        codes = found.transpose(1, 3, 0, 2).reshape(chunks * self.values, -1)
        if mode.diagonal:  # what lies beyond the last value of the job is no weight, whatever it is
            values = KINDS[self.array.kind].values_per_beat(mode, self.array)
            length = (chunks - 1) * values + self.record.tail + 1
            codes[diagonal_places(codes.shape, values, cols) >= length] = 0
        if not mode.group_exponent:
            return codes, None
        up = [fields(words, c * self.payload + self.inside, self.array.exponent_bits, 1, 16) for c in range(cols)]
        exponents = np.stack([each[..., 0] for each in up], axis=-1)  # [tiles, chunks, cols]
        return codes, exponents.transpose(1, 0, 2).reshape(chunks, -1)

    def codebook(self) -> NDArray[np.int64] | None:
        """The table that the mode's weights are looked up in, int64 [entries]; None for a format without one."""
        entries = find(self.mode.w_format).entries
        if not entries:
            return None
        books = fields(self.memories.local[Memory.CODEBOOK], 0, 16, 4, 16).reshape(2, -1)
        book = books[self.mode.codebook, :entries] & (1 << self.array.w_width) - 1
        return signed(book, self.array.w_width) if self.mode.w_signed else book.astype(np.int64)
