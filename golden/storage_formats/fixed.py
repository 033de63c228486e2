"""Storage formats whose codes always stand for the same integers, the format's levels."""

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..quantise import check_scale, finite_array
from .format import StorageFormat, Stored
from .scales import least_error_scale

__all__ = ["FixedFormat"]


class FixedFormat(StorageFormat):
    """A format that states its name, the bits of a code, and :meth:`integers`; the rest follows from these."""

    code_bits: int

    @cached_property
    def levels(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The integers that codes stand for, ascending, and the first code of each: two int32 arrays [levels]."""
        codes = np.setdiff1d(np.arange(1 << self.code_bits), np.array(self.meaningless, int)).astype(np.int32)
        integers, first = np.unique(self.integers(codes), return_index=True)
        return integers, codes[first]

    @cached_property
    def limits(self) -> tuple[int, int]:
        return int(self.levels[0][0]), int(self.levels[0][-1])

    @cached_property
    def one_term(self) -> bool:
        magnitudes = np.abs(self.levels[0])
        return bool((magnitudes & magnitudes - 1 == 0).all())

    def codes_of(self, integers: NDArray[np.integer]) -> tuple[NDArray[np.int32], None]:
        levels, codes = self.levels
        places = np.minimum(np.searchsorted(levels, integers), levels.size - 1)
        if not np.array_equal(levels[places], integers):
            raise ValueError(f"weights have integers that {self.name} does not, allowed are {levels.tolist()}")
        return codes[places], None

    def nearest(self, values: ArrayLike, scale: ArrayLike) -> NDArray[np.uint8]:
        """Codes of the nearest level times ``scale``, ties towards zero.

        Parameters
        ----------
        values : array_like of real numbers
            Beyond the least or largest level they become that.
        scale : array_like of real numbers
            One or more numbers > 0.

        Returns
        -------
        ndarray of uint8
            Of the shape that both broadcast to.
        """
        shares = finite_array("values", values) / check_scale(scale)
        levels, codes = self.levels
        middles = (levels[1:] + levels[:-1]) / 2
        places = np.where(shares >= 0, np.searchsorted(middles, shares), np.searchsorted(middles, shares, side="right"))
        return codes[places].astype(np.uint8)

    def encode(self, values: ArrayLike, *, bits: int = 8, signed: bool = True) -> Stored:
        """Real values, not all zero, as the nearest levels, at the scale of the least squared error."""
        self.check_fit(bits, signed)
        numbers = nonzero_values(values)
        whole = float(np.abs(numbers).max()) / max(map(abs, self.limits))

        def codes(scale: float) -> NDArray[np.int32]:
            return self.nearest(numbers, scale).astype(np.int32)

        scale = least_error_scale(numbers, whole, lambda scale: self.integers(codes(scale)))
        return Stored(codes(scale), scale)


def nonzero_values(values: ArrayLike) -> NDArray[np.float64]:
    """Real numbers as float64, any shape; ValueError unless one of them is not zero."""
    numbers = finite_array("values", values)
    if not numbers.any():
        raise ValueError(f"values has {numbers.size} values that are all zero, allowed are values that have a scale")
    return numbers
