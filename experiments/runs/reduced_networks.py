"""One network with less work, measured: the rows of `lowtide.experiments.runs.reduction`.

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

Retrained: the whole network is trained on, what was taken away stays away.

Source: `lowtide.golden.reduce` and its modules; Hinton, Vinyals, Dean, arXiv 1503.02531 (distillation).
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lowtide.golden.network import fold_batch_norm
from lowtide.golden.reduce import (
    EarlyExit,
    apply_masks,
    circulant_layers,
    count_layers,
    exit_curve,
    low_rank,
    magnitude_masks,
    multiplication_ranks,
    remove_filters,
    remove_quiet_channels,
    structured_mask,
    total_count,
)
from lowtide.golden.reduce.pruning import prunable
from lowtide.workloads.data.mnist import mnist
from lowtide.workloads.networks import mnist_mlp
from lowtide.workloads.networks.perceptron import perceptron
from lowtide.workloads.networks.store import arrays_of, fingerprint, graph_of, kept

from ..training import exit_head, fine_tune, network
from ..training.recipe import Distillation, IterativePruning, Recipe
from ..training.retrained import digest
from ..training.tuned import TrainingData, kept_training
from . import summary_rows
from .tasks import Classifier, outputs

if TYPE_CHECKING:
    from lowtide.golden.network import Graph

__all__ = ["NARROW_SEED", "ReductionPoint", "ReductionRow", "load", "measure"]

_RECIPES = {
    "mnist_mlp": Recipe(epochs=4),
    "cnn_fashion": Recipe(epochs=3, rate=2e-3),
    "digits": Recipe(epochs=5, batch=32),
}
_NARROW = Recipe(epochs=10)
_EXIT, _EXIT_POOL, _EXIT_RECIPE = "max_pool0", 2, Recipe(epochs=2)  # tensor, side of the windows
NARROW_SEED = 1


@dataclass(frozen=True)
class ReductionPoint:
    """What a row is of.

    Parameters
    ----------
    task : str
        "digits", "mnist_mlp" or "cnn_fashion".
    kind : str
        See the module.
    setting : float, int or tuple of two ints
        Share of zeros or of channels removed, (N, M), share of multiplications, block, hidden values or threshold.
    retrained : bool
        Whether it is trained again; narrow networks are distilled then.
    """

    task: str
    kind: str
    setting: float | int | tuple  # type: ignore[type-arg]
    retrained: bool


@dataclass(frozen=True, kw_only=True)
class ReductionRow:
    """A smaller network.

    Parameters
    ----------
    task, kind, setting, retrained : str, str, str, bool
        Those of the point, the setting in words.
    multiplications, weights : float
        Shares of the float network's that are left; an exit adds to them.
    score, float_score : float
        Accuracies 0 to 1, of this network and of the float one.
    units : int
        Pictures.
    loss_error : float or None
        Standard error of the loss, paired; None of an early exit, of which the accuracy alone is known.
    """

    task: str
    kind: str
    setting: str
    retrained: bool
    multiplications: float
    weights: float
    score: float
    float_score: float
    units: int
    loss_error: float | None


@lru_cache
def load(task: str) -> tuple[TrainingData, Classifier]:
    """(`TrainingData`, `lowtide.experiments.runs.tasks.Classifier`) of a network; `DataMissing`."""
    data: Any
    recipe = _RECIPES[task]
    if task != "mnist_mlp":
        data, classifier = summary_rows.load(task)
        return replace(data, recipe=recipe), classifier
    data, graph, see = mnist(), mnist_mlp.mnist_mlp(), mnist_mlp.prepare
    training = TrainingData(
        name=task,
        key=fingerprint(mnist_mlp),
        graph=graph,
        inputs=see(data.train),
        labels=data.train_labels,
        recipe=recipe,
        slow=recipe,
    )
    return training, Classifier(graph, see(data.test), data.test_labels, training.calibration)


def measure(point: ReductionPoint) -> dict[str, Any]:
    """The row of a `ReductionPoint`, a dictionary with the fields of a `ReductionRow`; `DataMissing`."""
    left: float
    weights: float
    score: float
    error: float | None
    data, task = load(point.task)
    full = total_count(fold_batch_norm(data.graph))
    if point.kind == "early exit":
        exit = _exit(point.task)
        (found,) = exit_curve(fold_batch_norm(data.graph), exit, task.x, task.labels, [point.setting])  # type: ignore[list-item]
        left, weights = found.multiplications, full.weights + total_count(exit.head).weights
        score, error = found.accuracy, None
    else:
        graph = _trained(point, data)
        left, weights = _left(point, graph)
        scores = outputs(graph.run, task.x)
        score, error = task.accuracy(scores), task.outcome(scores)["loss_error"]
    setting = "{} of {}".format(*point.setting) if point.kind == "N:M" else f"{point.setting:g}"  # type: ignore[misc]
    return asdict(
        ReductionRow(
            task=point.task,
            kind=point.kind,
            setting=setting,
            retrained=point.retrained,
            multiplications=left / full.multiplications,
            weights=weights / full.weights,
            score=score,
            float_score=task.float_score,
            units=len(task.x),
            loss_error=error,
        )
    )


def _left(point: ReductionPoint, graph: Graph) -> tuple[float, float]:
    """(multiplications, weights) of a reduced network."""
    total = total_count(fold_batch_norm(graph))
    left: float
    weights: float
    left, weights = total.kept_multiplications, total.kept_weights
    if point.kind == "circulant":
        _, matrices = circulant_layers(graph, dict.fromkeys(_inner(graph), point.setting))  # type: ignore[arg-type]  # they are circulant already
        for count in count_layers(graph, matrices):
            matrix = matrices[count.name]
            pixels = count.multiplications // count.weights
            left += pixels * matrix.transform_multiplications - count.kept_multiplications
            weights += matrix.stored - count.kept_weights
    return left, weights


def _trained(point: ReductionPoint, data: TrainingData) -> Graph:
    if point.kind == "narrow":
        return _narrow(point, data)
    graph = _reduced(point, data)
    if not point.retrained:
        return graph
    more: dict[str, Any] = {}
    if point.kind == "magnitude":
        graph, more = data.graph, {"pruning": IterativePruning(share=point.setting)}  # type: ignore[arg-type]
    elif point.kind == "N:M":
        more = {"masks": {name: graph.node(name).weight != 0 for name in _inner(graph)}}
    begin = digest(graph, *more.get("masks", {}).values())
    return kept_training(
        data,
        (point, data.recipe, begin),
        fine_tune.FLOAT,
        lambda: fine_tune.fine_tune(graph, data.inputs, data.labels, data.recipe, **more),
    ).graph


def _reduced(point: ReductionPoint, data: TrainingData) -> Graph:
    """The smaller network, nothing trained."""
    setting: Any
    graph, setting = data.graph, point.setting
    if point.kind == "magnitude":
        return apply_masks(graph, magnitude_masks(graph, setting))
    if point.kind == "N:M":
        return apply_masks(graph, {name: structured_mask(graph.node(name).weight, *setting) for name in _inner(graph)})  # type: ignore[arg-type]
    if point.kind == "filters":
        return remove_filters(graph, setting)
    if point.kind == "channels":
        return remove_quiet_channels(graph, data.calibration, setting)
    if point.kind == "low rank":
        return low_rank(graph, multiplication_ranks(graph, setting))
    return circulant_layers(graph, dict.fromkeys(_inner(graph), setting))[0]


def _inner(graph: Graph) -> list[str]:
    """Names of the linear and conv nodes but the first and the last; of two, the first."""
    names = [node.name for node in prunable(graph)]
    return names[1:-1] or names[:1]


def _narrow(point: ReductionPoint, data: TrainingData) -> Graph:
    """A perceptron with ``setting`` hidden values, trained by labels alone or by the large one's scores as well."""
    rng = np.random.default_rng(NARROW_SEED)
    hidden: Any
    wide, hidden = data.graph.shape[0], point.setting
    fresh = perceptron(
        [rng.normal(0, np.sqrt(2 / wide), (wide, hidden)), rng.normal(0, np.sqrt(2 / hidden), (hidden, 10))],
        [np.zeros(hidden), np.zeros(10)],
    )
    teacher = Distillation(scores=data.graph.run(data.inputs)) if point.retrained else None
    return kept_training(
        data,
        (point, _NARROW),
        fine_tune.FLOAT,
        lambda: fine_tune.fine_tune(fresh, data.inputs, data.labels, _NARROW, distillation=teacher),
    ).graph


def _exit(task: str) -> EarlyExit:
    """The trained `EarlyExit` of a network."""
    data, _ = load(task)
    key = fingerprint(data.key, sys.modules[__name__], exit_head, fine_tune, network, data.inputs.shape)
    head = kept(
        f"exit_{task}",
        key,
        lambda: arrays_of(
            exit_head.train_exit(data.graph, _EXIT, data.inputs, data.labels, _EXIT_RECIPE, pool=_EXIT_POOL).head
        ),
    )
    return EarlyExit(tensor=_EXIT, head=graph_of(head))
