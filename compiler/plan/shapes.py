"""Shapes of tensors, as the network has them and as they lie in memory."""

from math import prod

import numpy as np

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph

__all__ = ["Shape", "in_memory", "shapes_of"]

Shape = tuple[int, int, int]  #: of a tensor: rows, columns, channels


def shapes_of(network: QuantisedGraph) -> dict[str, tuple[int, ...]]:
    """The shapes of a network's tensors, without the batch."""
    found: dict[str, tuple[int, ...]] = {}

    def record(name: str, tensor: np.ndarray) -> None:
        found[name] = tensor.shape[1:]

    network.graph.run(np.zeros((1, *network.graph.shape), np.float32), record)
    return found


def in_memory(shape: tuple[int, ...]) -> Shape:
    """Rows, columns and channels of a tensor: a vector is one pixel, a sequence one row of pixels, and all axes but the
    last two are rows."""
    *others, columns, channels = (1, *shape)
    return prod(others), columns, channels
