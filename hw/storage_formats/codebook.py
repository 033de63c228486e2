"""Codebook: a code is a place in a table of integers that software loads (Deep Compression, arXiv 1510.00149)."""

from dataclasses import dataclass

from .format import StorageFormat

__all__ = ["Codebook"]


@dataclass(frozen=True)
class Codebook(StorageFormat):
    """Integers of a table.

    Parameters
    ----------
    entries : int
        Integers of the table, a power of two: 16 is ``codebook16``, codes of 4 bits; 256 has codes of 8 bits.
    """

    entries: int

    @property
    def name(self):
        return f"codebook{self.entries}"

    @property
    def code_bits(self):
        return self.entries.bit_length() - 1

    def decode(self, code, bits, table):
        return table.words[:self.entries * table.width].word_select(code, table.width)[:bits]
