"""What a storage format states about itself: the interface that the rest of the hardware asks."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from amaranth.hdl import Value

__all__ = ["StorageFormat", "Table"]


@dataclass(frozen=True)
class Table:
    """A codebook in hardware.

    Parameters
    ----------
    words : Value
        The integers, place 0 lowest, without gaps.
    width : int
        Bits of each of them.
    """

    words: Value
    width: int


class StorageFormat(ABC):
    """How a value is stored. A format is a frozen value: equal parameters are the same format.

    ``w_bits`` and ``w_signed`` of a mode describe the decoded integers, the format how a code becomes one.

    Attributes
    ----------
    name : str
        What configurations, modes and documents call it.
    code_bits : int or None
        Width of a code; None where the stored bits are the integer itself, as wide as the mode says.
    integers : tuple of two ints, or None
        Least and largest integer that a code stands for; None where the format sets none.
    one_term : bool
        Whether every integer is 0 or one signed power of two.
    entries : int
        Integers of the codebook that codes are looked up in, 0 without one.
    meaningless : tuple of int
        Codes that stand for nothing: the engine reports them.
    """

    name: str
    code_bits: int | None
    integers: tuple[int, int] | None = None
    one_term: bool = False
    entries: int = 0
    meaningless: tuple[int, ...] = ()

    @property
    def least_bits(self) -> int | None:
        """The fewest bits of a signed integer that hold every decoded one; None where the format sets none."""
        if self.integers is None:
            return None
        least, largest = self.integers
        return max((-least - 1).bit_length(), largest.bit_length()) + 1

    @property
    def is_narrow(self) -> bool:
        """Whether every decoded integer fits two bits, so that kinds that pack values need no more for it."""
        return self.least_bits == 2

    @abstractmethod
    def decode(self, code: Value, bits: int, table: Table | None) -> Value:
        """The integer that a code stands for, in hardware.

        Parameters
        ----------
        code : Value
            ``code_bits`` bits.
        bits : int
            Width of the integer, two's complement.
        table : Table or None
            The codebook, of ``entries`` integers or more; None where the array has none.

        Returns
        -------
        Value
            ``bits`` bits.
        """
