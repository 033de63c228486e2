"""What a cut to the highest terms can cost, and which integers it leaves as they are.

Of values that share ``slots`` slots for terms, the planes from p upwards lose nothing if they can never hold more terms
than slots. The planes below add up to ``2^p - 1`` at most, in HESE, without adjacent terms, ``floor(2^(p+1) / 3)``.

Source: lowtide.golden.reveal (the order of terms); the bound follows from the digits that each encoding allows.
"""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...terms import booth_count, positions
from ..fitting.scales import check_fits, checked_codes
from ..format import Format, Quantiser
from .fixed_point import FixedPoint, FixedPointQuantiser


class CutFormat(Format):
    """A format that keeps the highest terms of a fixed-point format's integers.

    Attributes
    ----------
    base : FixedPoint
        A symmetric one, whose codes are cut.
    encoding : str
        Of the terms, one of `lowtide.golden.ENCODINGS`.
    """

    base: FixedPoint
    encoding: str

    @property
    @abstractmethod
    def integer_range(self) -> tuple[int, int]:
        """(smallest, largest) that a cut integer can be."""

    @abstractmethod
    def cut(self, integers: NDArray[np.integer]) -> NDArray[np.int32]:
        """Codes of the base [K, ...] with the terms that are kept: int32 of the same shape."""


def first_whole_plane(encoding: str, base: FixedPoint, values: int, slots: int) -> int:
    """The lowest plane p that loses nothing, nor those above, of ``values`` integers of a `FixedPoint`."""
    planes = positions(encoding, base.bits, base.signed) - (encoding == "binary" and base.signed)
    for plane in range(planes):
        most = {
            "binary": planes - plane,
            "booth": booth_count(base.bits, base.signed) - plane // 2,
            "hese": (planes - plane + 1) // 2,
        }[encoding]
        if values * most <= slots:
            return plane
    return planes


def loss_below(encoding: str, base: FixedPoint, plane: int) -> int:
    """The most that an integer of ``base`` loses with all its terms below ``plane``."""
    terms = (2 << plane) // 3 if encoding == "hese" else (1 << plane) - 1
    return terms if plane < positions(encoding, base.bits, base.signed) else base.integer_range[1]


def check_base(base: FixedPoint) -> None:
    """ValueError unless ``base`` is a symmetric `FixedPoint`, whose codes are the integers that are multiplied."""
    if not isinstance(base, FixedPoint) or not base.symmetric:
        raise ValueError(f"base is {base!r}, allowed are symmetric instances of FixedPoint")


def checked_cut(codes: ArrayLike, format: CutFormat, scale: NDArray[np.float64]) -> NDArray[np.int32]:
    """``codes`` as int32; ValueError unless they are what ``format.cut`` leaves of some integers of its base.

    An integer past the base's range is there only if it lost its ``-2^e``, so the end of the range is cut to it again.
    Of Booth terms the range alone is checked: cut integers may have more of them than were kept.
    """
    cut = checked_codes(codes, *format.integer_range).astype(np.int32)
    check_fits("codes", cut, scale)
    if format.encoding != "booth":
        wrong = cut != format.cut(np.clip(cut, *format.base.integer_range))
        if wrong.any():
            raise ValueError(f"codes has {cut[wrong].flat[0]}, which {format.name} does not leave in its place")
    return cut


@dataclass(frozen=True, kw_only=True, eq=False)
class CutQuantiser(Quantiser):
    """A base format's quantiser whose codes are cut.

    Parameters
    ----------
    format : CutFormat
    base : FixedPointQuantiser
        Of the base; its codes are those before the cut.
    """

    format: CutFormat
    base: FixedPointQuantiser

    @property
    def bits(self) -> float:
        return self.base.bits

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        """The cut integers of values [K, ...]."""
        return self.format.cut(self.base.encode(values))

    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        integers, scale = self.integers(codes)
        return integers * scale

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
        """The codes; ValueError for those that nothing is cut to, Booth excepted."""
        return checked_cut(codes, self.format, self.base.scale), self.base.scale

    def parameter_bits(self) -> int:
        return self.base.parameter_bits()
