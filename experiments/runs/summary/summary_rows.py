"""Rows of the summary table: a network with every method, in floating point, rounded, and fine-tuned.

What readers see of them: `lowtide.experiments.runs.summary.summary`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lowtide.common.quantisation import Quantisation

from ...training.published_methods import METHODS
from ...training.recipe import Recipe
from ...training.tuned import TrainingData, rounded, tuned
from ..reduction.trained_further import trained_further
from ..tasks import Classifier, evaluation, outputs

if TYPE_CHECKING:
    from lowtide.golden.network import QuantisedGraph

__all__ = ["QUANTISATIONS", "SummaryPoint", "SummaryRow", "load", "measure"]

#: Methods that stand for a quantisation: what an array multiplies that computes with what they store.
QUANTISATIONS = {
    "TWN": Quantisation(w_bits=None, w_format="ternary"),
    "BWN": Quantisation(w_bits=None, w_format="binary"),
    "LogNet": Quantisation(w_bits=None, w_format="log4"),
    "weight sharing": Quantisation(w_format="codebook16"),
    "XNOR-Net": Quantisation(x_bits=None, x_format="binary", w_bits=None, w_format="binary"),
    "dynamic fixed point 8/8": Quantisation(),
    "dynamic fixed point 4/4": Quantisation(x_bits=4, w_bits=4),
}
_RECIPES = {  # of the methods, and of those that train slowly
    "cnn_mnist": (Recipe(epochs=2), Recipe(epochs=5, rate=5e-3)),
    "cnn_fashion": (Recipe(epochs=2), Recipe(epochs=4, rate=5e-3)),
    "digits": (Recipe(epochs=10, batch=32, rate=2e-3), Recipe(epochs=20, batch=32, rate=1e-2)),
}


@dataclass(frozen=True)
class SummaryPoint:
    """What a row is of.

    Parameters
    ----------
    task : str
        One of `lowtide.experiments.runs.reduction.trained_further.NETWORKS`.
    method : str
        Name of one of METHODS.
    tune : bool
        Whether it is fine-tuned as well.
    """

    task: str
    method: str
    tune: bool


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    """A network with a method.

    Parameters
    ----------
    task, category, method : str
        Names of the network and of the method, and what kind of method it is.
    quantisation : dict or None
        Of :data:`QUANTISATIONS`, as a dictionary, None for other methods.
    weight_bits, data_bits : str, int
        As published.
    ends : str
        What the first and last layer have.
    units : int
        Pictures.
    float_score, rounded_score, tuned_score : float
        Accuracies 0 to 1; the last one None where nothing was trained.
    rounded_error, tuned_error : float
        Standard errors of the losses, paired with the float network.
    published, published_tuned : float or None, bool
        Points that the source loses on its network, if it says so, and whether after fine-tuning.
    source : str
        Of the method.
    """

    task: str
    category: str
    method: str
    quantisation: dict[str, Any] | None
    weight_bits: str
    data_bits: int
    ends: str
    units: int
    float_score: float
    rounded_score: float
    rounded_error: float
    tuned_score: float | None
    tuned_error: float | None
    published: float | None
    published_tuned: bool
    source: str

    @property
    def rounded_loss(self) -> float:
        """Points that rounding alone loses against the float network."""
        return 100 * (self.float_score - self.rounded_score)

    @property
    def tuned_loss(self) -> float | None:
        """Points that are lost after fine-tuning; None where nothing was trained."""
        return None if self.tuned_score is None else 100 * (self.float_score - self.tuned_score)


def load(task: str) -> tuple[TrainingData, Classifier]:
    """(`TrainingData`, `lowtide.experiments.runs.tasks.Classifier`) of a network; `DataMissing`."""
    return trained_further(task, *_RECIPES[task])


def measure(point: SummaryPoint) -> dict[str, Any]:
    """The row of a `SummaryPoint`, a dictionary with the fields of a `SummaryRow`."""
    method = next(each for each in METHODS if each.name == point.method)
    training, task = load(point.task)
    stands_for = QUANTISATIONS.get(method.name)

    def measured(network: QuantisedGraph) -> tuple[float, float]:
        scores = outputs(evaluation(network), task.x)
        return task.accuracy(scores), task.compared(scores).loss_error

    rounding = measured(rounded(method, training))
    tuning = measured(tuned(method, training).quantised()) if point.tune else (None, None)
    return asdict(
        SummaryRow(
            task=point.task,
            category=method.category,
            method=method.name,
            quantisation=None if stands_for is None else stands_for.as_dict(),
            weight_bits=method.weight_bits,
            data_bits=method.data_bits,
            ends="float" if method.ends_float else "as the rest",
            units=len(task.x),
            float_score=task.float_score,
            rounded_score=rounding[0],
            rounded_error=rounding[1],
            tuned_score=tuning[0],
            tuned_error=tuning[1],
            published=method.published,
            published_tuned=method.tuned,
            source=method.source,
        )
    )
