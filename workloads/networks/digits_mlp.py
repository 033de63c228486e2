"""The perceptron of the repository's digits demo, 64-64-32-10, with its shipped weights, as a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..data.digits import LARGEST_PIXEL
from ..digits.network import load
from .perceptron import perceptron

if TYPE_CHECKING:
    from lowtide.golden.network.floating.graph import Graph

__all__ = ["digits_mlp", "prepare"]


def digits_mlp() -> Graph:
    """The `Graph`: inputs as `prepare` makes them [batch, 64], to the scores of ten digits."""
    network = load()
    return perceptron(network.weights, network.biases)


def prepare(pictures: NDArray[np.uint8]) -> NDArray[np.floating]:
    """What the network sees of uint8 pictures [n, 8, 8, 1]: float32 [n, 64] from 0 to 1."""
    return pictures.reshape(len(pictures), -1) / np.float32(LARGEST_PIXEL)
