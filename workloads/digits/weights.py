"""What the network is rounded to: integers of a width, or codes of a storage format, one scale a layer.

After training, nothing is trained again. How a format rounds real weights, and to what scale, it says itself:
`lowtide.golden.storage_formats`.
"""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from lowtide.golden.storage_formats import PLAIN, Stored, find

__all__ = ["Precision", "store"]


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
    """

    x_bits: int = 8
    w_bits: int = 8
    w_format: str = PLAIN.name


def store(weight: ArrayLike, precision: Precision) -> Stored:
    """``weight``, float [inputs, outputs], at a `Precision`."""
    return find(precision.w_format).encode(weight, bits=precision.w_bits)
