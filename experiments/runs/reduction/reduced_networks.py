"""One network with less work, measured: the rows of `lowtide.experiments.runs.reduction.reduction`.

What is left is counted beside the float network with its batch norms folded, and accuracies are compared on the same
pictures. The ways of reducing are those of `lowtide.experiments.runs.reduction.reduction_kinds`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lowtide.golden.network import fold_batch_norm
from lowtide.golden.reduce import total_count

from ...training.recipe import Recipe
from .reduction_kinds import KINDS
from .trained_further import trained_further

if TYPE_CHECKING:
    from ...training.tuned import TrainingData
    from ..tasks import Classifier
    from .smaller_networks import ReductionPoint

__all__ = ["ReductionRow", "load", "measure"]

_RECIPES = {  # of retraining
    "mnist_mlp": Recipe(epochs=4),
    "cnn_fashion": Recipe(epochs=3, rate=2e-3),
    "digits": Recipe(epochs=5, batch=32),
}


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


def load(task: str) -> tuple[TrainingData, Classifier]:
    """(`TrainingData`, `lowtide.experiments.runs.tasks.Classifier`) of a network; `DataMissing`."""
    return trained_further(task, _RECIPES[task], _RECIPES[task])


def measure(point: ReductionPoint) -> dict[str, Any]:
    """The row of a `ReductionPoint`, a dictionary with the fields of a `ReductionRow`; `DataMissing`."""
    data, task = load(point.task)
    kind, full = KINDS[point.kind], total_count(fold_batch_norm(data.graph))
    found = kind.measured(point, data, task)
    return asdict(
        ReductionRow(
            task=point.task,
            kind=point.kind,
            setting=kind.text(point.setting),
            retrained=point.retrained,
            multiplications=found.left.multiplications / full.multiplications,
            weights=found.left.weights / full.weights,
            score=found.score,
            float_score=task.float_score,
            units=len(task.x),
            loss_error=found.loss_error,
        )
    )
