"""Four-bit floating point, E2M1: twice its numbers, the integers 0, 1, 2, 3, 4, 6, 8, 12 with a sign (OCP MX v1.0)."""

from dataclasses import dataclass

from amaranth.hdl import Cat, Mux, Value

from .format import StorageFormat, Table

__all__ = ["SmallFloat"]


@dataclass(frozen=True)
class SmallFloat(StorageFormat):
    """A mantissa of one bit, behind a leading one but for exponent 0, shifted by exponent - 1; a sign above them."""

    name = "e2m1"
    code_bits = 4
    integers = (-12, 12)

    def decode(self, code: Value, bits: int, table: Table | None) -> Value:
        mantissa, exponent, negative = code[0], code[1:3], code[3]
        subnormal, one, two, three = (exponent == value for value in range(4))
        magnitude = Cat(mantissa & (subnormal | one), one | (mantissa & two), two | (mantissa & three), three)
        integer = Mux(negative, -magnitude, magnitude)[:5]
        return Cat(integer, integer[-1].replicate(max(bits - len(integer), 0)))[:bits]
