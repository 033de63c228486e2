"""A tensor in the feature memory as weights: copied out in the order of words, and back into the weight memory.

A tile of columns has the tensor's words, then those of constants, which lie in external memory from the start, then the
tensor's again: what products of tensors with zero points need.
"""

from dataclasses import dataclass, replace

import numpy as np

from lowtide.common.records.kinds import Load, Memory, Store

from .layout import Layout

__all__ = ["TensorWeights"]


@dataclass(frozen=True, kw_only=True)
class TensorWeights:
    """A tensor in the feature memory as weights of a kernel.

    Parameters
    ----------
    layout : Layout
        One row of pixels, a pixel for each column of the product.
    cols : int
        Columns of the array.
    atom_bytes : int
    constants : tuple of int
        Weights that stand behind the tensor's, each for all of its channels.
    again : int
        How often the tensor's words come again behind these.
    """

    layout: Layout
    cols: int
    atom_bytes: int
    constants: tuple[int, ...] = ()
    again: int = 0

    @property
    def tiles(self) -> int:
        """Tiles of columns of the product."""
        return -(-self.layout.columns // self.cols)

    @property
    def words(self) -> int:
        """Words of the weight memory."""
        return self.tiles * self.parts * self.layout.blocks

    @property
    def parts(self) -> int:
        """How many times the words of the tensor a tile has words."""
        return 1 + len(self.constants) + self.again

    @property
    def content(self) -> bytes:
        """What lies in external memory from the start: the constants, and zeros where the tensor goes."""
        form = self.layout
        words = np.zeros((self.parts, form.blocks, self.cols, self.atom_bytes), np.uint8)
        if self.constants:
            row = replace(form, rows=1, columns=1, row_pitch=1, block_pitch=1, base=0)
            for part, constant in enumerate(self.constants, 1):
                atoms = np.zeros((form.blocks, self.atom_bytes), np.uint8)
                row.put(atoms, np.full((1, 1, form.channels), constant))
                words[part] = atoms[:, None]
        return words.tobytes() * self.tiles

    def stores(self, address: int) -> list[Store]:
        """The copies to external memory, word by word: of whole tiles, and of a last one with fewer columns. What
        columns beyond these get is what was there."""
        whole, rest = divmod(self.layout.columns, self.cols)
        return [
            self._store(address, part, first, tiles, columns)
            for part in (0, *range(1 + len(self.constants), self.parts))
            for first, tiles, columns in ((0, whole, self.cols), (whole, 1, rest))
            if tiles and columns
        ]

    def _store(self, address: int, part: int, first: int, tiles: int, columns: int) -> Store:
        word = self.cols * self.atom_bytes
        of_part = word * self.layout.blocks
        of_tile = self.parts * of_part
        return Store(
            address=address + first * of_tile + part * of_part,
            local=self.layout.base + first * self.cols,
            units=columns,
            count_1=self.layout.blocks,
            pitch_1=word,
            local_pitch_1=self.layout.block_pitch,
            count_2=tiles,
            pitch_2=of_tile,
            local_pitch_2=self.cols,
        )

    def load(self, address: int, first: int) -> Load:
        """The copy from there to the weight memory, from word ``first`` on."""
        return Load(memory=Memory.WEIGHT, address=address, local=first, units=self.words)
