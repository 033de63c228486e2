"""Networks with the data that experiments measure them on.

=============  =============================  ===================================  ===================================
task           float network                  measured on                          calibrated on
=============  =============================  ===================================  ===================================
digits         perceptron 64-64-32-10         899 digits of 8 x 8                  898 others
mnist_mlp      perceptron 784-512-10          2,000 of MNIST                       500 of its training pictures
mnist_cnn      mnist-8, 2 convolutions        the same; it was trained on them     the same
efficientnet   EfficientNet-Lite0             10 views of each of 20 labelled      128 views of photographs and
                                              ImageNet pictures                    of objects set before them
lstm           language model, Brown corpus   20,000 words of held-out text        8,000 words of validation text
=============  =============================  ===================================  ===================================

EfficientNet is also compared with its float self on 8 views of each of three photographs that serve nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network import Graph, run_fake_quantised
from lowtide.workloads.data import digits, mnist, pictures
from lowtide.workloads.networks import digits_mlp, efficientnet_lite0, lstm_training, mnist_cnn, mnist_mlp

from .language_model.language import Language, language
from .measures import paired
from .measures.score_measures import ACCURACY, PERPLEXITY, Measure

if TYPE_CHECKING:
    from lowtide.golden.network import QuantisedGraph
    from lowtide.workloads.data.pictures import Pictures

__all__ = ["SEEDS", "TASKS", "Classifier", "Task", "classifier", "evaluation", "load", "outputs", "prepare"]

VIEWS, OTHER_VIEWS, CALIBRATION_VIEWS = 10, 8, 128
_CALIBRATION = 500
_VIEW_SEED, _OTHER_SEED, _CALIBRATION_SEED = 100, 200, 0
#: Of everything random in the data and in the networks.
SEEDS = {
    "views": _VIEW_SEED,
    "views of photographs": _OTHER_SEED,
    "views to calibrate": _CALIBRATION_SEED,
    "training of the MNIST perceptron": mnist_mlp.TRAINING.seed,
    "training of the language model": lstm_training.SEED,
}
_LARGE, _BATCH, _BATCH_OF_LARGE = 10_000, 500, 16  # values of a sample; samples that run at a time
_FEW_LARGE = 2  # of these in integers


@dataclass(frozen=True)
class Task:
    """A network with data.

    Parameters
    ----------
    title : str
        For readers.
    measure : Measure
        What its score is.
    make
        Makes what `load` returns.
    layer_of
        Of the name of a node: the layer that it belongs to.
    """

    title: str
    measure: Measure
    make: Callable[[], Classifier | Language]
    layer_of: Callable[[str], str] = str


@dataclass(frozen=True, eq=False)
class Classifier:
    """A float network with the data that it is measured on.

    Parameters
    ----------
    graph : Graph
        The float network.
    x : ndarray [samples, *shape]
        To test with.
    labels : ndarray of int [samples]
        Their classes.
    calibration : ndarray [samples, *shape]
        To fit ranges and compensation on.
    others : ndarray [samples, *shape], or None
        Samples without labels that the quantised and the float network are compared on.
    views : int
        Consecutive samples of x that show the same picture.
    """

    graph: Graph
    x: np.ndarray
    labels: np.ndarray
    calibration: np.ndarray
    others: np.ndarray | None = None
    views: int = 1

    @cached_property
    def float_outputs(self) -> NDArray[Any]:
        """Scores of the float network on x: [samples, classes]."""
        return outputs(self.graph.run, self.x)

    @cached_property
    def float_others(self) -> NDArray[Any]:
        """Scores of the float network on ``others``: [samples, classes]."""
        if self.others is None:
            raise ValueError("others is None, allowed are samples to compare on")
        return outputs(self.graph.run, self.others)

    @property
    def float_score(self) -> float:
        """The accuracy of the float network, 0..1."""
        return self.accuracy(self.float_outputs)

    def accuracy(self, scores: NDArray[Any]) -> float:
        """The share of samples whose largest score is that of their label, 0..1."""
        return float(self.right(scores).mean())

    def right(self, scores: NDArray[Any]) -> NDArray[np.bool]:
        """Whether the largest score of each sample is that of its label: bool [samples]."""
        return scores.argmax(axis=1) == self.labels

    def compared(self, scores: NDArray[Any]) -> paired.Comparison:
        """The network that made these scores beside the float one."""
        return paired.compared(self.right(scores), self.right(self.float_outputs), views=self.views)


def load(name: str) -> Classifier | Language:
    """The `Classifier` or `Language` of a task, made once in a process; `DataMissing`."""
    return _loaded(name)


def classifier(name: str) -> Classifier:
    """The `Classifier` of a task; ValueError for a language model, `DataMissing`."""
    task = load(name)
    if not isinstance(task, Classifier):
        raise ValueError(f"task is {name!r}, allowed are those whose network names classes")
    return task


def prepare(name: str) -> None:
    """Makes sure that `load` finds data and network of a task; trains it if need be. `DataMissing`."""
    load(name)


def outputs(run: Callable[[NDArray[Any]], NDArray[Any]], x: NDArray[Any]) -> NDArray[Any]:
    """Outputs of a network, computed in batches.

    Parameters
    ----------
    run
        ``run(x)`` of a `Graph` or of a `lowtide.golden.network.QuantisedGraph`, see `evaluation`.
    x : ndarray [samples, *shape]
        The inputs.

    Returns
    -------
    ndarray [samples, ...]
        Of all samples.
    """
    batch = _BATCH_OF_LARGE if x[0].size > _LARGE else _BATCH
    return np.concatenate([run(x[start : start + batch]) for start in range(0, len(x), batch)])


def evaluation(network: QuantisedGraph) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """How a quantised network is run: in integers where they can, else fake-quantised."""
    if network.obstacle() is not None:
        return lambda x: run_fake_quantised(network, x)
    if network.plan.scales == "dynamic":
        return network.run  # scales are those of a whole batch
    return lambda x: np.concatenate([network.run(part) for part in _parts(x)])


def _parts(x: NDArray[Any]) -> list[NDArray[Any]]:
    """Samples a few at a time: what a layer of a large network makes of them stays in the processor's caches."""
    few = _FEW_LARGE if x[0].size > _LARGE else len(x)
    return [x[start : start + few] for start in range(0, len(x), few)]


