"""Networks that experiments train further, each with the data that it is trained and tested on.

===========  ====================================================  ===============================  =============
name         float network                                         trained further on               tested on
===========  ====================================================  ===============================  =============
digits       perceptron 64-64-32-10                                898 digits of 8 x 8              899 others
mnist_mlp    perceptron 784-512-10                                 8,000 of MNIST                   2,000 others
cnn_mnist    that of `lowtide.experiments.training.small_cnn`      the same                         the same
cnn_fashion  the same, of Fashion-MNIST                            10,000 of Fashion-MNIST          10,000 others
===========  ====================================================  ===============================  =============
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network import Graph
from lowtide.workloads.data import fashion, mnist
from lowtide.workloads.data.digits import digits
from lowtide.workloads.data.packages import FASHION, MNIST
from lowtide.workloads.networks import digits_mlp, mnist_mlp
from lowtide.workloads.networks.store import fingerprint

from ...training import small_cnn
from ...training.small_cnn import FASHION_CNN, MNIST_CNN
from ...training.tuned import TrainingData
from ..tasks import Classifier

if TYPE_CHECKING:
    from lowtide.workloads.data.labelled import Split

    from ...training.recipe import Recipe

__all__ = ["NETWORKS", "FloatNetwork", "trained_further"]

_PICTURES = 10_000  # that training sees


@dataclass(frozen=True, kw_only=True, eq=False)
class FloatNetwork:
    """A network in floating point, and its data.

    Parameters
    ----------
    title : str
        For readers.
    graph
        Returns the `Graph`.
    data
        Returns the pictures, a `lowtide.workloads.data.labelled.Split`.
    prepare
        Of pictures: what the network sees.
    key
        Returns what the network and its data were made from, a `fingerprint`.
    """

    title: str
    graph: Callable[[], Graph]
    data: Callable[[], Split]
    prepare: Callable[[NDArray[np.uint8]], NDArray[Any]]
    key: Callable[[], str]


def _small_cnn(data: small_cnn.DataSet, title: str) -> FloatNetwork:
    return FloatNetwork(
        title=title,
        graph=lambda: small_cnn.small_cnn(data),
        data=data.load,
        prepare=small_cnn.prepare,
        key=lambda: fingerprint(small_cnn, mnist, fashion, MNIST, FASHION),
    )


NETWORKS = {
    "digits": FloatNetwork(
        title="digits, perceptron 64-64-32-10",
        graph=digits_mlp.digits_mlp,
        data=digits,
        prepare=digits_mlp.prepare,
        key=lambda: "digits",
    ),
    "mnist_mlp": FloatNetwork(
        title="MNIST, perceptron 784-512-10",
        graph=mnist_mlp.mnist_mlp,
        data=mnist.mnist,
        prepare=mnist_mlp.prepare,
        key=lambda: fingerprint(mnist_mlp),
    ),
    "cnn_mnist": _small_cnn(MNIST_CNN, "MNIST, small convolutional network"),
    "cnn_fashion": _small_cnn(FASHION_CNN, "Fashion-MNIST, small convolutional network"),
}


@lru_cache
def trained_further(name: str, recipe: Recipe, slow: Recipe) -> tuple[TrainingData, Classifier]:
    """A network and what it is trained on, and the same with what it is tested on.

    Parameters
    ----------
    name : str
        One of :data:`NETWORKS`.
    recipe, slow : Recipe
        Of its training, and of methods that train slowly.

    Returns
    -------
    (TrainingData, Classifier)

    Raises
    ------
    DataMissing
        Without its data.
    """
    network = NETWORKS[name]
    data, graph = network.data(), network.graph()
    training = TrainingData(
        name=name,
        key=network.key(),
        graph=graph,
        inputs=network.prepare(data.train[:_PICTURES]),
        labels=data.train_labels[:_PICTURES],
        recipe=recipe,
        slow=slow,
    )
    return training, Classifier(graph, network.prepare(data.test), data.test_labels, training.calibration)
