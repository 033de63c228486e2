"""A tensor in the feature memory as weights: copied out in the order of words, and back into the weight memory."""

from dataclasses import dataclass

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
    """

    layout: Layout
    cols: int
    atom_bytes: int

    @property
    def tiles(self) -> int:
        """Tiles of columns of the product."""
        return -(-self.layout.columns // self.cols)

    @property
    def words(self) -> int:
        """Words of the weight memory."""
        return self.tiles * self.layout.blocks

    def stores(self, address: int) -> list[Store]:
        """The copies to external memory, word by word: of whole tiles, and of a last one with fewer columns. What
        columns beyond these get is what was there."""
        whole, rest = divmod(self.layout.columns, self.cols)
        return [
            self._store(address, first, tiles, columns)
            for first, tiles, columns in ((0, whole, self.cols), (whole, 1, rest))
            if tiles and columns
        ]

    def _store(self, address: int, first: int, tiles: int, columns: int) -> Store:
        word = self.cols * self.atom_bytes
        of_tile = word * self.layout.blocks
        return Store(
            address=address + first * of_tile,
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