@lru_cache
def _loaded(name: str) -> Classifier | Language:
    return TASKS[name].make()


def _digits() -> Classifier:
    data = digits.digits()
    return Classifier(
        digits_mlp.digits_mlp(), digits_mlp.prepare(data.test), data.test_labels, digits_mlp.prepare(data.train)
    )


def _mnist(graph: Graph, see: Callable[[NDArray[np.uint8]], NDArray[Any]]) -> Classifier:
    data = mnist.mnist()
    return Classifier(graph, see(data.test), data.test_labels, see(data.train[:_CALIBRATION]))


def _efficientnet() -> Classifier:
    graph, labelled = efficientnet_lite0.efficientnet_lite0(), pictures.imagenet()
    return Classifier(
        graph,
        _views(labelled, VIEWS, _VIEW_SEED),
        np.repeat(labelled.classes, VIEWS),
        pictures.calibration(CALIBRATION_VIEWS, _CALIBRATION_SEED),
        _views(pictures.photographs(pictures.AGREEMENT), OTHER_VIEWS, _OTHER_SEED),
        VIEWS,
    )


def _views(some: Pictures, count: int, seed: int) -> NDArray[np.float32]:
    return np.concatenate([pictures.views(each, count, seed + place) for place, each in enumerate(some.pictures)])


TASKS = {
    "digits": Task("digits, perceptron 64-64-32-10", ACCURACY, _digits),
    "mnist_mlp": Task(
        "MNIST, perceptron 784-512-10", ACCURACY, lambda: _mnist(mnist_mlp.mnist_mlp(), mnist_mlp.prepare)
    ),
    "mnist_cnn": Task(
        "MNIST, mnist-8 (convolutions)", ACCURACY, lambda: _mnist(mnist_cnn.mnist_cnn(), mnist_cnn.prepare)
    ),
    "efficientnet": Task("ImageNet pictures, EfficientNet-Lite0", ACCURACY, _efficientnet, efficientnet_lite0.block_of),
    "lstm": Task("Brown corpus, language model (LSTM)", PERPLEXITY, language),
}
