"""A small convolutional network for pictures of 28 x 28, trained from scratch on MNIST or Fashion-MNIST.

::

    3x3 conv, 16 - batch norm - relu - max pool 2    3x3 conv, 32 - batch norm - relu - max pool 2
    linear 1568 to 64 - batch norm - relu            linear 64 to 10

1.1 million multiplications; nearly all of its 105,744 weights lie in the two layers between the first and the last,
so the methods of the ISCA tutorial's table that leave these two alone have something to work on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network import Graph, Node
from lowtide.workloads.data import fashion, labelled, mnist
from lowtide.workloads.data.packages import FASHION, MNIST
from lowtide.workloads.networks.extras import extra
from lowtide.workloads.networks.store import arrays_of, fingerprint, graph_of, is_kept, kept

from . import batch_norms, fine_tune, network, weights
from .recipe import Recipe

if TYPE_CHECKING:
    from rich.console import Console

    from lowtide.workloads.data.labelled import Split

__all__ = ["FASHION_CNN", "MNIST_CNN", "PICTURES", "SEED", "DataSet", "fresh_cnn", "prepare", "small_cnn"]

PICTURES = 40_000  #: to train with, the first ones; MNIST has fewer
_CHANNELS, _HIDDEN, _CLASSES, SEED = (16, 32), 64, 10, 1
_SIDE = mnist.SIDE // 4


@dataclass(frozen=True, kw_only=True, eq=False)
class DataSet:
    """Pictures that the network is trained on.

    Parameters
    ----------
    network : str
        What the cache calls the network that is trained on them.
    load
        Returns them, a `lowtide.workloads.data.labelled.Split`; `DataMissing`.
    sources : tuple of object
        What they are made from: the module that reads them, and their package.
    recipe : Recipe
        How the network is trained.
    """

    network: str
    load: Callable[[], Split]
    sources: tuple[object, ...]
    recipe: Recipe


MNIST_CNN = DataSet(network="cnn_mnist", load=mnist.mnist, sources=(mnist, MNIST), recipe=Recipe(epochs=6, rate=2e-3))
FASHION_CNN = DataSet(
    network="cnn_fashion",
    load=fashion.fashion,
    sources=(fashion, FASHION),
    recipe=Recipe(epochs=3, batch=128, rate=2e-3),
)


def small_cnn(data: DataSet, console: Console | None = None) -> Graph:
    """The trained `Graph` of a data set: inputs as `prepare` makes them, to ten scores. Trained once; `DataMissing`
    without its data, or without PyTorch if it is not trained. console: of the progress bar."""
    key = fingerprint(sys.modules[__name__], fine_tune, network, weights, batch_norms, labelled, *data.sources)
    if not is_kept(data.network, key):
        extra("torch")

    def make() -> dict[str, NDArray[Any]]:
        pictures = data.load()
        return arrays_of(
            fine_tune.fine_tune(
                fresh_cnn(),
                prepare(pictures.train[:PICTURES]),
                pictures.train_labels[:PICTURES],
                data.recipe,
                console=console,
            ).graph
        )

    return graph_of(kept(data.network, key, make))


def prepare(pictures: NDArray[np.uint8]) -> NDArray[np.floating]:
    """What the network sees of uint8 pictures [n, 28, 28, 1]: float32 of the same shape, 0 to 1."""
    return pictures / np.float32(255)


def fresh_cnn() -> Graph:
    """The `Graph` before training: He's random weights, batch norms that do nothing."""
    rng = np.random.default_rng(SEED)

    def weight(*shape: int) -> NDArray[np.float64]:
        return rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape)

    nodes: list[Node]
    nodes, last, channels = [], "input", 1

    def add(op: str, **fields: Any) -> None:
        nonlocal last
        number = sum(node.op == op for node in nodes)
        nodes.append(Node(name=f"{op}{number}", op=op, inputs=(last,), **fields))
        last = nodes[-1].name

    def normed(outputs: int) -> None:
        add("batch_norm", weight=np.ones(outputs), bias=np.zeros(outputs))
        add("relu")

    for outputs in _CHANNELS:
        add("conv", weight=weight(3, 3, channels, outputs), attributes={"padding": (1, 1, 1, 1)})
        normed(outputs)
        add("max_pool", attributes={"size": (2, 2), "stride": (2, 2)})
        channels = outputs
    add("flatten")
    add("linear", weight=weight(_SIDE * _SIDE * channels, _HIDDEN))
    normed(_HIDDEN)
    add("linear", weight=weight(_HIDDEN, _CLASSES), bias=np.zeros(_CLASSES))
    return Graph(tuple(nodes), (mnist.SIDE, mnist.SIDE, 1))
