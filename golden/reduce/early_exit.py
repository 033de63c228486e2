"""Input-dependent computation: a classifier at an inner tensor answers for the samples that it is sure of.

A sample leaves at the exit if the largest softmax probability of the exit's scores is at least the threshold; else the
rest of the network is computed too. Multiplications of a sample, on average over the data::

    before + head + (1 - share that leaves) after

before: of the nodes that the exit's tensor is made with, after: of all other nodes, head: of the exit's classifier.

Source: Teerapittayanon, McDanel, Kung, *BranchyNet*, arXiv 1709.01686 (there the measure of sureness is the entropy).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import integer_array
from ..network.floating.graph import Graph
from ..quantise import finite_array
from .counts import count_layers

__all__ = ["EarlyExit", "ExitPoint", "exit_curve"]


@dataclass(frozen=True, kw_only=True, eq=False)
class EarlyExit:
    """An exit of a network.

    Parameters
    ----------
    tensor : str
        The name of the inner tensor.
    head : Graph
        Takes one of its shape to scores of the classes.
    """

    tensor: str
    head: Graph


@dataclass(frozen=True, kw_only=True)
class ExitPoint:
    """What a threshold gives.

    Parameters
    ----------
    threshold : float
        Of the probability.
    exited : float
        Share of the samples that leave, 0..1.
    accuracy : float
        Of all samples, 0..1.
    multiplications : float
        Of a sample on average.
    full_multiplications : int
        Of the network without the exit.
    """

    threshold: float
    exited: float
    accuracy: float
    multiplications: float
    full_multiplications: int


def exit_curve(
    graph: Graph, exit: EarlyExit, x: ArrayLike, labels: ArrayLike, thresholds: Sequence[float]
) -> list[ExitPoint]:
    """Accuracy and cost of an exit at several thresholds.

    Parameters
    ----------
    graph : Graph
    exit : EarlyExit
    x : array_like of real numbers [samples, *shape]
    labels : array_like of int [samples]
        Classes.
    thresholds : sequence of float
        One above 1 lets nothing leave.

    Returns
    -------
    list of ExitPoint
        One for each threshold.

    Raises
    ------
    ValueError
        For labels of another length, a tensor that does not exist and thresholds that are not finite.
    """
    classes, samples = integer_array("labels", labels), graph.checked(x)
    if classes.shape != (len(samples),):
        raise ValueError(f"labels has shape {classes.shape}, allowed is ({len(samples)},)")
    graph.node(exit.tensor)
    tensors: dict[str, NDArray[np.floating]] = {}
    late = graph.run(samples, lambda name, tensor: tensors.update({name: tensor} if name == exit.tensor else {}))
    early = exit.head.run(tensors[exit.tensor])
    probability = _sureness(early)
    early_right, late_right = (scores.argmax(axis=-1) == classes for scores in (early, late))
    full = _multiplications(graph)
    before = _multiplications(graph, _made_with(graph, exit.tensor))
    head = _multiplications(exit.head)
    points = []
    for threshold in finite_array("thresholds", thresholds).reshape(-1):
        leaves = probability >= threshold
        points.append(
            ExitPoint(
                threshold=float(threshold),
                exited=float(leaves.mean()),
                accuracy=float(np.where(leaves, early_right, late_right).mean()),
                multiplications=before + head + float((~leaves).mean()) * (full - before),
                full_multiplications=full,
            )
        )
    return points


def _sureness(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """The largest softmax probability of every row of scores [samples, classes]."""
    return 1 / np.exp(scores - scores.max(axis=-1, keepdims=True)).sum(axis=-1)


def _multiplications(graph: Graph, nodes: set[str] | None = None) -> int:
    return sum(count.multiplications for count in count_layers(graph, nodes))


def _made_with(graph: Graph, tensor: str) -> set[str]:
    """Names of the nodes that a tensor is made with, its own included."""
    needed = {tensor}
    for node in reversed(graph.nodes):
        if node.name in needed:
            needed.update(node.inputs)
    return needed
