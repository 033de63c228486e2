"""Steps with weights as kernels: convolutions, linear layers, batch norms, and the addition that follows one."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.checks import value_range
from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.network.quantised.layer import QuantisedLayer
from lowtide.golden.quantise import quantise_bias
from lowtide.hw.mode.word import Mode

from ..kernels.convolution import convolution
from ..kernels.kernel import Kernel
from ..kernels.requantise import Second
from ..layouts.layout import Layout
from .builder import Builder

__all__ = ["geometry_of", "weighted"]


def geometry_of(layer: QuantisedLayer, source: tuple[int, int, int]) -> Geometry:
    """The window of a layer over a picture (rows, columns, channels); a linear layer that follows a flattened picture
    has one as large as the picture."""
    if layer.geometry is not None:
        return layer.geometry
    rows, columns, channels = source
    is_picture = len(layer.weights.whole) != channels
    return Geometry(size=(rows, columns) if is_picture else (1, 1))


def weighted(
    builder: Builder,
    layer: QuantisedLayer,
    source: Layout,
    mode: Mode,
    *,
    added: tuple[Second, int] | None = None,
) -> Kernel:
    """The kernel of a layer, or of the part of it that its builder makes.

    Parameters
    ----------
    builder : Builder
    layer : QuantisedLayer
    source : Layout
        The rows that are read, and of depthwise and grouped layers the channels.
    mode : Mode
    added : (Second, int), optional
        A tensor that is added to the layer's, and the zero point of the sum.
    """
    x, part, channels = builder.read(0), builder.part, builder.target.channels
    rows = part.source_rows or source.rows
    geometry = geometry_of(layer, (rows, source.columns, source.channels))
    whole = layer.weights.whole.reshape(*geometry.size, -1, layer.weights.whole.shape[1])
    if mode.select:  # what the array reveals to the layer's integers
        whole = np.clip(whole, *value_range(mode.w_bits, mode.w_signed))
    scale = layer.weights.column_scale * x.scale
    (factor,), shift = builder.factors(scale)
    outputs = whole.shape[3]
    of_part = slice(part.channel, part.channel + channels)

    def some(values: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.broadcast_to(values, (outputs,))[of_part]

    rules = builder.rules(some(factor), some(shift))
    if added is not None:
        rules = replace(rules, second=added[0], zero=added[1])
    return convolution(
        builder.config,
        mode,
        source,
        builder.target,
        whole[..., of_part],
        bias=some(quantise_bias(layer.bias, scale)),
        stride=geometry.stride,
        padding=(part.padding(geometry.padding[0], geometry.stride[0]), geometry.padding[1]),
        dilation=geometry.dilation,
        groups=max(1, geometry.groups * channels // outputs),
        zero=int(x.zero_point),
        column_sums=some(layer.weights.column_sums),
        requantise=rules,
    )
