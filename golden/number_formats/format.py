"""What a number format is: a rule that fits its parameters to real numbers, and the quantiser that they make.

``format.fit(values)`` looks at values and returns a `Quantiser`: the format with its scales, tables or exponents.
A quantiser turns real numbers into codes, as memory holds them, and codes into real numbers::

    round(v) = decode(encode(v))        round(round(v)) = round(v)

Weights are matrices [K, N]: axis 0 is the reduction axis, a column an output channel. Most formats round every value by
itself; some round ``block`` consecutive values along axis 0 together (term revealing, block floating point).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Format", "Quantiser"]


class Format(ABC):
    """A number format. Subclasses are frozen dataclasses whose fields are its parameters, checked on creation.

    Attributes
    ----------
    local : bool
        The parameters of a block depend on its own values alone, so each block may be fitted by itself.
    """

    local: bool = False

    @property
    def block(self) -> int:
        """Values along axis 0 that are rounded together."""
        return 1

    @property
    @abstractmethod
    def name(self) -> str:
        """What reports call it, with its parameters: ``fixed 4 bit``, ``TR g=8 k=12``."""

    @abstractmethod
    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> Quantiser:
        """The `Quantiser` of this format for ``values``.

        Where all values of a scale are zero the scale is 1 and everything rounds to zero; binary formats, which have no
        zero, say what they do.

        Parameters
        ----------
        values : array_like of real numbers
            At least one, any shape.
        axis : int, tuple of int or None
            The axes that share a scale, all if None, 0 for a scale per column.

        Raises
        ------
        ValueError
            For NaN, infinities and no values.
        """

    def round(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> NDArray[np.float64]:
        """``values`` fitted and rounded: float64 of the same shape."""
        return self.fit(values, axis=axis).round(values)

    def mode_fields(self) -> dict[str, Any] | None:
        """Fields of a `lowtide.golden.Mode` in which the array multiplies this format's `Quantiser.integers`.

        Returns
        -------
        dict of str to a value, or None
            w_bits, w_signed and w_format, and more where they apply; None for formats that no array multiplies.
        """
        return None


class Quantiser(ABC):
    """A format with its parameters."""

    @property
    @abstractmethod
    def bits(self) -> float:
        """Stored bits of a value, those of the parameters not counted."""

    @property
    def code_bits(self) -> int:
        """Bits that hold every code, two's complement where there are negative ones."""
        return math.ceil(self.bits)

    @abstractmethod
    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        """Codes of ``values`` as the memory holds them: int32 of the same shape. Values beyond the range become its
        end. ValueError for NaN and infinities."""

    @abstractmethod
    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        """The float64 numbers that ``codes`` stand for. ValueError for codes that do not exist."""

    def round(self, values: ArrayLike) -> NDArray[np.float64]:
        """The numbers nearest to ``values`` that the format has: float64 of the same shape."""
        return self.decode(self.encode(values))

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]] | None:
        """What an array multiplies: ``decode(codes) = integers * scale``.

        Parameters
        ----------
        codes : array_like of int
            Of `encode`, any shape.

        Returns
        -------
        (integers, scale), or None
            int32 of the shape of ``codes`` and float64 that broadcasts; None where the format has no such form.
        """
        return None

    def parameter_bits(self) -> int:
        """Stored bits of all scales, exponents or tables together: 32 for a real scale."""
        return 0
