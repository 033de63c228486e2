"""What a storage format states about itself: the interface that the rest of the arithmetic asks."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from ..terms import check_bits, check_range, integer_array, max_terms, value_range

__all__ = ["StorageFormat", "Stored"]


@dataclass(frozen=True, eq=False)
class Stored:
    """Real values as an array takes them.

    Parameters
    ----------
    codes : int32 array
        Codes of the format, or integers where it is plain; of the shape of the values.
    scale : float
        What one unit of a decoded integer is worth.
    table : int32 array or None
        The codebook, [entries]; None in formats without one.
    """

    codes: np.ndarray
    scale: float
    table: np.ndarray | None = None


class StorageFormat(ABC):
    """How a value is stored. A format is a frozen value: equal parameters are the same format.

    Bits and signedness of a mode describe the decoded integers, the format how a code becomes one. Every method raises
    ValueError for integers of so many bits that do not fit the format, and for dtypes, codes and tables that are not
    allowed.

    Attributes
    ----------
    name : str
        What modes call it.
    code_bits : int or None
        Width of a code; None where the stored bits are the integer itself, as wide as the mode says.
    limits : tuple of two ints, or None
        Least and largest integer that a code stands for; None where the format sets none.
    one_term : bool
        Whether every integer is 0 or one signed power of two.
    entries : int
        Integers of the codebook that codes are looked up in, 0 without one.
    meaningless : tuple of int
        Codes that stand for nothing.
    """

    name: str
    code_bits: int | None
    limits: tuple[int, int] | None = None
    one_term: bool = False
    entries: int = 0
    meaningless: tuple[int, ...] = ()

    @property
    def least_bits(self) -> int | None:
        """The fewest bits of a signed integer that hold every decoded one; None where the format sets none."""
        if self.limits is None:
            return None
        least, largest = self.limits
        return next(bits for bits in range(1, 65) if -(1 << bits - 1) <= least <= largest < 1 << bits - 1)

    @property
    def is_narrow(self) -> bool:
        """Whether every decoded integer fits two bits."""
        return self.least_bits == 2

    def check_fit(self, bits: int, signed: bool, prefix: str = "") -> None:
        """ValueError unless integers of ``bits`` bits fit the format; ``prefix`` comes before the names of both."""
        if self.least_bits is None:
            return
        if not signed:
            raise ValueError(f"{prefix}signed is {signed!r}, allowed with format {self.name!r} is True only")
        if bits < self.least_bits:
            raise ValueError(
                f"{prefix}bits is {bits!r}, allowed with format {self.name!r} are integers {self.least_bits}..16"
            )

    def stored_bits(self, bits: int = 8) -> int:
        """Bits of a stored value: of a code, or ``bits``, those of the integer, if it is plain."""
        return check_bits("bits", bits, 1) if self.code_bits is None else self.code_bits

    def decoded_range(self, bits: int = 8, signed: bool = True) -> tuple[int, int]:
        """(smallest, largest) integer of ``bits`` bits that any code, with any codebook, decodes to."""
        self.check_fit(bits, signed)
        return value_range(check_bits("bits", bits, 1), signed) if self.limits is None else self.limits

    def most_terms(self, encoding: str = "hese", bits: int = 8, signed: bool = True) -> int:
        """The largest number of terms of a decoded integer."""
        self.check_fit(bits, signed)
        return 1 if self.one_term else max_terms(encoding, bits, signed)

    def decode(self, codes, *, codebook=None, bits=8, signed=True, name="codes"):
        """The integers of ``bits`` bits that ``codes`` stand for, of the same shape.

        Parameters
        ----------
        codes : int array
            0..2^code_bits - 1, any shape; plain ones are the integers themselves and come back as they are, the others
            as int32.
        codebook : int array or None
            The table, [entries] integers of ``bits`` bits, of a format with a codebook, else None.
        name : str
            What an error calls the codes.
        """
        self.check_fit(bits, signed)
        if codebook is not None and not self.entries:
            raise ValueError(f"codebook is given, allowed with format {self.name!r} is None only")
        if self.code_bits is None:
            return check_range(name, codes, bits, signed)
        codes = self._checked(name, codes)
        return self.integers(codes, self.checked_codebook(codebook, bits, signed) if self.entries else None)

    @abstractmethod
    def integers(self, codes: np.ndarray, table: np.ndarray | None = None) -> np.ndarray:
        """The integers, int32, of codes that have a meaning, int32 of any shape; table: the codebook, or None."""

    @abstractmethod
    def codes_of(self, integers: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """(codes, codebook or None) that decode to ``integers``, those of weights; ValueError where there are none."""

    @abstractmethod
    def encode(self, values, *, bits: int = 8, signed: bool = True) -> Stored:
        """Real values, any shape, as :class:`Stored` ones of ``bits``-bit integers, at a scale that suits them."""

    def checked_codebook(self, codebook, bits, signed):
        """A codebook as int32; ValueError unless it has its length and ``bits``-bit integers."""
        if codebook is None:
            raise ValueError(f"codebook is None, allowed with format {self.name!r} are {self.entries} integers")
        table = check_range("codebook", codebook, bits, signed).astype(np.int32)
        if table.shape != (self.entries,):
            raise ValueError(
                f"codebook has shape {table.shape}, allowed with format {self.name!r} is ({self.entries},)"
            )
        return table

    def _checked(self, name, codes):
        codes = integer_array(name, codes)
        largest = (1 << self.code_bits) - 1
        bad = codes[(codes < 0) | (codes > largest)]
        if bad.size:
            raise ValueError(
                f"{name} has codes from {bad.min()} to {bad.max()}, allowed with format {self.name!r} are 0..{largest}"
            )
        for code in self.meaningless:
            if (codes == code).any():
                meant = ", ".join(str(each) for each in range(largest + 1) if each not in self.meaningless)
                raise ValueError(f"{name} has the code {code}, allowed with format {self.name!r} are {meant}")
        return codes.astype(np.int32)
