"""Binary weights and data: ``v = s sign(v)``, 0 counts as positive, one bit a value.

==================  ================================================================================================
`BinaryConnect`     s = 1, a given number, or that of the Glorot initialisation, ``sqrt(1.5 / (inputs + outputs))``
`BinaryWeights`     BWN: ``s = mean|v|``, the paper's per output channel with axis=0: least squared error of all s
`XnorNet`           weights as BWN; `xnor_data` makes the data binary, with ``mean|x|`` of each row
`BinaryNetwork`     BNN: s = 1; `bnn_data` makes the data ±1
==================  ================================================================================================

Codes are 1 for +s and 0 for -s. There is no level zero: where all values are zero, BWN's s is 0 and they stay zero,
with a given s they become +s. Every value is beyond the range, and its error ``| |v| - s |``.

The input scale of a convolution in XNOR-Net is ``K = A * k``, A the mean magnitude over the channels, k a box of the
kernel's size: the mean magnitude of each row of the convolution's Toeplitz matrix, which `xnor_data` takes.

Source: Courbariaux et al., BinaryConnect, arXiv 1511.00363, section 2; Rastegari et al., XNOR-Net, arXiv 1603.05279,
sections 3.1 and 3.2; Hubara et al., BNN, arXiv 1602.02830. Glorot scale: BinaryConnect's published training code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...quantise import check_scale, finite_array
from ...storage_formats import BINARY
from ..fitting.scales import REAL_BITS, check_fits, checked_axis, checked_values, reduced
from ..format import Format, Quantiser

__all__ = ["BinaryConnect", "BinaryNetwork", "BinaryQuantiser", "BinaryWeights", "XnorNet", "bnn_data", "xnor_data"]

_BITS = 2  # of ±1 as an integer


class _Binary(Format):
    def mode_fields(self) -> dict[str, Any] | None:
        """Codes of the storage format binary."""
        return {"w_bits": _BITS, "w_signed": True, "w_format": BINARY.name}


@dataclass(frozen=True)
class BinaryConnect(_Binary):
    """Weights ±s with a given s.

    Parameters
    ----------
    scale : float or str
        A number > 0, or "glorot" for that of weights [..., inputs, outputs]; axes before the last are inputs.
    """

    scale: float | str = 1.0

    def __post_init__(self) -> None:
        if self.scale != "glorot":
            check_scale(self.scale)

    @property
    def name(self) -> str:
        return "BinaryConnect" + ("" if self.scale == 1 else f" {self.scale}")

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> BinaryQuantiser:
        """The quantiser of the given scale, one for all values. ValueError with "glorot" for values of less than two
        dimensions."""
        values = checked_values(values)
        checked_axis(axis, values.ndim)
        if self.scale != "glorot":
            return BinaryQuantiser(scale=np.asarray(float(self.scale)))
        if values.ndim < 2:
            raise ValueError(f"values has {values.ndim} dimensions, allowed with scale 'glorot' are 2 or more")
        outputs = values.shape[-1]
        return BinaryQuantiser(scale=np.sqrt(1.5 / (values.size // outputs + outputs)))


@dataclass(frozen=True)
class BinaryWeights(_Binary):
    """BWN: the scale is the mean magnitude, 0 where all values are zero."""

    name = "BWN"

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> BinaryQuantiser:
        values = checked_values(values)
        return BinaryQuantiser(scale=reduced(np.mean, np.abs(values), checked_axis(axis, values.ndim)))


@dataclass(frozen=True)
class XnorNet(BinaryWeights):
    """Weights as in BWN, for data that `xnor_data` makes binary."""

    name = "XNOR-Net"


@dataclass(frozen=True)
class BinaryNetwork(BinaryConnect):
    """BNN: weights ±1, for data that `bnn_data` makes binary."""

    @property
    def name(self) -> str:
        return "BNN" + ("" if self.scale == 1 else f" {self.scale}")


@dataclass(frozen=True, kw_only=True, eq=False)
class BinaryQuantiser(Quantiser):
    """Signs at a scale: float64 >= 0 that broadcasts to the values."""

    scale: NDArray[np.float64]
    bits = 1

    def encode(self, values: ArrayLike) -> NDArray[np.int32]:
        values = finite_array("values", values)
        check_fits("values", values, self.scale)
        return (values >= 0).astype(np.int32)

    def decode(self, codes: ArrayLike) -> NDArray[np.float64]:
        integers, scale = self.integers(codes)
        return integers * scale + 0.0  # no negative zeros

    def integers(self, codes: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
        """±1."""
        integers = BINARY.decode(codes, bits=_BITS)
        check_fits("codes", integers, self.scale)
        return integers, np.asarray(self.scale)

    def parameter_bits(self) -> int:
        return np.size(self.scale) * REAL_BITS


def xnor_data(x: ArrayLike) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
    """Data rows as signs and their mean magnitude.

    Parameters
    ----------
    x : array_like of real numbers [..., K]

    Returns
    -------
    codes : ndarray of int32 [..., K]
        1 for values >= 0, else 0.
    scale : ndarray of float64 [..., 1]
        ``mean|x|`` of each row.

    Raises
    ------
    ValueError
        For NaN, infinities, no values and a rank of 0.
    """
    values = checked_values(x)
    if values.ndim == 0:
        raise ValueError("x has 0 dimensions, allowed are 1 or more")
    return bnn_data(values), np.abs(values).mean(axis=-1, keepdims=True)


def bnn_data(x: ArrayLike) -> NDArray[np.int32]:
    """int32 codes 1 (+1) for ``x >= 0``, 0 (-1) else, of the same shape. ValueError for NaN and infinities."""
    return (finite_array("x", x) >= 0).astype(np.int32)
