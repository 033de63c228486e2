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
from lowtide.workloads.networks import super_resolution
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
    """

    graph: Graph
    calibration: NDArray[np.floating]
    sample: NDArray[np.floating]

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
    """

    network: QuantisedGraph
    sample: NDArray[np.floating]

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
    weights : str
        Where its weights come from, for readers.
    make
        Makes it; `DataMissing` where that takes data or packages that are not there.
    host : bool
        Whether steps that machines do not have are left to the host.
    """

    title: str
    weights: str
    make: Callable[[], Sampled | Stated]
    host: bool = False


def _task(name: str) -> Sampled:
    """A network of the experiments: its own weights and data."""
    task = classifier(name)
    return Sampled(task.graph, task.calibration[:CALIBRATION], task.x[0])


def _super_resolution() -> Stated:
    return Stated(super_resolution.super_resolution(), super_resolution.picture())


def _word_lstm() -> Sampled:
    """The language model: embeddings of random words."""
    model = random_model()
    graph = word_lstm(model)
    numbers = np.random.default_rng(1).integers(len(model.vocabulary), size=(CALIBRATION + 1, graph.shape[0]))
    return Sampled(graph, model.embedding[numbers[1:]], model.embedding[numbers[0]])


def _shaped(make: Callable[[], Graph]) -> Sampled:
    """A network with random weights: random samples."""
    graph = make()
    pictures = np.random.default_rng(1).normal(size=(3, *graph.shape)).astype(np.float32)
    return Sampled(graph, pictures[1:], pictures[0])


#: By name, small ones first.
NETWORKS = {
    "digits": WholeNetwork("digits perceptron", "trained", partial(_task, "digits")),
    "mnist-mlp": WholeNetwork("MNIST perceptron", "trained", partial(_task, "mnist_mlp")),
    "mnist-8": WholeNetwork("mnist-8", "published", partial(_task, "mnist_cnn")),
    "transformer-block": WholeNetwork("transformer block", "random", partial(_shaped, transformer_block), host=True),
    "word-lstm": WholeNetwork("word LSTM, four words", "random", _word_lstm),
    "super-resolution": WholeNetwork("super-resolution (QONNX)", "published", _super_resolution, host=True),
    "mobilenet-v2": WholeNetwork("MobileNetV2", "random", partial(_shaped, mobilenet_v2)),
    "efficientnet-lite0": WholeNetwork("EfficientNet-Lite0", "published", partial(_task, "efficientnet")),
    "mobilenet-v1": WholeNetwork("MobileNetV1", "random", partial(_shaped, mobilenet_v1)),
    "resnet-50": WholeNetwork("ResNet-50", "random", partial(_shaped, resnet50)),
}
