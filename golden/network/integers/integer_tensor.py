"""A tensor of an integer network: codes, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...number_formats.integers.fixed_point import FixedPointQuantiser
from ...quantise import check_scale
from .requantisation import Part

__all__ = ["Accumulators", "IntegerTensor"]


@dataclass(frozen=True, eq=False)
class Accumulators:
    """The quantiser of sums that stay as they are, of a scale, float64 [N]."""

    scale: NDArray[np.float64]

    def decode(self, codes: NDArray[np.integer]) -> NDArray[np.float64]:
        """float64 of the shape of codes."""
        return codes * check_scale(self.scale)


@dataclass(frozen=True, eq=False)
class IntegerTensor:
    """A tensor of an integer network.

    Parameters
    ----------
    codes : ndarray of int32 [batch, ...]
        Accumulators are int64, in the range of 32 bits.
    quantiser : FixedPointQuantiser or Accumulators
        What the codes stand for.
    """

    codes: NDArray[np.integer]
    quantiser: FixedPointQuantiser | Accumulators

    def real(self) -> NDArray[np.float64]:
        """The numbers that the codes stand for: float64."""
        return self.quantiser.decode(self.codes)

    @property
    def fixed(self) -> FixedPointQuantiser:
        """The quantiser of a tensor that is not left at its accumulators."""
        assert isinstance(self.quantiser, FixedPointQuantiser), "only the output stays at its accumulators"
        return self.quantiser

    def centred(self) -> Part:
        """(codes less their zero point, scale): a part of a sum."""
        return self.codes.astype(np.int64) - int(self.fixed.zero_point), self.fixed.scale
