"""Ternary: bit 0 is 1 where the value is not zero, bit 1 where it is negative. The code 2 has no meaning.

Two's complement of two bits in all but that code (TWN, arXiv 1605.04711).
"""

from dataclasses import dataclass

from amaranth.hdl import Cat, Value

from .format import StorageFormat, Table

__all__ = ["Ternary"]


@dataclass(frozen=True)
class Ternary(StorageFormat):
    """-1, 0 and 1 in two bits."""

    name = "ternary"
    code_bits = 2
    integers = (-1, 1)
    one_term = True
    meaningless = (2,)

    def decode(self, code: Value, bits: int, table: Table | None) -> Value:
        return Cat(code[0], (code[0] & code[1]).replicate(bits - 1))
