"""Two radix-4 digits, each -2 to 2: 21 integers, -10 to 10."""

from dataclasses import dataclass

from amaranth.hdl import Cat, Value

from .format import StorageFormat, Table

__all__ = ["TwoDigits"]


@dataclass(frozen=True)
class TwoDigits(StorageFormat):
    """``4a + b`` with digits a and b of -2 to 2. The code is the integer itself, two's complement of 5 bits; in memory
    a pair of weights takes 9 bits (21 x 21 pairs)."""

    name = "two_digits"
    code_bits = 5
    integers = (-10, 10)
    meaningless = tuple(range(11, 22))  # 11 to 15, and -16 to -11

    def decode(self, code: Value, bits: int, table: Table | None) -> Value:
        return Cat(code, code[-1].replicate(max(bits - len(code), 0)))[:bits]
