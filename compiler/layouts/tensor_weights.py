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

    @property
    def end(self) -> int:
        """The atom behind the last one that is read: the last tile has as many pixels as the others."""
        form = self.layout
        return form.base + (form.blocks - 1) * form.block_pitch + self.tiles * self.cols

    def store(self, address: int) -> Store:
        """The copy to external memory, word by word."""
        word = self.cols * self.atom_bytes
        return Store(
            address=address,
            local=self.layout.base,
            units=self.cols,
            count_1=self.layout.blocks,
            pitch_1=word,
            local_pitch_1=self.layout.block_pitch,
            count_2=self.tiles,
            pitch_2=word * self.layout.blocks,
            local_pitch_2=self.cols,
        )

    def load(self, address: int, first: int) -> Load:
        """The copy from there to the weight memory, from word ``first`` on."""
        return Load(memory=Memory.WEIGHT, address=address, local=first, units=self.words)
