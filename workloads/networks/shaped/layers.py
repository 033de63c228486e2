"""A graph built layer by layer, with random weights."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.floating.graph import Graph, Node

__all__ = ["SIZE", "Layers"]

SIZE = 224  #: pixels of the height and width of a picture of ImageNet


class Layers:
    """Appends layers, each of which reads the one before unless it says otherwise.

    Parameters
    ----------
    shape : tuple of int
        Of a picture: rows, columns, channels.
    seed : int
        Of the weights.

    Attributes
    ----------
    last : str
        The tensor that the last layer made.
    """

    def __init__(self, shape: tuple[int, int, int], seed: int) -> None:
        self.last = "input"
        self._shape = shape
        self._nodes: list[Node] = []
        self._channels = {"input": shape[2]}
        self._rng = np.random.default_rng(seed)

    def convolution(
        self,
        name: str,
        outputs: int,
        size: int,
        *,
        source: str | None = None,
        stride: int = 1,
        depthwise: bool = False,
        activation: str | None = "relu",
    ) -> str:
        """A square convolution that keeps the size of the picture but for its stride, and its activation function, if
        any. Returns its tensor."""
        source = source or self.last
        inputs = self._channels[source]
        attributes = {
            "stride": (stride, stride),
            "padding": (size // 2,) * 4,
            "groups": inputs if depthwise else 1,
        }
        weight = self._weights(size, size, 1 if depthwise else inputs, outputs)
        self._append(name, "conv", (source,), outputs, weight, attributes)
        return self._append(f"{name}.{activation}", activation, (self.last,), outputs) if activation else self.last

    def max_pool(self, name: str, size: int, stride: int) -> str:
        """The largest values of squares, padded as convolutions are."""
        attributes = {"size": (size, size), "stride": (stride, stride), "padding": (size // 2,) * 4}
        return self._append(name, "max_pool", (self.last,), self._channels[self.last], None, attributes)

    def add(self, name: str, first: str, second: str, *, activation: str | None = None) -> str:
        """The sum of two tensors, and its activation function, if any."""
        channels = self._channels[first]
        self._append(name, "add", (first, second), channels)
        return self._append(f"{name}.{activation}", activation, (self.last,), channels) if activation else self.last

    def classifier(self, classes: int) -> Graph:
        """The whole graph, with the mean of the picture and a linear layer at its end."""
        channels = self._channels[self.last]
        self._append("pool", "global_average_pool", (self.last,), channels)
        self._append("classifier", "linear", (self.last,), classes, self._weights(channels, classes))
        return Graph(tuple(self._nodes), self._shape)

    def _weights(self, *shape: int) -> NDArray[np.float64]:
        return self._rng.normal(scale=np.sqrt(2 / np.prod(shape[:-1])), size=shape)

    def _append(
        self,
        name: str,
        op: str,
        inputs: tuple[str, ...],
        channels: int,
        weight: NDArray[np.float64] | None = None,
        attributes: Mapping[str, object] | None = None,
    ) -> str:
        bias = None if weight is None else self._rng.normal(scale=0.1, size=channels)
        node = Node(name=name, op=op, inputs=inputs, weight=weight, bias=bias, attributes=dict(attributes or {}))
        self._nodes.append(node)
        self._channels[name] = channels
        self.last = name
        return name
