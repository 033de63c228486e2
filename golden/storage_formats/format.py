"""What a storage format states about itself: the interface that the rest of the arithmetic asks."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import check_bits, check_range, integer_array, value_range
from ..terms import max_terms

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

    codes: NDArray[np.integer]
    scale: float
    table: NDArray[np.int32] | None = None


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

    def decode(
        self,
        codes: ArrayLike,
        *,
        codebook: ArrayLike | None = None,
        bits: int = 8,
        signed: bool = True,
        name: str = "codes",
    ) -> NDArray[np.integer]:
        """The integers of ``bits`` bits that ``codes`` stand for, of the same shape.

        Parameters
        ----------
        codes : int array
            0..2^code_bits - 1, any shape; plain ones are the integers themselves and come back as they are, the others
            as int32.
        codebook : int array or None
            The table, [entries] integers of ``bits`` bits, of a format with a codebook, else None.
        bits : int
            Width of an integer, 1..16.
        signed : bool
            Whether integers are two's complement.
        name : str
            What an error calls the codes.

        Returns
        -------
        ndarray of int
            The shape of ``codes``.
        """
        self.check_fit(bits, signed)
        if codebook is not None and not self.entries:
            raise ValueError(f"codebook is given, allowed with format {self.name!r} is None only")
        if self.code_bits is None:
            return check_range(name, codes, bits, signed)
        checked = self._checked(name, codes, self.code_bits)
        return self.integers(checked, self.checked_codebook(codebook, bits, signed) if self.entries else None)

    @abstractmethod
    def integers(self, codes: NDArray[np.int32], table: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
        """The integers of codes.

        Parameters
        ----------
        codes : ndarray of int32
            Codes that have a meaning, any shape.
        table : ndarray of int32 [entries], or None
            The codebook; None for a format without one.

        Returns
        -------
        ndarray of int32
            The shape of ``codes``.
        """

    @abstractmethod
    def codes_of(self, integers: NDArray[np.integer]) -> tuple[NDArray[np.integer], NDArray[np.integer] | None]:
        """Codes that decode to given integers, those of weights; ValueError where there are none.

        Parameters
        ----------
        integers : ndarray of int
            Any shape.

        Returns
        -------
        codes : ndarray of int
            The shape of ``integers``.
        table : ndarray of int [entries], or None
            The codebook that they are places in; None for a format without one.
        """

    @abstractmethod
    def encode(self, values: ArrayLike, *, bits: int = 8, signed: bool = True) -> Stored:
        """Real values as codes, at a scale that suits them.

        Parameters
        ----------
        values : array_like of real numbers
            Any shape, not all zero.
        bits : int
            Width of the integers that the codes stand for.
        signed : bool

        Returns
        -------
        Stored
        """

    def checked_codebook(self, codebook: ArrayLike | None, bits: int, signed: bool) -> NDArray[np.int32]:
        """A codebook as int32; ValueError unless it has its length and ``bits``-bit integers."""
        if codebook is None:
            raise ValueError(f"codebook is None, allowed with format {self.name!r} are {self.entries} integers")
        table = check_range("codebook", codebook, bits, signed).astype(np.int32)
        if table.shape != (self.entries,):
            raise ValueError(
                f"codebook has shape {table.shape}, allowed with format {self.name!r} is ({self.entries},)"
            )
        return table

    def _checked(self, name: str, codes: ArrayLike, code_bits: int) -> NDArray[np.int32]:
        codes = integer_array(name, codes)
        largest = (1 << code_bits) - 1
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
