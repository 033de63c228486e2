"""A classifier behind an inner layer: samples that it is sure of leave the network there.

The network itself stays as it is, and no sample says what it alone would have made of it, so the accuracy has no paired
error. The classifier is trained once for all thresholds.

Source: `lowtide.golden.reduce.early_exit`; Teerapittayanon, McDanel, Kung, arXiv 1709.01686.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lowtide.golden.network import fold_batch_norm
from lowtide.golden.reduce import EarlyExit, exit_curve, total_count
from lowtide.workloads.networks.store import arrays_of, fingerprint, graph_of, kept

from ...training import exit_head, fine_tune, network
from ...training.recipe import Recipe
from .smaller_networks import Kind, Left, Measured

if TYPE_CHECKING:
    from ...training.tuned import TrainingData
    from ..tasks import Classifier
    from .smaller_networks import ReductionPoint

__all__ = ["EarlyExits"]

_TENSOR, _POOL, _RECIPE = "max_pool0", 2, Recipe(epochs=2)  # where it is, side of the windows it averages over


@dataclass(frozen=True, kw_only=True)
class EarlyExits(Kind):
    """An exit behind the first pool of the small convolutional network; settings are thresholds of its confidence."""

    def measured(self, point: ReductionPoint, data: TrainingData, task: Classifier) -> Measured:
        if isinstance(point.setting, tuple):
            raise ValueError(f"setting is {point.setting}, allowed are thresholds of the confidence")
        graph, exit = fold_batch_norm(data.graph), _exit(data)
        (found,) = exit_curve(graph, exit, task.x, task.labels, [point.setting])
        weights = total_count(graph).weights + total_count(exit.head).weights
        return Measured(Left(found.multiplications, weights), found.accuracy, None)


def _exit(data: TrainingData) -> EarlyExit:
    """The trained exit of a network."""
    key = fingerprint(data.key, sys.modules[__name__], exit_head, fine_tune, network, data.inputs.shape)
    head = kept(
        f"exit_{data.name}",
        key,
        lambda: arrays_of(
            exit_head.train_exit(data.graph, _TENSOR, data.inputs, data.labels, _RECIPE, pool=_POOL).head
        ),
    )
    return EarlyExit(tensor=_TENSOR, head=graph_of(head))
