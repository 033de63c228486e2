"""Signed level tables: ``v = ± levels[i] s``, a code is a sign bit over the index of a magnitude.

Quantisers of the logarithmic and power-of-two formats: ascending magnitudes from zero on, thresholds between them, a
value at a threshold takes the smaller magnitude. The encoder has one code of zero; its negative twin is decoded too.

Source: lowtide.golden.storage_formats (the codes log4 and log5 have this form).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...quantise import check_scale, finite_array
from ..fitting.scales import check_fits, checked_codes
from ..format import Quantiser

__all__ = ["LevelQuantiser", "midpoints"]


def midpoints(levels: NDArray[np.integer | np.floating]) -> NDArray[np.float64]:
    """The thresholds that make every value the nearest of ascending ``levels``."""
    return (levels[1:] + levels[:-1]) / 2


@dataclass(frozen=True, kw_only=True, eq=False)
class LevelQuantiser(Quantiser):
    """Signed levels at a scale.

    Parameters
    ----------
    levels : ndarray of int64 or float64
        Ascending magnitudes, levels[0] = 0.
    thresholds : ndarray of float64
        Between them, one fewer.
    indices : ndarray of int64
        The codes of the levels without sign, a permutation of 0..len-1.
    scale : ndarray of float64
        Of levels and thresholds, > 0, of a shape that broadcasts to the values.
    scale_bits : int
        Stored bits of a scale.
    """

    levels: NDArray[np.int64] | NDArray[np.float64]
    thresholds: NDArray[np.float64]
    indices: NDArray[np.int64]
    scale: NDArray[np.float64]
    scale_bits: int

    def __post_init__(self) -> None:
        check_scale(self.scale)

    @property
    def bits(self) -> int:
        return 1 + (len(self.levels) - 1).bit_length()

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        values = finite_array("values", values)
        check_fits("values", values, self.scale)
        level = np.searchsorted(self.thresholds, np.abs(values) / self.scale)
        negative = (values < 0) & (level > 0)
        return (self.indices[level] | negative << (self.bits - 1)).astype(np.int32)

    def _signed_levels(self, codes: ArrayLike) -> NDArray[np.integer | np.floating]:
        codes = checked_codes(codes, 0, (1 << self.bits) - 1)
        check_fits("codes", codes, self.scale)
        by_index = np.empty_like(self.levels)
        by_index[self.indices] = self.levels
        levels = by_index[codes & ((1 << (self.bits - 1)) - 1)]
        return np.where(codes >> (self.bits - 1), -levels, levels)

    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        return self._signed_levels(codes) * self.scale + 0.0  # no negative zeros

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]] | None:
        """The signed levels, where they are integers of 31 bits."""
        if not np.issubdtype(self.levels.dtype, np.integer) or self.levels[-1] >= 1 << 31:
            return None
        return self._signed_levels(codes).astype(np.int32), np.asarray(self.scale)

    def parameter_bits(self) -> int:
        return np.size(self.scale) * self.scale_bits
