"""Records and profile entries in external memory: blocks of one size, which have numbers in place of addresses."""

from dataclasses import dataclass

from amaranth.hdl import Value

from lowtide.common.records.profile import PROFILE_ENTRY_BYTES
from lowtide.common.records.record import RECORD_BYTES

from ...bus.axi import ADDRESS_BITS

__all__ = ["LIST", "PROFILE", "Blocks"]


@dataclass(frozen=True)
class Blocks:
    """Blocks one behind the other, number 0 at address 0.

    Parameters
    ----------
    size : int
        Bytes of a block, a power of two.
    """

    size: int

    @property
    def shift(self) -> int:
        """Base-2 logarithm of the bytes of a block."""
        return self.size.bit_length() - 1

    @property
    def number_bits(self) -> int:
        """Width of a number."""
        return ADDRESS_BITS - self.shift

    def are_inside(self, number: Value, base: Value, limit: Value) -> Value:
        """Whether a block lies in the window from byte ``base`` to byte ``limit``."""
        return (number << self.shift >= base) & ((number << self.shift | self.size - 1) <= limit)

    def beat_address(self, number: Value, bus_bits: int) -> Value:
        """The address of a block in beats of the bus, of at most as many bytes."""
        return number << self.shift - (bus_bits // 8).bit_length() + 1


LIST = Blocks(RECORD_BYTES)  #: of the records of lists
PROFILE = Blocks(PROFILE_ENTRY_BYTES)  #: of the entries that tell of records
