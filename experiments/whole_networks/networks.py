"""The networks that run whole: float graphs with samples and how they are quantised, or networks in integers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network import Graph, Plan, quantise_graph
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.number_formats import FixedPoint
from lowtide.golden.number_formats.words import format_of
from lowtide.workloads.data.brown import brown
from lowtide.workloads.networks import lstm, super_resolution
from lowtide.workloads.networks.shaped import mobilenet_v1, mobilenet_v2, resnet50, transformer_block
from lowtide.workloads.networks.word_lstm import random_model, word_lstm

from ..runs.tasks import classifier
from .tasks import OWN, Format

__all__ = ["NETWORKS", "Sampled", "Stated", "WholeNetwork"]

CALIBRATION = 16  #: samples that scales are taken from


@dataclass(frozen=True, eq=False)
class Sampled:
    """A float network with samples.

    Parameters
    ----------
    graph : Graph
    calibration : ndarray [samples, *shape]
        That scales are taken from.
    sample : ndarray [*shape]
        That runs.
    random : bool
        Whether its weights are random ones.
    """

    graph: Graph
    calibration: NDArray[np.floating]
    sample: NDArray[np.floating]
    random: bool = False

    def integers(self, format: Format) -> QuantisedGraph:
        """The network in integers of a format."""
        plan = Plan(
            softmax="tables",
            weights=format_of(format.weights),
            weight_overrides={layer: format_of(each) for layer, each in format.overrides},
            activations=FixedPoint(format.data_bits),
            output="quantised",
        )
        return quantise_graph(self.graph, self.calibration, plan)


@dataclass(frozen=True, eq=False)
class Stated:
    """A network that was quantised elsewhere, with a sample.

    Parameters
    ----------
    network : QuantisedGraph
    sample : ndarray [*shape]
        That runs.
    random : bool
        Whether its weights are random ones.
    """

    network: QuantisedGraph
    sample: NDArray[np.floating]
    random: bool = False

    def integers(self, format: Format) -> QuantisedGraph:
        """The network as it is; ``ValueError`` for any format but its own."""
        if format != OWN:
            raise ValueError(f"format is {format}, allowed with a network that is quantised is {OWN}")
        return self.network


@dataclass(frozen=True)
class WholeNetwork:
    """A network.

    Parameters
    ----------
    title : str
        For readers.
    make
        Makes it; `DataMissing` where that takes data or packages that are not there.
    host : bool
        Whether steps that machines do not have are left to the host.
    """

    title: str
    make: Callable[[], Sampled | Stated]
    host: bool = False


def _task(name: str) -> Sampled:
    """A network of the experiments: its own weights and data."""
    task = classifier(name)
    return Sampled(task.graph, task.calibration[:CALIBRATION], task.x[0])


def _super_resolution() -> Stated:
    return Stated(super_resolution.super_resolution(), super_resolution.picture())


def _word_lstm() -> Sampled:
    """The language model on words of its corpus, if it is trained; else one with random weights, on random words."""
    trained = lstm.is_trained()
    model = lstm.language_model() if trained else random_model()
    graph = word_lstm(model)
    count = graph.shape[0]
    if trained:
        corpus = brown()
        text = np.concatenate([corpus.valid[:count], corpus.train[: CALIBRATION * count]])
    else:
        text = np.random.default_rng(1).integers(len(model.vocabulary), size=(CALIBRATION + 1) * count)
    numbers = text.reshape(-1, count)
    return Sampled(graph, model.embedding[numbers[1:]], model.embedding[numbers[0]], random=not trained)


def _shaped(make: Callable[[], Graph]) -> Sampled:
    """A network with random weights: random samples."""
    graph = make()
    pictures = np.random.default_rng(1).normal(size=(3, *graph.shape)).astype(np.float32)
    return Sampled(graph, pictures[1:], pictures[0], random=True)


#: By name, small ones first.
NETWORKS = {
    "digits": WholeNetwork("digits perceptron", partial(_task, "digits")),
    "mnist-mlp": WholeNetwork("MNIST perceptron", partial(_task, "mnist_mlp")),
    "mnist-8": WholeNetwork("mnist-8", partial(_task, "mnist_cnn")),
    "transformer-block": WholeNetwork("transformer block", partial(_shaped, transformer_block), host=True),
    "word-lstm": WholeNetwork("word LSTM, four words", _word_lstm),
    "super-resolution": WholeNetwork("super-resolution (QONNX)", _super_resolution, host=True),
    "mobilenet-v2": WholeNetwork("MobileNetV2", partial(_shaped, mobilenet_v2)),
    "efficientnet-lite0": WholeNetwork("EfficientNet-Lite0", partial(_task, "efficientnet")),
    "mobilenet-v1": WholeNetwork("MobileNetV1", partial(_shaped, mobilenet_v1)),
    "resnet-50": WholeNetwork("ResNet-50", partial(_shaped, resnet50)),
}
