"""Logarithmic: a sign above an exponent code c, 0 where c is 0, else ``±2^(c-1)`` (LogNet, arXiv 1603.01025)."""

from dataclasses import dataclass

from amaranth.hdl import Cat, Mux, Value

from .format import StorageFormat, Table

__all__ = ["Logarithmic"]


@dataclass(frozen=True)
class Logarithmic(StorageFormat):
    """Zero and signed powers of two.

    Parameters
    ----------
    exponent_bits : int
        Width of c: 3 is ``log4``, to ``±2^6``; 4 is ``log5``, to ``±2^14``.
    """

    exponent_bits: int
    one_term = True

    @property
    def name(self) -> str:
        return f"log{self.code_bits}"

    @property
    def code_bits(self) -> int:
        return self.exponent_bits + 1

    @property
    def integers(self) -> tuple[int, int]:
        largest = 1 << (1 << self.exponent_bits) - 2
        return -largest, largest

    def decode(self, code: Value, bits: int, table: Table | None) -> Value:
        exponent, negative = code[:-1], code[-1]
        magnitude = Cat(exponent == place + 1 for place in range(bits))
        return Mux(negative, -magnitude, magnitude)[:bits]
