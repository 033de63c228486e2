"""What a smaller network is, trained where it is trained, and what is measured of it.

A kind of reduction makes a network with less work of another one. `SmallerNetwork` is that of a graph with fewer or
smaller layers; `lowtide.experiments.runs.reduction.early_exits` has the other one,
`lowtide.experiments.runs.reduction.reduction_kinds` all that are compared.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from lowtide.golden.network import fold_batch_norm
from lowtide.golden.reduce import total_count

from ...training import fine_tune
from ...training.recipe import Distillation, IterativePruning, Recipe
from ...training.retrained import digest
from ...training.tuned import kept_training
from ..tasks import outputs

if TYPE_CHECKING:
    import numpy as np

    from lowtide.golden.network import Graph

    from ...training.tuned import TrainingData
    from ..tasks import Classifier

__all__ = ["Kind", "Left", "Measured", "ReductionPoint", "SmallerNetwork", "Start", "of_weights"]


@dataclass(frozen=True)
class ReductionPoint:
    """What a row is of.

    Parameters
    ----------
    task : str
        One of `lowtide.experiments.runs.reduction.trained_further.NETWORKS`.
    kind : str
        One of `lowtide.experiments.runs.reduction.reduction_kinds.KINDS`.
    setting : float, int or tuple of two ints
        Share of zeros or of channels removed, (N, M), share of multiplications, block, hidden values or threshold.
    retrained : bool
        Whether it is trained again; networks that are trained from the start are distilled then.
    """

    task: str
    kind: str
    setting: float | int | tuple[int, int]
    retrained: bool


@dataclass(frozen=True)
class Left:
    """What is left of a network: multiplications of a sample, and weights that are stored."""

    multiplications: float
    weights: float


@dataclass(frozen=True)
class Measured:
    """What is left of a network, its accuracy, 0 to 1, and the standard error of the loss, paired; None where the
    accuracy alone is known."""

    left: Left
    score: float
    loss_error: float | None


@dataclass(frozen=True, kw_only=True)
class Kind(ABC):
    """A way of making a network smaller.

    Parameters
    ----------
    settings : tuple
        How far it goes: those that are compared.
    retrained : str or None
        What readers call it with training, None where it is compared without alone.
    text
        A setting in words.
    """

    settings: tuple[Any, ...]
    retrained: str | None = None
    text: Callable[[Any], str] = "{:g}".format

    @abstractmethod
    def measured(self, point: ReductionPoint, data: TrainingData, task: Classifier) -> Measured:
        """What is measured of a network of this kind.

        Parameters
        ----------
        point : ReductionPoint
            Setting, and whether it is retrained.
        data, task : TrainingData, Classifier
            The float network with what it is trained and tested on.
        """


@dataclass(frozen=True, kw_only=True, eq=False)
class Start:
    """Where training of a smaller network begins.

    Parameters
    ----------
    graph : Graph
        The network.
    masks : mapping of str to ndarray of bool
        Weights that stay, by layer; the others stay zero.
    pruning : IterativePruning or None
        What is pruned on the way.
    """

    graph: Graph
    masks: Mapping[str, NDArray[np.bool]] = field(default_factory=dict)
    pruning: IterativePruning | None = None


def of_weights(graph: Graph, setting: Any) -> Left:
    """What is left of a smaller network whatever the setting: the weights that are not zero."""
    total = total_count(fold_batch_norm(graph))
    return Left(total.kept_multiplications, total.kept_weights)


@dataclass(frozen=True, kw_only=True)
class SmallerNetwork(Kind):
    """A graph with fewer or smaller layers.

    Parameters
    ----------
    smaller
        Of the network with its data and a setting: the smaller network, as far as it is without training.
    start
        Of the same and the smaller network: where training begins.
    from_the_start : bool
        Whether the weights of the smaller network are random: it is trained in any case, and retrained says that it
        learns the scores of the large one beside the labels.
    recipe : Recipe or None
        Of the training, None for that of the network.
    left
        Of the smaller network and a setting: what is left.
    """

    smaller: Callable[[TrainingData, Any], Graph]
    start: Callable[[TrainingData, Any, Graph], Start] = lambda data, setting, smaller: Start(graph=smaller)
    from_the_start: bool = False
    recipe: Recipe | None = None
    left: Callable[[Graph, Any], Left] = of_weights

    def measured(self, point: ReductionPoint, data: TrainingData, task: Classifier) -> Measured:
        graph = self.smaller(data, point.setting)
        if point.retrained or self.from_the_start:
            graph = self._trained(point, data, self.start(data, point.setting, graph))
        scores = outputs(graph.run, task.x)
        return Measured(self.left(graph, point.setting), task.accuracy(scores), task.compared(scores).loss_error)

    def _trained(self, point: ReductionPoint, data: TrainingData, start: Start) -> Graph:
        recipe = self.recipe or data.recipe
        distilled = self.from_the_start and point.retrained
        return kept_training(
            data,
            (point, recipe, digest(start.graph, *start.masks.values())),
            fine_tune.FLOAT,
            lambda: fine_tune.fine_tune(
                start.graph,
                data.inputs,
                data.labels,
                recipe,
                distillation=Distillation(scores=data.graph.run(data.inputs)) if distilled else None,
                pruning=start.pruning,
                masks=start.masks,
            ),
        ).graph
