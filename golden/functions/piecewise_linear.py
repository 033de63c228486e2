"""A function by straight segments, in integers: one multiplication, one addition and one shift.

The input codes are cut into ``2^log2_segments`` equal ranges, so that the high bits of a code, counted from the
smallest, are the number ``i`` of its segment and the low bits its place ``p`` within::

    y = clip(round((slope[i] p + offset[i]) / 2^fraction_bits))

Slopes are those of the chord, rounded; offsets lie half way between the largest and the smallest deviation. In a
segment of length h where f'' has one sign, a chord moved half way deviates by at most ``h^2 max|f''| / 16``. Rounding
adds steps of the output: of the slope ``(width - 1) / 2^(fraction_bits + 2)`` at most, of the offset
``1 / 2^(fraction_bits + 1)``, of the result one half (halves upwards).

Source: Amin, Curtis, Hayes-Gill, *Piecewise linear approximation applied to nonlinear function of a neural network*,
IEE Proceedings 1997; Wang et al., ACM CSUR 2019, arXiv 1901.06955.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import check_integer, value_range
from .codes import Codes
from .function import FUNCTIONS
from .round_shift import round_shift

__all__ = ["PiecewiseLinear"]


@dataclass(frozen=True)
class PiecewiseLinear:
    """A function by straight segments.

    Parameters
    ----------
    codes : Codes
        The function, its input and its output.
    log2_segments : int
        0..x_bits - 1.
    fraction_bits : int
        Of slopes and offsets, in steps of the output, 0..24.

    Raises
    ------
    ValueError
        For anything else, and where zero lies within a segment, unless f'' has one sign on all of it.
    """

    codes: Codes
    log2_segments: int = 4
    fraction_bits: int = 8

    def __post_init__(self) -> None:
        check_integer("log2_segments", self.log2_segments, 0, self.codes.x_bits - 1)
        check_integer("fraction_bits", self.fraction_bits, 0, 24)
        from_smallest = self.codes.x_zero - value_range(self.codes.x_bits, self.codes.x_signed)[0]
        if from_smallest % self.width and self.codes.function != "exp":
            raise ValueError(
                f"x_zero is {self.codes.x_zero}, allowed are ends of segments of {self.width} codes: "
                f"{self.codes.function} bends the other way there"
            )

    @property
    def width(self) -> int:
        """Codes in a segment."""
        return 1 << (self.codes.x_bits - self.log2_segments)

    @cached_property
    def _fit(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        exact = self.codes.exact(self.codes.inputs).reshape(-1, self.width) / self.codes.y_scale
        one = 1 << self.fraction_bits
        slopes = np.rint((exact[:, -1] - exact[:, 0]) / (self.width - 1) * one)
        deviation = exact * one - slopes[:, None] * np.arange(self.width)
        offsets = np.rint((deviation.max(axis=1) + deviation.min(axis=1)) / 2)
        return slopes.astype(np.int64), offsets.astype(np.int64)

    @property
    def slopes(self) -> NDArray[np.int64]:
        """int64 [segments], in ``2^-fraction_bits`` output steps a code."""
        return self._fit[0]

    @property
    def offsets(self) -> NDArray[np.int64]:
        """int64 [segments], in ``2^-fraction_bits`` output steps, at the first code of each segment."""
        return self._fit[1]

    @property
    def worst_error(self) -> float:
        """The largest ``|y_scale y - f|`` over all input codes is at most this."""
        length = (self.width - 1) * self.codes.x_scale
        rounding = (self.width + 1) / (4 << self.fraction_bits) + 1 / 2
        return FUNCTIONS[self.codes.function].curvature * length**2 / 16 + rounding * self.codes.y_scale

    def __call__(self, x: ArrayLike) -> NDArray[np.int32]:
        """Output codes of input codes: int32 of the same shape. ValueError for codes out of range."""
        places = self.codes.places(x)
        segment, place = places // self.width, places % self.width
        y = round_shift(self.slopes[segment] * place + self.offsets[segment], self.fraction_bits)
        return np.clip(y, *self.codes.y_range).astype(np.int32)
