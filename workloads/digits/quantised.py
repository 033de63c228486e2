"""The network in integers: post-training quantisation.

A layer is ``A = X_q W_q + B_q`` on the array, then ``Y_q = clip(floor(m max(A, 0) / 2^n + 1/2))``, the rule of
hardware: one multiplier of 16 bits and one shift, ``m 2^-n = s_W s_X / s_Y`` to rounding. Data are unsigned, weights
signed, biases 32-bit integers of scale ``s_W s_X``. Scales come from a layer's weights and from its activations on the
training images, see `weights`. The last layer's scores stay as they are: their order is all that matters.

Source: Jacob et al., arXiv 1712.05877.
"""

from dataclasses import dataclass

import numpy as np

from lowtide import golden
from lowtide.golden.network.requantisation import REQUANTISATIONS, multipliers, requantised
from lowtide.golden.storage_formats import Stored
from lowtide.golden.storage_formats.scales import integer_scale

from .network import LARGEST_PIXEL
from .weights import store

__all__ = ["IntegerNetwork", "Layer", "quantise_network"]


@dataclass(frozen=True)
class Layer:
    """One integer layer. weight: `Stored`, codes [inputs, outputs]. bias: int64 [outputs], 32-bit values.

    multiplier, shift: m and n from the accumulators to the next layer's data; None for the last layer, which has no
    activation.
    """

    weight: Stored
    bias: np.ndarray
    multiplier: int | None = None
    shift: int | None = None


@dataclass(frozen=True)
class IntegerNetwork:
    """The layers, as a tuple of `Layer`; the width of the data, and the first layer's scale."""

    layers: tuple
    x_bits: int
    x_scale: float

    def data(self, pixels):
        """Pixels 0..16 as the first layer's data: int32 of the same shape, 0..2^x_bits - 1."""
        return golden.quantise(np.asarray(pixels) / LARGEST_PIXEL, self.x_scale, bits=self.x_bits, signed=False)

    def scores(self, pixels, product):
        """The integer scores int64 [images, 10] of ``pixels``: 0..16, [images, 64].

        product: ``product(x, weight)`` is the array: ``x`` int32 [images, inputs], ``weight`` is `Stored`; it
        returns the accumulators int64 [images, outputs].
        """
        x = self.data(pixels)
        for layer in self.layers:
            accumulators = product(x, layer.weight) + layer.bias
            if layer.multiplier is not None:
                x = requantised([np.maximum(accumulators, 0)], [np.int64(layer.multiplier)], np.int64(layer.shift))
                x = np.minimum(x, (1 << self.x_bits) - 1).astype(np.int32)
        return accumulators


def quantise_network(network, pixels, precision):
    """The `IntegerNetwork` of a `network.Network` at a `weights.Precision`.

    pixels: 0..16, [images, 64], the images to take the scales of data from.
    """
    activations, layers = network.activations(pixels), []
    first = x_scale = integer_scale(activations[0], precision.x_bits, signed=False)
    for number, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        stored, is_last = store(weight, precision), number == len(network.weights) - 1
        y_scale = None if is_last else integer_scale(activations[number + 1], precision.x_bits, signed=False)
        bias = golden.quantise_bias(bias, stored.scale * x_scale)
        if is_last:
            layers.append(Layer(stored, bias))
        else:
            (factor,), shift = multipliers([stored.scale * x_scale / y_scale], REQUANTISATIONS[0])
            layers.append(Layer(stored, bias, int(factor), int(shift)))
        x_scale = y_scale
    return IntegerNetwork(tuple(layers), precision.x_bits, first)
