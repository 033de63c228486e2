"""The network in integers: post-training quantisation to 8 bits.

A layer is ``A = X_q W_q + B_q`` on the array, then ``Y_q = clip(round(s_c max(A, 0)))`` with ``s_c = s_W s_X / s_Y``.
Data are unsigned, weights symmetric signed 8-bit integers, biases 32-bit integers of scale ``s_W s_X``. Scales come
from the largest weight of a layer and from its largest activation on the training images. The last layer's scores stay
as they are: their order is all that matters.

Source: Jacob et al., arXiv 1712.05877.
"""

from dataclasses import dataclass

import numpy as np

import golden

from .network import LARGEST_PIXEL

__all__ = ["Layer", "data", "quantise_network", "scores"]

PIXEL_SCALE = 1 / 255  # pixels 0..16 stand for 0..1, and 1 is 255


@dataclass(frozen=True)
class Layer:
    """One integer layer. weight: int32 [inputs, outputs], -127..127. bias: int64 [outputs], 32-bit values.

    scale: accumulator to the next layer's data, None for the last layer, which has no activation.
    """

    weight: np.ndarray
    bias: np.ndarray
    scale: float | None


def data(pixels):
    """Pixels 0..16 as the first layer's data: int32 of the same shape, 0..255."""
    return golden.quantise(np.asarray(pixels) / LARGEST_PIXEL, PIXEL_SCALE, signed=False)


def quantise_network(network, pixels):
    """The `Layer` list of a `network.Network`. pixels: 0..16, [images, 64], images to take the scales from."""
    activations, x_scale, layers = network.activations(pixels), PIXEL_SCALE, []
    for number, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        w_scale = golden.scale_of(weight)
        is_last = number == len(network.weights) - 1
        y_scale = None if is_last else golden.scale_of(activations[number + 1], signed=False)
        layers.append(Layer(
            weight=golden.quantise(weight, w_scale),
            bias=golden.quantise_bias(bias, w_scale * x_scale),
            scale=None if is_last else float(w_scale * x_scale / y_scale),
        ))
        x_scale = y_scale
    return layers


def scores(layers, x, product):
    """The integer scores int64 [images, 10] of ``x``: int32 [images, 64], 0..255, see `data`.

    product: ``product(x, w)`` is the array, it returns the accumulators int64 [images, outputs].
    """
    for layer in layers:
        accumulators = product(x, layer.weight) + layer.bias
        if layer.scale is not None:
            x = golden.requantise(np.maximum(accumulators, 0), layer.scale, signed=False)
    return accumulators
