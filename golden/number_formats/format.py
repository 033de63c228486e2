"""What a number format is: a rule that fits its parameters to real numbers, and the quantiser that they make.

``format.fit(values)`` looks at values and returns a `Quantiser`: the format with its scales, tables or exponents.
A quantiser turns real numbers into codes, as memory holds them, and codes into real numbers::

    round(v) = decode(encode(v))        round(round(v)) = round(v)

Weights are matrices [K, N]: axis 0 is the reduction axis, a column an output channel. Most formats round every value by
itself; some round ``block`` consecutive values along axis 0 together (term revealing, block floating point).
"""

from abc import ABC, abstractmethod

__all__ = ["Format", "Quantiser"]


class Format(ABC):
    """A number format. Subclasses are frozen dataclasses whose fields are its parameters, checked on creation.

    name: what reports call it, with its parameters. block: values along axis 0 that are rounded together. local: the
    parameters of a block depend on its own values alone, so each block may be fitted by itself.
    """

    block = 1
    local = False

    @property
    @abstractmethod
    def name(self):
        """One or a few words, as in ``fixed 4 bit``, ``TR g=8 k=12``."""

    @abstractmethod
    def fit(self, values, *, axis=None):
        """The `Quantiser` of this format for ``values``.

        values: finite real numbers, at least one. axis: the axes that share a scale, all if None, 0 for a scale per
        column. Raises ValueError for NaN, infinities and no values. Where all values of a scale are zero the scale is 1
        and everything rounds to zero; binary formats, which have no zero, say what they do.
        """

    def round(self, values, *, axis=None):
        """``values`` fitted and rounded: float64 of the same shape."""
        return self.fit(values, axis=axis).round(values)

    def mode_fields(self):
        """Fields of a `lowtide.golden.Mode` that has the array multiply this format's `Quantiser.integers`, a dict of
        w_bits, w_signed and w_format, and more where they apply. None for formats that no array multiplies."""
        return None


class Quantiser(ABC):
    """A format with its parameters. bits: stored bits of a value, those of the parameters not counted."""

    bits: float

    @abstractmethod
    def encode(self, values):
        """Codes of ``values`` as the memory holds them: int32 of the same shape. Values beyond the range become its
        end. ValueError for NaN and infinities."""

    @abstractmethod
    def decode(self, codes):
        """The float64 numbers that ``codes`` stand for. ValueError for codes that do not exist."""

    def round(self, values):
        """The numbers nearest to ``values`` that the format has: float64 of the same shape."""
        return self.decode(self.encode(values))

    def integers(self, codes):
        """``(integers, scale)`` with ``decode(codes) = integers * scale``: int32 of the same shape, and float64 that
        broadcasts. None where the format has no such form."""
        return None

    def parameter_bits(self):
        """Stored bits of all scales, exponents or tables together: 32 for a real scale."""
        return 0
