"""What the network is rounded to: integers of a width, or codes of a storage format, one scale a layer, and where it is
asked for an exponent for each group of weights.

After training, nothing is trained again. How a format rounds real weights, and to what scale, it says itself:
`lowtide.golden.storage_formats`, and `lowtide.golden.number_formats` of groups with an exponent.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.common.quantisation import Groups
from lowtide.golden.number_formats import E2M1, FixedPoint, GroupExponent, SmallFloat, TwoDigits
from lowtide.golden.storage_formats import PLAIN, find

__all__ = ["ArrayWeights", "Precision", "store"]


@dataclass(frozen=True)
class Precision:
    """What the network is rounded to.

    Parameters
    ----------
    x_bits : int
        Of unsigned data.
    w_bits : int
        Of signed weights, decoded.
    w_format : str
        One of `lowtide.golden.WEIGHT_FORMATS`.
    groups : Groups or None
        Weights that share an exponent; None where a layer has none.
    """

    x_bits: int = 8
    w_bits: int = 8
    w_format: str = PLAIN.name
    groups: Groups | None = None


@dataclass(frozen=True)
class ArrayWeights:
    """The weights of a layer as an array takes them.

    Parameters
    ----------
    codes : ndarray of int [inputs, outputs]
        Codes of the storage format, integers where it is plain.
    scale : float
        What one unit of a decoded integer is worth.
    table : ndarray of int32 [entries], or None
        The codebook; None in formats without one.
    exponents : ndarray of int32 [groups, outputs], or None
        Of the groups: those of a group count ``2^e`` times.
    """

    codes: NDArray[np.integer]
    scale: float
    table: NDArray[np.int32] | None = None
    exponents: NDArray[np.int32] | None = None


def store(weight: ArrayLike, precision: Precision) -> ArrayWeights:
    """``weight``, float [inputs, outputs], at a `Precision`.

    Raises
    ------
    ValueError
        For groups of a storage format that has no numbers with a shared exponent.
    """
    stored = find(precision.w_format)
    if precision.groups is None:
        found = stored.encode(weight, bits=precision.w_bits)
        return ArrayWeights(found.codes, found.scale, found.table)
    grouped = GroupExponent(_base(precision), precision.groups.size, precision.groups.exponent_bits)
    quantiser = grouped.fit(weight)
    integers, exponents = grouped.split(quantiser.encode(weight))
    return ArrayWeights(stored.codes_of(integers)[0], float(quantiser.scale), exponents=exponents)


def _base(precision: Precision) -> FixedPoint | SmallFloat:
    """The numbers that are multiplied by a group's exponent: those that the array stores so."""
    bases: tuple[FixedPoint | SmallFloat, ...] = (FixedPoint(precision.w_bits), TwoDigits(), E2M1)
    for base in bases:
        if ((base.mode_fields() or {}).get("w_format", PLAIN.name)) == precision.w_format:
            return base
    raise ValueError(
        f"w_format is {precision.w_format!r}, allowed with groups are plain integers, two digits and small floats"
    )
