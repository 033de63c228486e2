"""A layer with weights that the host computes: its weights and parameters lie in external memory, with the image.

They are the integers that the machine would take: ``code = clip(round_shift((sum w (x - zero) + bias) multiplier,
shift), low, high) + zero of the output``, where w are the weights and x the codes of a window, outside of the picture
the zero point.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.entries import ENTRY_BYTES, Parameter
from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.network.integers.accumulators import in_32_bits
from lowtide.golden.network.integers.requantisation import code_limits, multipliers, requantised
from lowtide.golden.network.quantised.layer import QuantisedLayer
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.network.quantised.weights import QuantisedWeights
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
from lowtide.golden.quantise import quantise_bias

from ..steps.weighted import geometry_of
from .external import Codes
from .stated import tuples

__all__ = ["HostLayer", "layer_content"]

WIDTHS = (1, 2, 4)  #: bytes of a weight


@dataclass(frozen=True, kw_only=True)
class HostLayer:
    """What a layer multiplies with.

    Parameters
    ----------
    address : int
        Of the first byte: a parameter of 8 bytes for each output channel, as the machine's parameter memory has them
        (:class:`lowtide.common.records.entries.Parameter`), then the weights [size y, size x, channels of a group,
        output channels], little-endian, in two's complement.
    weight_bytes : int
        Of a weight: 1, 2 or 4.
    channels, outputs : int
        Of all groups.
    size, stride, dilation : (int, int)
        (y, x).
    padding : (int, int, int, int)
        (top, left, bottom, right).
    groups : int
    low, high : int
        Limits before the zero point of the output.
    data_terms : int
        Terms of every datum that are multiplied, 0 for all.
    encoding : str
        Of these.

    Raises
    ------
    ValueError
        Numbers that are too small, or do not fit each other.
    """

    address: int
    weight_bytes: int
    channels: int
    outputs: int
    size: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: tuple[int, int, int, int]
    groups: int
    low: int
    high: int
    data_terms: int
    encoding: str

    def __post_init__(self) -> None:
        if self.weight_bytes not in WIDTHS:
            raise ValueError(f"weight_bytes is {self.weight_bytes}, allowed are {', '.join(map(str, WIDTHS))}")
        least = min(self.channels, self.outputs, self.groups, *self.size)
        if least < 1 or self.channels % self.groups or self.outputs % self.groups:
            raise ValueError(
                f"channels, outputs, groups and size are {self.channels}, {self.outputs}, {self.groups} and "
                f"{self.size}, allowed are 1 and more, channels and outputs multiples of groups"
            )

    @classmethod
    def of(cls, network: QuantisedGraph, step: Step, source: tuple[int, int, int], address: int) -> Self:
        """The layer of a step that reads a picture (rows, columns, channels); :func:`layer_content` is at the
        address."""
        layer, made = network.layers[step.name], _fixed(network, step.name)
        window = geometry_of(layer, source)
        low, high = code_limits(made, step.limits)
        zero = int(made.zero_point)
        return cls(
            address=address,
            weight_bytes=_weight_bytes(layer),
            channels=len(layer.weights.whole) // (window.size[0] * window.size[1]) * window.groups,
            outputs=layer.bias.size,
            size=window.size,
            stride=window.stride,
            dilation=window.dilation,
            padding=window.padding,
            groups=window.groups,
            low=low - zero,
            high=high - zero,
            data_terms=layer.data_terms,
            encoding=layer.encoding,
        )

    @classmethod
    def read(cls, stated: Mapping[str, Any]) -> Self:
        """A layer as JSON states it. KeyError and TypeError for what is none."""
        return cls(**tuples({field.name: stated[field.name] for field in fields(cls)}))

    @property
    def weights(self) -> int:
        """Address of the first weight."""
        return self.address + ENTRY_BYTES * self.outputs

    @property
    def end(self) -> int:
        """The byte behind the last weight."""
        depth = self.size[0] * self.size[1] * self.channels // self.groups
        return self.weights + self.weight_bytes * depth * self.outputs

    def compute(self, name: str, memory: NDArray[np.uint8], source: Codes, target: Codes) -> None:
        """Read the input from external memory, uint8 [bytes], and write the output there. ``ValueError`` for sums that
        32 bits do not hold."""
        packed = memory[self.address : self.weights].tobytes()
        entries = [Parameter.unpack(packed[at : at + ENTRY_BYTES]) for at in range(0, len(packed), ENTRY_BYTES)]
        bias, factor, shift = (
            np.array([getattr(each, field) for each in entries], np.int64) for field in ("bias", "multiplier", "shift")
        )
        weights = memory[self.weights : self.end].view(f"<i{self.weight_bytes}").reshape(-1, self.outputs)
        layer = QuantisedLayer(
            name=name,
            weights=QuantisedWeights.of_integers(weights.astype(np.int32), 1.0, bits=16),
            bias=np.zeros(self.outputs),
            geometry=Geometry(
                size=self.size,
                stride=self.stride,
                dilation=self.dilation,
                padding=self.padding,
                groups=self.groups,
            ),
            x_bits=source.bits,
            x_signed=source.tensor.layout.signed,
            data_terms=self.data_terms,
            encoding=self.encoding,
        )
        picture = source.tensor.get(memory)
        if picture.shape[-1] != self.channels:  # flattened
            picture = picture.reshape(1, 1, -1)
        sums, _ = layer.accumulators(picture[None], source.quantiser)
        sums = in_32_bits(name, "accumulator", sums + bias)
        codes = np.clip(requantised([sums], [factor], shift), self.low, self.high) + target.zero
        target.put(memory, codes[0])


def layer_content(network: QuantisedGraph, step: Step) -> bytes:
    """Parameters and weights of a step, as :class:`HostLayer` has them in memory."""
    layer, plan = network.layers[step.name], network.plan
    scale = layer.weights.column_scale * _fixed(network, step.inputs[0]).scale
    (factor,), shift = multipliers(
        [scale / _fixed(network, step.name).scale], plan.requantisation, plan.multiplier_bits
    )
    columns = (quantise_bias(layer.bias, scale), *(np.broadcast_to(each, layer.bias.shape) for each in (factor, shift)))
    packed = b"".join(
        Parameter(bias=int(a), multiplier=int(m), shift=int(n)).pack() for a, m, n in zip(*columns, strict=True)
    )
    return packed + layer.weights.whole.astype(f"<i{_weight_bytes(layer)}").tobytes()


def _weight_bytes(layer: QuantisedLayer) -> int:
    whole = layer.weights.whole
    low, high = int(whole.min()), int(whole.max())
    return next(width for width in WIDTHS if max(high, -low - 1) < 1 << 8 * width - 1)


def _fixed(network: QuantisedGraph, name: str) -> FixedPointQuantiser:
    found = network.quantisers[name]
    assert isinstance(found, FixedPointQuantiser), f"{name} is not quantised"
    return found
