"""The network in integers: post-training quantisation.

A layer is ``A = X_q W_q + B_q`` on the array, then ``Y_q = clip(floor(m max(A, 0) / 2^n + 1/2))``, the rule of
hardware: one multiplier of 16 bits and one shift, ``m 2^-n = s_W s_X / s_Y`` to rounding. Data are unsigned, weights
signed, biases 32-bit integers of scale ``s_W s_X``. Scales come from a layer's weights and from its activations on the
training images, see `weights`. The last layer's scores stay as they are: their order is all that matters.

Source: Jacob et al., arXiv 1712.05877.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide import golden
from lowtide.golden.network.integers.requantisation import REQUANTISATIONS, multipliers, requantised
from lowtide.golden.storage_formats.scales import integer_scale

from .network import LARGEST_PIXEL, Network
from .weights import ArrayWeights, Precision, store

__all__ = ["IntegerNetwork", "Layer", "Product", "quantise_network"]

#: A product of data [images, inputs] and weights [inputs, outputs]: accumulators int64 [images, outputs].
Product = Callable[[NDArray[np.integer], ArrayWeights], NDArray[np.int64]]


@dataclass(frozen=True)
class Layer:
    """One integer layer.

    Parameters
    ----------
    weight : ArrayWeights
        Codes [inputs, outputs].
    bias : ndarray of int64 [outputs]
        32-bit values.
    multiplier, shift : int or None, int
        m and n from the accumulators to the next layer's data; None and 0 for the last layer, which has no activation.
    """

    weight: ArrayWeights
    bias: NDArray[np.int64]
    multiplier: int | None = None
    shift: int = 0


@dataclass(frozen=True)
class IntegerNetwork:
    """The network in integers.

    Parameters
    ----------
    layers : tuple of Layer
        In order.
    x_bits : int
        Of data.
    x_scale : float
        Of the first layer's data.
    """

    layers: tuple[Layer, ...]
    x_bits: int
    x_scale: float

    def data(self, pixels: ArrayLike) -> NDArray[np.int32]:
        """Pixels 0..16 as the first layer's data: int32 of the same shape, 0..2^x_bits - 1."""
        return golden.quantise(np.asarray(pixels) / LARGEST_PIXEL, self.x_scale, bits=self.x_bits, signed=False)

    def scores(self, pixels: ArrayLike, product: Product) -> NDArray[np.int64]:
        """The integer scores of images.

        Parameters
        ----------
        pixels : array_like [images, 64]
            0 to 16.
        product
            The array: of data int32 [images, inputs] and `ArrayWeights` the accumulators int64 [images, outputs].

        Returns
        -------
        ndarray of int64 [images, 10]
        """
        x: NDArray[np.integer] = self.data(pixels)
        for layer in self.layers:
            accumulators = product(x, layer.weight) + layer.bias
            if layer.multiplier is not None:
                x = requantised([np.maximum(accumulators, 0)], [np.array(layer.multiplier)], layer.shift)
                x = np.minimum(x, (1 << self.x_bits) - 1).astype(np.int32)
        return accumulators


def quantise_network(network: Network, pixels: ArrayLike, precision: Precision) -> IntegerNetwork:
    """The network at a precision.

    Parameters
    ----------
    network : Network
        The float one.
    pixels : array_like [images, 64]
        0 to 16, the images that the scales of data are taken from.
    precision : Precision
        What it is rounded to.

    Returns
    -------
    IntegerNetwork
    """
    activations, layers = network.activations(pixels), []
    first = x_scale = integer_scale(activations[0], precision.x_bits, signed=False)
    for number, (weight, real_bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        stored = store(weight, precision)
        bias = golden.quantise_bias(real_bias, stored.scale * x_scale)
        if number == len(network.weights) - 1:
            layers.append(Layer(stored, bias))
        else:
            y_scale = integer_scale(activations[number + 1], precision.x_bits, signed=False)
            (factor,), shift = multipliers([stored.scale * x_scale / y_scale], REQUANTISATIONS[0])
            layers.append(Layer(stored, bias, int(factor), int(shift)))
            x_scale = y_scale
    return IntegerNetwork(tuple(layers), precision.x_bits, first)
