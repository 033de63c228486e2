"""One quantised network, measured: what most experiments take their rows from, and share.

The row of a `Configuration` has the score (accuracy 0..1, or perplexity), the float network's, and what
`lowtide.experiments.runs.paired` compares rows by; for classifiers how often the two choose the same class and the
logit signal-to-noise, ``10 log10(sum y^2 / sum (y - y_q)^2)`` dB; and what the arithmetic reserves per multiplication,
in two units ::

    term pairs            term revealing  k / g * s         s: data terms, if all are kept the most of that width
    (``pair_bound``)      fixed point     t(weight bits) * s            t: the most terms that an integer can have
    bit pairs             fixed point     bits of weights * bits of data, 64 at 8 bits; term revealing has none
    (``bit_bound``)

Terms are those of the configuration's encoding, in both operands: an integer of n bits has up to t = (n + 1) / 2 signed
digits (HESE), so signed digits alone take about a quarter as many pairs as bits. ``pairs`` are the pairs of terms that
are not zero in the weights and data at hand.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389, for term pairs. It compares term pairs with bit pairs: its
result files have weight bits times data bits, 5..9 x 8 (convolutions, LSTM) and 2..6 x 6 (perceptron).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.common.quantisation import LaneRule, Quantisation, Terms
from lowtide.golden.compensate import SELECTIONS, Compensation, NetworkCompensation, compensate_graph
from lowtide.golden.network import Plan, fold_batch_norm, quantise_graph
from lowtide.golden.network.bookkeeping import bookkeeping, total
from lowtide.golden.number_formats import FixedPoint, Format, TermRevealed
from lowtide.golden.pe.fields import check_choice
from lowtide.golden.terms import max_terms

from . import paired
from .language import LanguageForm, quantise_language
from .tasks import TASKS, evaluation, load, outputs

if TYPE_CHECKING:
    from lowtide.golden.network import Graph, QuantisedGraph
    from lowtide.golden.network.layer import QuantisedLayer

__all__ = ["SCOPES", "Configuration", "beside_float", "measure", "signal_to_noise"]

SCOPES = ("all", "products")
_COUNTED, _COUNTED_WORDS = 8, 1_000  # samples and words whose term pairs are counted


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """How a network is quantised.

    Parameters
    ----------
    task : str
        One of `lowtide.experiments.runs.tasks.TASKS`.
    weights : FixedPoint or TermRevealed
        Format of the weights, with a scale for each output channel.
    x_bits : int
        Of data, symmetric fixed point.
    data_terms : int
        Terms that are kept of a datum, 0 are all.
    encoding : str
        Of terms, as in `lowtide.golden.network.Plan`.
    selection : str or None
        How compensation chooses terms, see `lowtide.golden.compensate.selection`; None rounds plainly.
    scope : str
        "all": every layer has the format of weights. "products": 1x1 convolutions and linear layers have it, the
        others 8 bits, rounded plainly.

    Raises
    ------
    ValueError
        For a field that is none of these.
    """

    task: str
    weights: Format
    x_bits: int = 8
    data_terms: int = 0
    encoding: str = "hese"
    selection: str | None = None
    scope: str = "all"

    @property
    def quantisation(self) -> Quantisation:
        """What operands are rounded to, a `lowtide.common.quantisation.Quantisation`."""
        weights: Any
        terms: Terms | None
        rule: Any
        weights, terms = self.weights, None
        if isinstance(weights, TermRevealed):
            rule = weights.rule and LaneRule(
                weights.rule.lanes,
                weights.rule.dedicated,  # type: ignore[arg-type]
                weights.rule.window or weights.rule.group,
            )
            terms = Terms(weights.group, weights.budget, self.data_terms, self.encoding, rule)
            weights = weights.base
        elif self.data_terms:
            terms = Terms(data_terms=self.data_terms, encoding=self.encoding)
        return Quantisation(x_bits=self.x_bits, w_bits=weights.bits, terms=terms)

    def __post_init__(self) -> None:
        check_choice("task", self.task, tuple(TASKS))
        check_choice("selection", self.selection, (None, *SELECTIONS))
        check_choice("scope", self.scope, SCOPES)
        if not isinstance(self.weights, (FixedPoint, TermRevealed)):
            raise ValueError(f"weights is {self.weights!r}, allowed are instances of FixedPoint and TermRevealed")


def measure(configuration: Configuration) -> dict[str, Any]:
    """The row of a `Configuration`, a dictionary; `DataMissing` as `lowtide.experiments.runs.tasks.load`."""
    weights: Any = configuration.weights
    revealed = isinstance(weights, TermRevealed)
    measured = (_language if configuration.task == "lstm" else _classifier)(configuration)
    return {
        "task": configuration.task,
        "quantisation": configuration.quantisation.as_dict(),
        "weights": weights.name,
        "revealed": revealed,
        "w_bits": (weights.base if revealed else weights).bits,
        "x_bits": configuration.x_bits,
        "group": weights.group if revealed else None,
        "budget": weights.budget if revealed else None,
        "data_terms": configuration.data_terms,
        "encoding": configuration.encoding,
        "compensated": configuration.selection is not None,
        "selection": configuration.selection,
        "scope": configuration.scope,
        "float_score": load(configuration.task).float_score,
    } | measured


def signal_to_noise(exact: ArrayLike, found: NDArray[Any]) -> float | None:
    """Signal-to-noise ratio of scores, in dB.

    Parameters
    ----------
    exact, found : array_like of float
        Scores of the float and of the quantised network, of one shape.

    Returns
    -------
    float or None
        None if the two are equal.
    """
    exact, noise = np.asarray(exact, np.float64), np.square(np.asarray(exact, np.float64) - found).sum()
    return float(10 * np.log10(np.square(exact).sum() / noise)) if noise else None


def _classifier(configuration: Configuration) -> dict[str, Any]:
    task = load(configuration.task)
    network = _network(configuration, task)
    run = evaluation(network)
    scores = outputs(run, task.x)
    row = {
        "score": task.accuracy(scores),
        **task.compared(scores).entries(),
        **beside_float("", task.float_outputs, scores),
    }
    if task.others is not None:
        row |= beside_float("others_", task.float_others, outputs(run, task.others))
    costs = bookkeeping(network, task.x[:: max(1, len(task.x) // _COUNTED)][:_COUNTED], encoding=configuration.encoding)
    work = total(costs).multiplications
    layers = [(network.layers[cost.name], cost.multiplications) for cost in costs if cost.name in network.layers]
    row |= _bounds([(_reserved(network.plan.weight_format(layer.name), layer), each) for layer, each in layers])
    return row | {"pairs": total(costs).term_pairs / work, "multiplications": work}  # type: ignore[operator]


def _language(configuration: Configuration) -> dict[str, Any]:
    task = load(configuration.task)
    form = LanguageForm(
        weights=configuration.weights,
        x_bits=configuration.x_bits,
        data_terms=configuration.data_terms,
        encoding=configuration.encoding,
        compensation=Compensation(selection=configuration.selection) if configuration.selection else None,
    )
    network = quantise_language(task, form)
    losses = network.stream_losses(task.text)
    return {
        "score": float(np.exp(losses.mean())),
        **paired.compared(losses, task.float_losses).entries(),
        **_bounds([(_reserved(configuration.weights, network.output), 1)]),
        "pairs": network.term_pairs(task.text[:_COUNTED_WORDS], configuration.encoding),
        "multiplications": sum(
            layer.weights.values.size for layer in (network.lstm.inputs, network.lstm.recurrent, network.output)
        ),
    }


def _network(configuration: Configuration, task: Any) -> QuantisedGraph:
    others = _beyond_products(task.graph) if configuration.scope == "products" else ()
    plan = Plan(
        weights=configuration.weights,
        weight_overrides=dict.fromkeys(others, FixedPoint(8)),
        activations=FixedPoint(configuration.x_bits),
        data_terms=configuration.data_terms,
        encoding=configuration.encoding,
    )
    if configuration.selection is None:
        return quantise_graph(task.graph, task.calibration, plan)
    options = NetworkCompensation(
        weights=Compensation(selection=configuration.selection), overrides=dict.fromkeys(others)
    )
    return compensate_graph(task.graph, task.calibration, plan, options)


def _beyond_products(graph: Graph) -> list[str]:
    """Names of the convolutions that are larger than 1x1."""
    return [node.name for node in fold_batch_norm(graph).nodes if node.op == "conv" and node.weight.shape[:2] != (1, 1)]  # type: ignore[union-attr]


def beside_float(prefix: str, exact: NDArray[Any], found: NDArray[Any]) -> dict[str, Any]:
    """How scores compare with the float network's.

    Parameters
    ----------
    prefix : str
        What the names of the entries begin with.
    exact, found : ndarray of float [samples, classes]
        Scores of the float and of the quantised network.

    Returns
    -------
    dict
        Entries of a row: ``agreement``, the share of samples with the same largest score, and ``signal_to_noise``, dB.
    """
    same = exact.argmax(axis=1) == found.argmax(axis=1)
    return {f"{prefix}agreement": float(same.mean()), f"{prefix}signal_to_noise": signal_to_noise(exact, found)}


def _reserved(weights: Any, layer: QuantisedLayer) -> tuple[Any, Any]:
    """(term pairs, bit pairs) per multiplication that a layer's arithmetic reserves; no bit pairs where terms are
    revealed."""
    data = layer.data_terms or max_terms(layer.encoding, layer.x_bits, layer.x_signed)  # type: ignore[arg-type]
    if isinstance(weights, TermRevealed):
        return weights.budget / weights.group * data, None
    return (
        max_terms(layer.encoding, weights.bits, weights.signed) * data,
        None if layer.data_terms else weights.bits * layer.x_bits,
    )


def _bounds(reserved: Sequence[tuple[tuple[Any, Any], int]]) -> dict[str, Any]:
    """Entries of a row: averages of what layers reserve, ((term pairs, bit pairs), multiplications) each."""
    work = sum(each for _, each in reserved)
    terms, bits = (
        None
        if any(pair[which] is None for pair, _ in reserved)
        else sum(pair[which] * each for pair, each in reserved) / work
        for which in (0, 1)
    )
    return {"pair_bound": terms, "bit_bound": bits}
