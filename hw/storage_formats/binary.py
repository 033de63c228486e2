"""Binary: one bit, 1 for +1 and 0 for -1 (XNOR-Net, arXiv 1603.05279)."""

from dataclasses import dataclass

from amaranth.hdl import Cat, Const, Value

from .format import StorageFormat, Table

__all__ = ["Binary"]


@dataclass(frozen=True)
class Binary(StorageFormat):
    """±1 in one bit."""

    name = "binary"
    code_bits = 1
    integers = (-1, 1)
    one_term = True

    def decode(self, code: Value, bits: int, table: Table | None) -> Value:
        return Cat(Const(1, 1), (~code[0]).replicate(bits - 1))
