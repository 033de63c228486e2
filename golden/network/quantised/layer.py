"""A quantised layer with weights, and its integer accumulators, all of 32 bits.

``A = H X_q + V_q``: codes of the data times the integers of the weights, plus the bias as 32-bit integers of scale
``s_H s_X``. Data codes have the zero point z: ``s_X H (X_q - z) = s_X (H X_q - z H 1)``, so the correction
``-z sum_k H[k, n]`` belongs to V_q, and padding pixels have the code z. Of padding, too, only the data terms are
multiplied where a layer has them.

Linear layers are one matrix product, convolutions one per group (`lowtide.golden.network.floating.convolution`). A
batch norm that stands alone is a 1x1 convolution with a channel a group.

Source: Jacob et al., arXiv 1712.05877, sections 2.3 and 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ...number_formats.integers.fixed_point import FixedPointQuantiser
from ...product import product as exact_product
from ...quantise import quantise_bias
from ...reveal import top_terms
from ..floating.convolution import Geometry, convolve, depthwise
from ..floating.graph import Node
from ..floating.operations import is_depthwise
from ..integers.accumulators import in_32_bits
from .weights import QuantisedWeights

__all__ = ["DepthwiseProduct", "Product", "QuantisedLayer", "weight_matrix"]


class Product(Protocol):
    """A GEMM: x [M, K], codes of the data, times the integers of a layer of one group, int64 [M, N]."""

    def __call__(self, x: NDArray[np.integer], layer: QuantisedLayer, /) -> NDArray[np.int64]: ...


@runtime_checkable
class DepthwiseProduct(Product, Protocol):
    """A GEMM that takes a depthwise convolution as a whole, in place of a product for each channel."""

    def depthwise(self, picture: NDArray[np.integer], layer: QuantisedLayer, fill: int, /) -> NDArray[np.int64]:
        """The sums of a depthwise layer: picture [batch, height, width, channels], codes of the data; fill, the code of
        padding. int64 [batch, out height, out width, channels]."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class QuantisedLayer:
    """A layer with weights.

    Parameters
    ----------
    name : str
    weights : QuantisedWeights
        W [K, N].
    bias : ndarray of float64 [N]
    geometry : Geometry or None
        Of a convolution, None of a linear layer.
    x_bits, x_signed : int, bool
        Of the data codes; None where the data stay real.
    data_terms : int
        Terms of every datum that are multiplied, the highest; 0 for all.
    encoding : str
        Of these terms.
    """

    name: str
    weights: QuantisedWeights
    bias: NDArray[np.float64]
    geometry: Geometry | None
    x_bits: int | None
    x_signed: bool | None
    data_terms: int = 0
    encoding: str = "hese"

    @property
    def groups(self) -> int:
        """Matrix products that the layer takes."""
        return 1 if self.geometry is None else self.geometry.groups

    @property
    def is_depthwise(self) -> bool:
        """Whether it is a convolution in which every channel is a group with one output."""
        if self.geometry is None:
            return False
        height, width = self.geometry.size
        channels = self.groups * (len(self.weights.whole) // (height * width))
        return is_depthwise(self.geometry, channels, self.bias.size)

    def group(self, number: int) -> QuantisedLayer:
        """The layer of one group alone: its columns of weights and bias."""
        if self.groups == 1:
            return self
        wide = self.bias.size // self.groups
        start, stop = number * wide, (number + 1) * wide
        return replace(self, weights=self.weights.columns(start, stop), bias=self.bias[start:stop])

    @property
    def x_form(self) -> tuple[int, bool]:
        """(bits, signed) of the data codes, of a layer whose data are codes."""
        assert self.x_bits is not None and self.x_signed is not None, f"data of layer {self.name} are real"
        return self.x_bits, self.x_signed

    def seen(self, codes: NDArray[np.integer]) -> NDArray[np.integer]:
        """The codes that are multiplied: the highest terms of each if the layer has data terms."""
        if not self.data_terms:
            return codes
        bits, signed = self.x_form
        return top_terms(codes, self.data_terms, encoding=self.encoding, bits=bits, signed=signed)

    def seen_zero(self, zero_point: int) -> int:
        """The code of padding that is multiplied: what `seen` leaves of the zero point."""
        return int(self.seen(np.array(zero_point, np.int32)))

    def accumulators(
        self, codes: NDArray[np.integer], quantiser: FixedPointQuantiser, product: Product | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The accumulators of the layer.

        Parameters
        ----------
        codes : ndarray of int32 [..., K], or a picture
            Of the data.
        quantiser : FixedPointQuantiser
            Of the data.
        product : Product or None
            The GEMM; None is the exact product, and then data terms are taken from the codes first.

        Returns
        -------
        A : ndarray of int64 [..., N]
        scale : ndarray of float64 [N]

        Raises
        ------
        ValueError
            Where 32 bits do not hold the sum of products, the bias, the bias less the zero point's share, or all of it;
            names the layer and the value.
        """
        zero, scale = int(quantiser.zero_point), self.weights.column_scale * quantiser.scale
        sums = in_32_bits(self.name, "sum of products", self._sums(codes, zero, product))
        sums += self.constants(quantiser)
        return in_32_bits(self.name, "accumulator", sums), scale

    def constants(self, quantiser: FixedPointQuantiser) -> NDArray[np.int64]:
        """V_q, int64 [N] in the range of 32 bits: the bias less the share of the zero point of the data's quantiser.
        Errors as `accumulators`."""
        try:
            bias = quantise_bias(self.bias, self.weights.column_scale * quantiser.scale)
        except ValueError as error:
            raise ValueError(f"layer {self.name}: {error}") from None
        return in_32_bits(
            self.name, "bias less the zero point's share", bias - int(quantiser.zero_point) * self.weights.column_sums
        )

    def _sums(self, codes: NDArray[np.integer], fill: int, product: Product | None) -> NDArray[np.int64]:
        exact = product is None
        multiply = _exact if product is None else product
        if exact:
            codes, fill = self.seen(codes), self.seen_zero(fill)
        shape = codes.shape
        if self.geometry is None:
            sums = multiply(codes.reshape(-1, shape[-1]), self)
            return np.array(sums, np.int64).reshape(*shape[:-1], self.bias.size)
        picture = codes if codes.ndim == 4 else codes.reshape(shape[0], -1, 1, shape[-1])
        if self.is_depthwise and exact:
            sums = self._depthwise(picture, fill)
        elif self.is_depthwise and isinstance(product, DepthwiseProduct):
            sums = product.depthwise(picture, self, fill)
        else:
            parts = [self.group(number) for number in range(self.groups)]
            sums = convolve(
                picture,
                self.geometry,
                self.bias.size,
                lambda rows, number: multiply(rows, parts[number]),
                dtype=np.int64,
                fill=fill,
            )
        return sums if codes.ndim == 4 else sums.reshape(*shape[:-1], self.bias.size)

    def _depthwise(self, codes: NDArray[np.integer], fill: int) -> NDArray[np.int64]:
        """By floating point where every partial sum is exact, as `lowtide.golden.product.product`."""
        assert self.geometry is not None
        largest = max(int(codes.max()), -int(codes.min()), abs(fill)) * self.weights.column_magnitude
        exact: type[np.number] = np.float32 if largest < 1 << 24 else np.float64 if largest < 1 << 53 else np.int64
        weights = self.weights.whole.astype(exact).reshape(*self.geometry.size, 1, -1)
        return depthwise(codes.astype(exact), weights, self.geometry, fill).astype(np.int64)


def weight_matrix(node: Node) -> tuple[NDArray[np.float64], Geometry | None]:
    """(W [K, N], geometry or None) of a linear, conv or batch_norm node."""
    if node.op == "batch_norm":
        return node.kernel.reshape(1, -1), Geometry(size=(1, 1), groups=node.kernel.size)
    geometry = Geometry.of(node) if node.op == "conv" else None
    return node.kernel.reshape(-1, node.kernel.shape[-1]), geometry


def _exact(x: NDArray[np.integer], layer: QuantisedLayer) -> NDArray[np.int64]:
    return exact_product(x, layer.weights.whole)
