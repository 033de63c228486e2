"""One quantised network, measured: the row of a `lowtide.experiments.runs.configurations.configuration.Configuration`.

It has the score (accuracy 0..1, or perplexity), the float network's, and what
`lowtide.experiments.runs.measures.paired` compares rows by; for classifiers how near scores are to the float network's
(`lowtide.experiments.runs.measures.agreement`); and the pairs of terms and of bits that the arithmetic reserves per
multiplication (``pair_bound``, ``bit_bound``, see `lowtide.experiments.runs.measures.reserved_pairs`). ``pairs`` are
the pairs of terms that are not zero in the weights and data at hand, per multiplication.
"""

from dataclasses import asdict
from typing import Any

import numpy as np

from lowtide.golden.compensate import Compensation, NetworkCompensation, compensate_graph
from lowtide.golden.network import Graph, Plan, QuantisedGraph, fold_batch_norm, quantise_graph
from lowtide.golden.network.costs.bookkeeping import bookkeeping, total
from lowtide.golden.number_formats import FixedPoint, TermRevealed

from ..language_model.language import Language
from ..language_model.quantise_language import LanguageForm, quantise_language
from ..measures import paired
from ..measures.agreement import agreement
from ..measures.reserved_pairs import mean, reserved
from ..tasks import Classifier, evaluation, load, outputs
from .configuration import Configuration

__all__ = ["measure"]

_COUNTED, _COUNTED_WORDS = 8, 1_000  # samples and words whose term pairs are counted


def measure(configuration: Configuration) -> dict[str, Any]:
    """The row of a `Configuration`, a dictionary with the fields of a
    `lowtide.experiments.runs.configurations.measured_rows.ConfigurationRow`; `DataMissing` as
    `lowtide.experiments.runs.tasks.load`.
    """
    weights, task = configuration.weights, load(configuration.task)
    revealed = weights if isinstance(weights, TermRevealed) else None
    measured = _language(configuration, task) if isinstance(task, Language) else _classifier(configuration, task)
    return {
        "task": configuration.task,
        "quantisation": configuration.quantisation.as_dict(),
        "weights": weights.name,
        "revealed": revealed is not None,
        "w_bits": configuration.w_bits,
        "x_bits": configuration.x_bits,
        "group": revealed and revealed.group,
        "budget": revealed and revealed.budget,
        "data_terms": configuration.data_terms,
        "encoding": configuration.encoding,
        "compensated": configuration.selection is not None,
        "selection": configuration.selection,
        "scope": configuration.scope,
        "float_score": task.float_score,
    } | measured


def _classifier(configuration: Configuration, task: Classifier) -> dict[str, Any]:
    network = _network(configuration, task)
    run = evaluation(network)
    scores = outputs(run, task.x)
    row = {
        "score": task.accuracy(scores),
        **task.compared(scores).entries(),
        **asdict(agreement(task.float_outputs, scores)),
    }
    if task.others is not None:
        near = agreement(task.float_others, outputs(run, task.others))
        row |= {"others_agreement": near.agreement, "others_signal_to_noise": near.signal_to_noise}
    costs = bookkeeping(network, task.x[:: max(1, len(task.x) // _COUNTED)][:_COUNTED], encoding=configuration.encoding)
    work = total(costs)
    layers = [(network.layers[cost.name], cost.multiplications) for cost in costs if cost.name in network.layers]
    pairs = mean([(reserved(network.plan.weight_format(layer.name), layer), each) for layer, each in layers])
    assert work.term_pairs is not None  # operands are integers
    return row | {
        "pair_bound": pairs.term_pairs,
        "bit_bound": pairs.bit_pairs,
        "pairs": work.term_pairs / work.multiplications,
        "multiplications": work.multiplications,
    }


def _language(configuration: Configuration, task: Language) -> dict[str, Any]:
    form = LanguageForm(
        weights=configuration.weights,
        x_bits=configuration.x_bits,
        data_terms=configuration.data_terms,
        encoding=configuration.encoding,
        compensation=Compensation(selection=configuration.selection) if configuration.selection else None,
    )
    network = quantise_language(task, form)
    losses = network.stream_losses(task.text)
    pairs = reserved(configuration.weights, network.output)
    return {
        "score": float(np.exp(losses.mean())),
        **paired.compared(losses, task.float_losses).entries(),
        "pair_bound": pairs.term_pairs,
        "bit_bound": pairs.bit_pairs,
        "pairs": network.term_pairs(task.text[:_COUNTED_WORDS], configuration.encoding),
        "multiplications": sum(
            layer.weights.values.size for layer in (network.lstm.inputs, network.lstm.recurrent, network.output)
        ),
    }


def _network(configuration: Configuration, task: Classifier) -> QuantisedGraph:
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
    return [node.name for node in fold_batch_norm(graph).nodes if node.op == "conv" and node.kernel.shape[:2] != (1, 1)]
