"""Storage formats whose codes always stand for the same integers, the format's levels."""

from functools import cached_property

import numpy as np

from ..quantise import check_scale, finite_array
from .format import StorageFormat, Stored
from .scales import least_error_scale

__all__ = ["FixedFormat"]


class FixedFormat(StorageFormat):
    """A format that states its name, the bits of a code, and :meth:`integers`; the rest follows from these."""

    @cached_property
    def levels(self) -> tuple[np.ndarray, np.ndarray]:
        """The integers that codes stand for, ascending, and the first code of each: two int32 arrays [levels]."""
        codes = np.setdiff1d(np.arange(1 << self.code_bits), self.meaningless).astype(np.int32)
        integers, first = np.unique(self.integers(codes), return_index=True)
        return integers, codes[first]

    @cached_property
    def limits(self) -> tuple[int, int]:
        return int(self.levels[0][0]), int(self.levels[0][-1])

    @cached_property
    def one_term(self) -> bool:
        magnitudes = np.abs(self.levels[0])
        return bool((magnitudes & magnitudes - 1 == 0).all())

    def codes_of(self, integers):
        levels, codes = self.levels
        places = np.minimum(np.searchsorted(levels, integers), levels.size - 1)
        if not np.array_equal(levels[places], integers):
            raise ValueError(f"weights have integers that {self.name} does not, allowed are {levels.tolist()}")
        return codes[places], None

    def nearest(self, values, scale) -> np.ndarray:
        """Codes of the nearest level times ``scale``, ties towards zero: uint8, of the shape that both broadcast to.

        Parameters
        ----------
        values : float array
            Beyond the least or largest level they become that.
        scale : float or array
            One or more numbers > 0.
        """
        values = finite_array("values", values) / check_scale(scale)
        levels, codes = self.levels
        middles = (levels[1:] + levels[:-1]) / 2
        places = np.where(values >= 0, np.searchsorted(middles, values), np.searchsorted(middles, values, side="right"))
        return codes[places].astype(np.uint8)

    def encode(self, values, *, bits=8, signed=True):
        """The nearest levels, at the scale of the least squared error.

        values: real numbers, any shape, not all zero.
        """
        self.check_fit(bits, signed)
        values = nonzero_values(values)
        whole = float(np.abs(values).max()) / max(map(abs, self.limits))

        def codes(scale):
            return self.nearest(values, scale).astype(np.int32)

        scale = least_error_scale(values, whole, lambda scale: self.integers(codes(scale)))
        return Stored(codes(scale), scale)


def nonzero_values(values) -> np.ndarray:
    """Real numbers as float64, any shape; ValueError unless one of them is not zero."""
    values = finite_array("values", values)
    if not values.any():
        raise ValueError(f"values has {values.size} values that are all zero, allowed are values that have a scale")
    return values
