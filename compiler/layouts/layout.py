"""Where the values of a tensor lie in the feature memory.

A picture of ``rows`` by ``columns`` pixels and ``channels`` channels has ``values`` neighbouring channels in an atom.
With ``s = apart``, the value of pixel (y, x) and channel c is number ``c mod values`` of the atom::

    base + (c div values) block_pitch + (y mod s) row_phase + (y div s) row_pitch
         + (x mod s) column_phase + x div s + plane plane_pitch

Rows and columns are stored apart for a convolution of stride s that reads the picture next; planes are for kinds that
take data bit by bit.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Layout"]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A tensor's place and form. Raises ``ValueError`` for fields that do not fit each other.

    Parameters
    ----------
    rows, columns, channels : int
    values : int
        Channels of an atom.
    bits : int
        Of a value; as many planes where ``planes``.
    signed : bool
        Whether values are two's complement.
    planes : bool
        Each bit of the values has an atom of its own.
    base : int
        The first atom.
    row_pitch, block_pitch, plane_pitch : int
        Atoms from one row, block of channels or plane to the next.
    apart, row_phase, column_phase : int
        See the module.
    """

    rows: int
    columns: int
    channels: int
    values: int
    bits: int = 8
    signed: bool = False
    planes: bool = False
    base: int = 0
    row_pitch: int
    block_pitch: int
    plane_pitch: int = 0
    apart: int = 1
    row_phase: int = 0
    column_phase: int = 0

    def __post_init__(self) -> None:
        for name in ("rows", "columns", "channels", "values", "bits", "apart"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, allowed are 1 and more")
        least = -(-self.columns // self.apart)
        if self.row_pitch < least:
            raise ValueError(f"row_pitch is {self.row_pitch}, allowed with {self.columns} columns are {least} and more")

    @classmethod
    def of(
        cls,
        rows: int,
        columns: int,
        channels: int,
        *,
        values: int,
        array_rows: int,
        reader_columns: int | None = None,
        bits: int = 8,
        signed: bool = False,
        planes: bool = False,
        base: int = 0,
        apart: int = 1,
    ) -> Self:
        """A layout whose pitches keep all rows of an array busy.

        Parameters
        ----------
        array_rows : int
            R: row pitches are chosen equal to ``reader_columns`` modulo R.
        reader_columns : int, optional
            Columns of the output of the convolution that reads the picture; as many as it stores a row if left out.
        rows, columns, channels, values, bits, signed, planes, base, apart
            As of :class:`Layout`.
        """
        stored = -(-columns // apart)
        wanted = stored if reader_columns is None else reader_columns
        form = cls(
            rows=rows,
            columns=columns,
            channels=channels,
            values=values,
            bits=bits,
            signed=signed,
            planes=planes,
            base=base,
            row_pitch=_next(stored, wanted, array_rows),
            block_pitch=0,
            apart=apart,
        )
        return form.resized(rows, channels, array_rows=array_rows)

    def resized(self, rows: int, channels: int, *, array_rows: int) -> Self:
        """A layout of other rows and channels with the same row pitch, packed as :meth:`of` does."""
        column_phase, row_phase, block_pitch = self._pitches(rows, array_rows)
        blocks = -(-channels // self.values)
        return replace(
            self,
            rows=rows,
            channels=channels,
            block_pitch=block_pitch,
            plane_pitch=block_pitch * blocks if self.planes else 0,
            row_phase=row_phase,
            column_phase=column_phase,
        )

    def _pitches(self, rows: int, array_rows: int) -> tuple[int, int, int]:
        """From one phase of columns, one of rows, and one block of channels to the next, of so many rows."""
        apart = self.apart
        part = self.row_pitch * -(-rows // apart)  # one phase of rows and columns
        if apart == 1:
            return 0, 0, part
        if apart > 2:
            return part, apart * part, apart * apart * part
        # neighbouring columns half of the banks apart, the next row where the last one ends: pixels that are written
        # one behind the other are in different banks, see lowtide.hw.memory.ports.shuffled
        column_phase = _next(part, array_rows // 2, array_rows)
        row_phase = _next(column_phase + part, -(-self.columns // 2), array_rows)
        return column_phase, row_phase, row_phase + column_phase + part

    @property
    def blocks(self) -> int:
        """Blocks of channels."""
        return -(-self.channels // self.values)

    @property
    def end(self) -> int:
        """The atom behind the last one, where no pitch is negative."""
        plane = self.bits - 1 if self.planes else 0
        return self.address(self.rows - 1, self.columns - 1, self.channels - 1, plane, last=True) + 1

    @property
    def room(self) -> int:
        """Atoms from ``base`` on that copies of the tensor touch: whole rows, of all phases alike."""
        planes = self.bits - 1 if self.planes else 0
        phases = (self.apart - 1) * (self.row_phase + self.column_phase)
        rows = -(-self.rows // self.apart) * self.row_pitch
        return planes * self.plane_pitch + (self.blocks - 1) * self.block_pitch + phases + rows

    def room_of(self, rows: int, channels: int, *, array_rows: int) -> int:
        """The room of this layout, resized."""
        blocks = -(-channels // self.values)
        column_phase, row_phase, block_pitch = self._pitches(rows, array_rows)
        planes = (self.bits - 1) * block_pitch * blocks if self.planes else 0
        phases = (self.apart - 1) * (row_phase + column_phase)
        return planes + (blocks - 1) * block_pitch + phases + self.row_pitch * -(-rows // self.apart)

    def address(self, y: int, x: int, c: int, plane: int = 0, *, last: bool = False) -> int:
        """The atom of a pixel, a channel and a plane; ``last``: the largest of all pixels up to it."""
        if last:
            return max(
                self.address(row, column, c, plane)
                for row in range(max(0, y - self.apart + 1), y + 1)
                for column in range(max(0, x - self.apart + 1), x + 1)
            )
        return self.base + self.offset(y, x) + c // self.values * self.block_pitch + plane * self.plane_pitch

    def offset(self, y: int, x: int) -> int:
        """Atoms from pixel (0, 0) to pixel (y, x), which may lie outside of the picture."""
        rows = y % self.apart * self.row_phase + y // self.apart * self.row_pitch
        return rows + x % self.apart * self.column_phase + x // self.apart

    def at(self, base: int) -> Self:
        """The same form elsewhere."""
        return replace(self, base=base)

    def channels_from(self, first: int, count: int) -> Self:
        """The layout of some neighbouring channels, as parts of a concatenation have it. ``ValueError`` unless they
        begin with an atom."""
        if first % self.values or not 0 <= first < first + count <= self.channels:
            raise ValueError(
                f"first is {first}, allowed with {self.channels} channels are multiples of {self.values} below"
            )
        return replace(self, channels=count, base=self.base + first // self.values * self.block_pitch)

    def columns_from(self, first: int, count: int) -> Self:
        """The layout of some neighbouring columns. ``ValueError`` unless they begin where all phases do."""
        if first % self.apart or not 0 <= first < first + count <= self.columns:
            raise ValueError(
                f"first is {first}, allowed with {self.columns} columns are multiples of {self.apart} below"
            )
        return replace(self, columns=count, base=self.base + first // self.apart)

    def rows_from(self, first: int, count: int) -> Self:
        """The layout of some neighbouring rows. ``ValueError`` unless they begin where all phases do."""
        if first % self.apart or not 0 <= first < first + count <= self.rows:
            raise ValueError(f"first is {first}, allowed with {self.rows} rows are multiples of {self.apart} below")
        return replace(self, rows=count, base=self.base + first // self.apart * self.row_pitch)

    def atoms(self) -> NDArray[np.int64]:
        """The atoms of all pixels and blocks: int64 [rows, columns, blocks], the lowest of bit planes."""
        y, x = np.arange(self.rows)[:, None], np.arange(self.columns)
        rows = y % self.apart * self.row_phase + y // self.apart * self.row_pitch
        pixels = rows + x % self.apart * self.column_phase + x // self.apart
        return self.base + pixels[..., None] + np.arange(self.blocks) * self.block_pitch

    def put(self, memory: NDArray[np.uint8], codes: ArrayLike) -> None:
        """Write codes [rows, columns, channels] into a memory, uint8 [atoms, bytes of an atom], changed in place."""
        filled = np.zeros((self.rows, self.columns, self.blocks * self.values), np.int64)
        filled[..., : self.channels] = codes
        whole = filled.reshape(self.rows, self.columns, self.blocks, self.values)
        atoms, width = self.atoms(), 1 if self.planes else self.bits
        for plane in range(self.bits if self.planes else 1):
            bits = (whole[..., None] >> plane + np.arange(width) & 1).astype(np.uint8)
            atom = np.zeros((*atoms.shape, 8 * memory.shape[1]), np.uint8)
            atom[..., : self.values * width] = bits.reshape(*atoms.shape, -1)
            memory[atoms + plane * self.plane_pitch] = np.packbits(atom, axis=-1, bitorder="little")

    def get(self, memory: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The codes [rows, columns, channels] in a memory: the inverse of :meth:`put`."""
        atoms, width = self.atoms(), 1 if self.planes else self.bits
        found = np.zeros((*atoms.shape, self.values), np.int64)
        for plane in range(self.bits if self.planes else 1):
            bits = np.unpackbits(memory[atoms + plane * self.plane_pitch], axis=-1, bitorder="little")
            values = bits[..., : self.values * width].reshape(*atoms.shape, self.values, width).astype(np.int64)
            found += (values << plane + np.arange(width)).sum(axis=-1)
        if self.signed:
            found = found << 64 - self.bits >> 64 - self.bits
        return found.reshape(self.rows, self.columns, -1)[..., : self.channels]


def _next(least: int, remainder: int, modulus: int) -> int:
    """The next number from ``least`` on with that remainder."""
    return least + (remainder - least) % modulus
