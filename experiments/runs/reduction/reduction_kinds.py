"""The ways of making a network smaller that are compared, each as what is left of the network.

=============  =======================================================================================================
kind           what is left of the multiplications of the network with its batch norms folded
=============  =======================================================================================================
magnitude      those of weights that are not zero; retrained: pruned ten times on the way, by the cubic schedule
N:M            N of M along the reduction axis, in all layers but the first and the last (of two layers in the first)
filters        those of the smaller network without the filters of least L1 norm
channels       the same, without the channels of least activity
low rank       two layers for one where that is cheaper
circulant      by transforms, in the layers of N:M
narrow         a perceptron with fewer hidden values, trained from the start; retrained: distilled from the large one
early exit     on average over the pictures, a classifier behind the first pool
=============  =======================================================================================================

Retrained: the whole network is trained on, what was taken away stays away. Early exits, which leave the network X

Source: `lowtide.golden.reduce` and its modules; Hinton, Vinyals, Dean, arXiv 1503.02531 (distillation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.reduce import (
    BlockCirculant,
    apply_masks,
    circulant_layers,
    count_layers,
    low_rank,
    magnitude_masks,
    multiplication_ranks,
    remove_filters,
    remove_quiet_channels,
    structured_mask,
)
from lowtide.golden.reduce.pruning import prunable
from lowtide.workloads.networks.perceptron import perceptron

from ...training.recipe import IterativePruning, Recipe
from .early_exits import EarlyExits
from .smaller_networks import Left, SmallerNetwork, Start, of_weights

if TYPE_CHECKING:
    from lowtide.golden.network import Graph

    from ...training.tuned import TrainingData
    from .smaller_networks import Kind

__all__ = ["KINDS", "NARROW_SEED"]

NARROW_SEED = 1


def _inner(graph: Graph) -> dict[str, NDArray[np.float64]]:
    """Weights of the linear and conv nodes but the first and the last, by name; of two nodes, of the first."""
    weights = [(node.name, node.weight) for node in prunable(graph) if node.weight is not None]
    return dict(weights[1:-1] or weights[:1])


def _structured(data: TrainingData, setting: tuple[int, int]) -> Graph:
    masks = {name: structured_mask(weight, *setting) for name, weight in _inner(data.graph).items()}
    return apply_masks(data.graph, masks)


def _where_not_zero(data: TrainingData, setting: Any, smaller: Graph) -> Start:
    return Start(graph=smaller, masks={name: weight != 0 for name, weight in _inner(smaller).items()})


def _circulant(graph: Graph, block: int) -> tuple[Graph, dict[str, BlockCirculant]]:
    return circulant_layers(graph, dict.fromkeys(_inner(graph), block))


def _left_by_transforms(graph: Graph, block: int) -> Left:
    total, (_, matrices) = of_weights(graph, block), _circulant(graph, block)  # they are circulant already
    multiplications, weights = total.multiplications, total.weights
    for count in count_layers(graph, matrices):
        matrix = matrices[count.name]
        pixels = count.multiplications // count.weights
        multiplications += pixels * matrix.transform_multiplications - count.kept_multiplications
        weights += matrix.stored - count.kept_weights
    return Left(multiplications, weights)


def _narrow(data: TrainingData, hidden: int) -> Graph:
    """A perceptron with fewer hidden values, random weights."""
    rng = np.random.default_rng(NARROW_SEED)
    wide = data.graph.shape[0]
    return perceptron(
        [rng.normal(0, np.sqrt(2 / wide), (wide, hidden)), rng.normal(0, np.sqrt(2 / hidden), (hidden, 10))],
        [np.zeros(hidden), np.zeros(10)],
    )


KINDS: dict[str, Kind] = {
    "magnitude": SmallerNetwork(
        settings=(0.5, 0.7, 0.8, 0.9, 0.95, 0.98),
        smaller=lambda data, share: apply_masks(data.graph, magnitude_masks(data.graph, share)),
        start=lambda data, share, smaller: Start(graph=data.graph, pruning=IterativePruning(share=share)),
        retrained="retrained",
    ),
    "N:M": SmallerNetwork(
        settings=((2, 4), (1, 4)),
        smaller=_structured,
        start=_where_not_zero,
        retrained="retrained",
        text=lambda setting: "{} of {}".format(*setting),
    ),
    "filters": SmallerNetwork(
        settings=(0.25, 0.5, 0.75), smaller=lambda data, share: remove_filters(data.graph, share), retrained="retrained"
    ),
    "channels": SmallerNetwork(
        settings=(0.25, 0.5, 0.75),
        smaller=lambda data, share: remove_quiet_channels(data.graph, data.calibration, share),
    ),
    "low rank": SmallerNetwork(
        settings=(0.8, 0.6, 0.4, 0.2, 0.1),
        smaller=lambda data, share: low_rank(data.graph, multiplication_ranks(data.graph, share)),
        retrained="retrained",
    ),
    "circulant": SmallerNetwork(
        settings=(4, 8, 16, 32),
        smaller=lambda data, block: _circulant(data.graph, block)[0],
        left=_left_by_transforms,
    ),
    "narrow": SmallerNetwork(
        settings=(128, 64, 32, 16),
        smaller=_narrow,
        retrained="distilled",
        from_the_start=True,
        recipe=Recipe(epochs=10),
    ),
    "early exit": EarlyExits(settings=(0.5, 0.7, 0.8, 0.9, 0.95, 0.99)),
}
