"""Codebook: a code is a place in a table of integers that software loads (Deep Compression, arXiv 1510.00149)."""

from dataclasses import dataclass

from amaranth.hdl import Value

from .format import StorageFormat, Table

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
    def name(self) -> str:
        return f"codebook{self.entries}"

    @property
    def code_bits(self) -> int:
        return self.entries.bit_length() - 1

    def decode(self, code: Value, bits: int, table: Table | None) -> Value:
        words = table.words[: self.entries * table.width]  # type: ignore[union-attr]  # a codebook has its table
        return words.word_select(code, table.width)[:bits]  # type: ignore[union-attr]
