"""A quantised layer with weights, and its integer accumulators, all of 32 bits.

``A = H X_q + V_q``: codes of the data times the integers of the weights, plus the bias as 32-bit integers of scale
``s_H s_X``. Data codes have the zero point z: ``s_X H (X_q - z) = s_X (H X_q - z H 1)``, so the correction
``-z sum_k H[k, n]`` belongs to V_q, and padding pixels have the code z. Of padding, too, only the data terms are
multiplied where a layer has them.

Linear layers are one matrix product, convolutions one per group (`lowtide.golden.network.convolution`). A batch norm
that stands alone is a 1x1 convolution with a channel a group.

Source: Jacob et al., arXiv 1712.05877, sections 2.3 and 2.4.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..product import product as exact_product
from ..quantise import quantise_bias
from ..reveal import top_terms
from .accumulators import in_32_bits
from .convolution import Geometry, convolve, depthwise
from .operations import is_depthwise
from .weights import QuantisedWeights

__all__ = ["QuantisedLayer", "weight_matrix"]


@dataclass(frozen=True, kw_only=True, eq=False)
class QuantisedLayer:
    """name: of the layer. bias: real numbers [N]. geometry: of a convolution, None of a linear layer.

    x_bits, x_signed: of the data codes; None where the data stay real. data_terms: the highest terms of every datum
    that are multiplied, 0 for all, in ``encoding``.
    """

    name: str
    weights: QuantisedWeights
    bias: np.ndarray
    geometry: Geometry | None
    x_bits: int | None
    x_signed: bool | None
    data_terms: int = 0
    encoding: str = "hese"

    @property
    def groups(self):
        """Matrix products that the layer takes."""
        return 1 if self.geometry is None else self.geometry.groups

    def group(self, number):
        """The layer of one group alone: its columns of weights and bias."""
        if self.groups == 1:
            return self
        wide = self.bias.size // self.groups
        start, stop = number * wide, (number + 1) * wide
        return replace(self, weights=self.weights.columns(start, stop), bias=self.bias[start:stop])

    def seen(self, codes):
        """The codes that are multiplied: the highest terms of each if the layer has data terms."""
        if not self.data_terms:
            return codes
        return top_terms(codes, self.data_terms, encoding=self.encoding, bits=self.x_bits, signed=self.x_signed)

    def seen_zero(self, zero_point):
        """The code of padding that is multiplied: what `seen` leaves of the zero point."""
        return int(self.seen(np.array(zero_point, np.int32)))

    def accumulators(self, codes, quantiser, product=None):
        """``(A, scale)``: int64 [..., N], float64 [N].

        codes: int32, of ``quantiser``, the data's. product: ``product(x, layer)`` multiplies x [M, K] (codes) with the
        integers of a layer (of one group), int64 [M, N]; None is the exact product, and then data terms are taken from
        the codes first. ValueError that names the layer and the value where 32 bits do not hold the sum of products,
        the bias, the bias less the zero point's share, or all of it.
        """
        zero, scale = int(quantiser.zero_point), self.weights.scale * quantiser.scale
        sums = in_32_bits(self.name, "sum of products", self._sums(codes, zero, product))
        sums += self.constants(quantiser)
        return in_32_bits(self.name, "accumulator", sums), scale

    def constants(self, quantiser):
        """V_q: int64 [N] in the range of 32 bits, the bias less the share of the zero point of the data's quantiser.
        Errors as `accumulators`."""
        try:
            bias = quantise_bias(self.bias, self.weights.scale * quantiser.scale)
        except ValueError as error:
            raise ValueError(f"layer {self.name}: {error}") from None
        return in_32_bits(
            self.name, "bias less the zero point's share", bias - int(quantiser.zero_point) * self.weights.column_sums
        )

    def _sums(self, codes, fill, product):
        if product is None:
            codes, fill, product = self.seen(codes), self.seen_zero(fill), _exact
        shape = codes.shape
        if self.geometry is None:
            sums = product(codes.reshape(-1, shape[-1]), self)
            return np.array(sums, np.int64).reshape(*shape[:-1], self.bias.size)
        picture = codes if codes.ndim == 4 else codes.reshape(shape[0], -1, 1, shape[-1])
        if product is _exact and is_depthwise(self.geometry, shape[-1], self.bias.size):
            sums = self._depthwise(picture, fill)
        else:
            parts = [self.group(number) for number in range(self.groups)]
            sums = convolve(
                picture,
                self.geometry,
                self.bias.size,
                lambda rows, number: product(rows, parts[number]),
                dtype=np.int64,
                fill=fill,
            )
        return sums if codes.ndim == 4 else sums.reshape(*shape[:-1], self.bias.size)

    def _depthwise(self, codes, fill):
        """By floating point where every partial sum is exact, as `lowtide.golden.product.product`."""
        largest = max(int(codes.max()), -int(codes.min()), abs(fill)) * self.weights.column_magnitude
        exact = np.float32 if largest < 1 << 24 else np.float64 if largest < 1 << 53 else np.int64
        weights = self.weights.integers.astype(exact).reshape(*self.geometry.size, 1, -1)
        return depthwise(codes.astype(exact), weights, self.geometry, fill).astype(np.int64)


def weight_matrix(node):
    """(W [K, N], geometry or None) of a linear, conv or batch_norm node."""
    if node.op == "batch_norm":
        return node.weight.reshape(1, -1), Geometry(size=(1, 1), groups=node.weight.size)
    geometry = Geometry.of(node) if node.op == "conv" else None
    return node.weight.reshape(-1, node.weight.shape[-1]), geometry


def _exact(x, layer):
    return exact_product(x, layer.weights.integers)
