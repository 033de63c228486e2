"""Plain integers: the stored bits are the value, unsigned or two's complement, as wide as the mode says."""

from dataclasses import dataclass

from amaranth.hdl import Value

from .format import StorageFormat, Table

__all__ = ["Plain"]


@dataclass(frozen=True)
class Plain(StorageFormat):
    """Integers as they are."""

    name = "plain"
    code_bits = None

    def decode(self, code: Value, bits: int, table: Table | None) -> Value:
        return code
