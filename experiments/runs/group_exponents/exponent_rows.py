"""One network whose weights have an exponent for each group, or none, measured: the row of an `ExponentPoint`.

Data have 8 bits; every layer has the format, with a scale for each output channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Self

import numpy as np

from lowtide.common.quantisation import Groups, Quantisation
from lowtide.golden.compensate import Compensation, NetworkCompensation, compensate_graph
from lowtide.golden.network import Plan, QuantisedGraph, quantise_graph
from lowtide.golden.number_formats import E2M1, FixedPoint, GroupExponent, SmallFloat, TwoDigits

from ..configurations.measured_rows import PairedRow
from ..language_model.language import Language
from ..language_model.quantise_language import LanguageForm, quantise_language
from ..measures import paired
from ..measures.agreement import agreement
from ..tasks import Classifier, evaluation, load, outputs

__all__ = ["ExponentPoint", "ExponentRow", "measure"]

_X_BITS = 8


@dataclass(frozen=True, kw_only=True)
class ExponentPoint:
    """What a row is of.

    Parameters
    ----------
    task : str
        Name of the network.
    base : FixedPoint or SmallFloat
        Format of the integers, `TwoDigits` among them.
    group : int
        Values that share an exponent.
    exponent_bits : int
        Of an exponent, 0 for none.
    compensated : bool
        Whether rounding is compensated.
    """

    task: str
    base: FixedPoint | SmallFloat
    group: int = 1
    exponent_bits: int = 0
    compensated: bool = False

    @property
    def weights(self) -> FixedPoint | SmallFloat | GroupExponent:
        """The format of the weights."""
        return GroupExponent(self.base, self.group, self.exponent_bits) if self.exponent_bits else self.base

    @property
    def quantisation(self) -> Quantisation:
        """What an array multiplies that computes with what is stored."""
        groups = Groups(self.group, self.exponent_bits) if self.exponent_bits else None
        if self.base == E2M1:
            return Quantisation(x_bits=_X_BITS, w_bits=None, w_format="e2m1", groups=groups)
        if isinstance(self.base, TwoDigits):
            return Quantisation(x_bits=_X_BITS, w_bits=None, w_format="two_digits", groups=groups)
        return Quantisation(x_bits=_X_BITS, w_bits=int(self.base.bits), groups=groups)

    @property
    def stored_bits(self) -> float:
        """Bits of a weight in memory, its share of an exponent included."""
        return float(Fraction(self.base.stored_bits) + Fraction(self.exponent_bits, self.group))


@dataclass(frozen=True, kw_only=True)
class ExponentRow(PairedRow):
    """What `measure` finds.

    Parameters
    ----------
    quantisation : Quantisation
        What data and weights were rounded to.
    base : str
        Name of the format of the integers.
    group, exponent_bits : int
        Values that share an exponent, and its bits; 0 bits for none.
    stored_bits : float
        Of a weight.
    compensated : bool
        Whether rounding was compensated.
    agreement, signal_to_noise : float or None
        With the scores of the float network, 0 to 1 and dB; None where there is no noise or the network has no classes.
    """

    quantisation: Quantisation
    base: str
    group: int
    exponent_bits: int
    stored_bits: float
    compensated: bool
    agreement: float | None = None
    signal_to_noise: float | None = None

    @classmethod
    def read(cls, stated: Mapping[str, Any]) -> Self:
        """The row of a dictionary."""
        return super().read({**stated, "quantisation": Quantisation.of_dict(stated["quantisation"])})


def measure(point: ExponentPoint) -> dict[str, Any]:
    """The row of an `ExponentPoint`, the fields of an `ExponentRow`; `DataMissing` as
    `lowtide.experiments.runs.tasks.load`."""
    task = load(point.task)
    measured = _language(point, task) if isinstance(task, Language) else _classifier(point, task)
    return {
        "task": point.task,
        "quantisation": point.quantisation.as_dict(),
        "base": point.base.name,
        "group": point.group,
        "exponent_bits": point.exponent_bits,
        "stored_bits": point.stored_bits,
        "compensated": point.compensated,
        "float_score": task.float_score,
    } | measured


def _classifier(point: ExponentPoint, task: Classifier) -> dict[str, Any]:
    scores = outputs(evaluation(_network(point, task)), task.x)
    return {
        "score": task.accuracy(scores),
        **task.compared(scores).entries(),
        **asdict(agreement(task.float_outputs, scores)),
    }


def _network(point: ExponentPoint, task: Classifier) -> QuantisedGraph:
    plan = Plan(weights=point.weights, activations=FixedPoint(_X_BITS))
    if not point.compensated:
        return quantise_graph(task.graph, task.calibration, plan)
    return compensate_graph(task.graph, task.calibration, plan, NetworkCompensation(weights=Compensation()))


def _language(point: ExponentPoint, task: Language) -> dict[str, Any]:
    compensation = Compensation() if point.compensated else None
    network = quantise_language(task, LanguageForm(weights=point.weights, x_bits=_X_BITS, compensation=compensation))
    losses = network.stream_losses(task.text)
    return {"score": float(np.exp(losses.mean())), **paired.compared(losses, task.float_losses).entries()}
