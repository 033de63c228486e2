"""Logarithmic: a sign and an exponent, rounded as logarithms.

``v = ± B^e``, ``e = clip(round(log_B |v|))``, base ``B = 2^(1/n)``: 2 for n = 1, sqrt 2 for n = 2. With ``full_scale``
F the exponents are those of ``2^F / B`` and the ``2^b - 2`` next smaller levels, b the exponent bits; ``|v|`` below the
smallest level by more than ``B^(1/2)`` becomes zero, beyond the largest it becomes that. Code 0 is zero, code c > 0 is
the c-th smallest level, over which lies the sign bit: with n = 1 and 3 or 4 exponent bits these are the codes log4 and
log5 of `lowtide.golden.storage_formats`.

Without a full scale the largest level is the largest magnitude, rounded itself. The error of what is not zero and does
not saturate is a factor of at most ``B^(1/2)``: the nearest level is that of the logarithm, 1.42 becomes 2 with n = 1.

Source: Miyashita, Lee, Murmann, LogNet, arXiv 1603.01025, sections 3.1 and 3.3.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ...checks import LARGEST_BITS, check_bits, check_integer
from ...quantise import finite_array
from ...storage_formats import FORMATS, PLAIN
from ...storage_formats import Logarithmic as LogarithmicCodes
from ..fitting.scales import EXPONENT_BITS, checked_axis, checked_values, reduced
from ..format import Format
from .level_quantiser import LevelQuantiser

__all__ = ["Logarithmic", "log_mode_fields"]

_LOWEST = -1000  # log2 of the smallest level of all, so that it is a normal number


@dataclass(frozen=True)
class Logarithmic(Format):
    """Zero and signed powers of a base.

    Parameters
    ----------
    exponent_bits : int
        1..8.
    steps : int
        Levels per octave, n, 1..16.
    full_scale : float or None
        log2 of the level after the largest, a multiple of 1/n in ±500; None for a fitted one.
    """

    exponent_bits: int = 3
    steps: int = 1
    full_scale: float | None = None

    def __post_init__(self) -> None:
        check_integer("exponent_bits", self.exponent_bits, 1, 8)
        check_integer("steps", self.steps, 1, 16)
        if self.full_scale is None:
            return
        end = finite_array("full_scale", self.full_scale)
        if end.ndim or abs(end) > 500 or end * self.steps % 1:
            raise ValueError(f"full_scale is {self.full_scale!r}, allowed are multiples of 1/{self.steps} in -500..500")

    @property
    def name(self) -> str:
        base = {1: "2", 2: "sqrt 2"}.get(self.steps, f"2^(1/{self.steps})")
        end = "" if self.full_scale is None else f" to 2^{self.full_scale:g}"
        return f"log {self.exponent_bits + 1} bit base {base}{end}"

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> LevelQuantiser:
        values = checked_values(values)
        axis = checked_axis(axis, values.ndim)
        levels = (1 << self.exponent_bits) - 1  # besides zero
        if self.full_scale is None:
            largest = reduced(np.max, np.abs(values), axis)
            top = np.rint(self.steps * np.log2(np.where(largest > 0, largest, 2.0 ** ((levels - 1) // self.steps))))
        else:
            top = np.asarray(self.full_scale * self.steps - 1.0)
        lowest = np.maximum(top - (levels - 1), _LOWEST * self.steps)
        steps = np.arange(levels)
        whole = self.steps == 1 and levels <= 31
        return LevelQuantiser(
            levels=np.concatenate([[0], 1 << steps if whole else np.exp2(steps / self.steps)]),
            thresholds=np.exp2((steps - 0.5) / self.steps),
            indices=np.arange(levels + 1),
            scale=np.exp2(lowest / self.steps),
            scale_bits=EXPONENT_BITS,
        )

    def mode_fields(self) -> dict[str, Any] | None:
        """log4, log5, or plain integers for one or two exponent bits; None for other bases than 2."""
        return log_mode_fields(self.exponent_bits) if self.steps == 1 else None


def log_mode_fields(exponent_bits: int) -> dict[str, int | str] | None:
    """Mode fields of levels 0 and ``±2^(c-1)``, c < 2^exponent_bits; None beyond 16 bits."""
    width = 1 << exponent_bits  # 2^(width - 2) is the largest
    if width > LARGEST_BITS:
        return None
    codes = LogarithmicCodes(exponent_bits)
    return {
        "w_bits": check_bits("bits", width),
        "w_signed": True,
        "w_format": codes.name if codes in FORMATS else PLAIN.name,
    }
