"""The search for the smallest width of each layer, of its weights or of the data that it multiplies.

Everything else at 8 bits, the widths of one layer are tried alone, 8 bits downwards until a fifth of the accuracy is
lost. A tolerance t allows a loss of t of the float network's accuracy; the smallest width of a layer alone is the
smallest that keeps it, with all wider ones. Together such layers lose more than t, so widths are raised again,
greedily: one bit for the layer that alone is worst at the width that it has, until the network keeps the tolerance or
all layers have 8 bits. Each step takes one evaluation.

A layer is what the first part of a name says: of EfficientNet a whole block, of other networks one convolution or
product. The data of a layer are those that its weights multiply; data that two layers multiply belong to both.

Source: Judd et al., Reduced-Precision Strategies for Bounded Memory in Deep Neural Nets, arXiv 1511.05236, with the
same tolerances; the search is a plain one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network import Plan, quantise_graph
from lowtide.golden.network.quantised import SAME
from lowtide.golden.number_formats import FixedPoint

from ..framework.rows import made
from . import paired
from .tasks import classifier, evaluation, outputs

__all__ = ["OPERANDS", "TOLERANCES", "WIDEST", "Alone", "Together", "layers_of", "raised", "search", "smallest"]

OPERANDS = ("weights", "data")
TOLERANCES = (0.01, 0.02, 0.05, 0.1)
WIDEST, NARROWEST = 8, 2
_GIVEN_UP = 0.8  # share of the accuracy below which no narrower width is tried
_SAMPLES = {"efficientnet": 5}  # every nth is measured
_CALIBRATION = 16  # samples, every nth of those that there are


@dataclass(frozen=True)
class Alone:
    """One layer alone, at every width.

    Parameters
    ----------
    task : str
        Name of the network.
    operand : str
        One of OPERANDS.
    layer : str
        Name of the layer.
    """

    task: str
    operand: str
    layer: str


@dataclass(frozen=True)
class Together:
    """All layers of a network.

    Parameters
    ----------
    task : str
        Name of the network.
    operand : str
        One of OPERANDS.
    tolerance : float
        Share of the accuracy that may be lost.
    """

    task: str
    operand: str
    tolerance: float


def search(point: Alone | Together) -> dict[str, Any]:
    """The row of an `Alone` or a `Together`; a `Together` takes the rows of its layers from where rows are kept."""
    row: dict[str, Any] = {"task": point.task, "operand": point.operand, "float_score": _float_score(point.task)}
    if isinstance(point, Alone):
        return row | {"layer": point.layer, "scores": _alone(point)}
    layers = layers_of(point.task)
    scores = {
        layer: dict(map(tuple, made(search, Alone(point.task, point.operand, layer))["scores"])) for layer in layers
    }
    least = row["float_score"] * (1 - point.tolerance)
    alone = {layer: smallest(scores[layer], least) for layer in layers}
    widths, score, steps = raised(
        alone, scores, least, lambda widths: _score(point.task, point.operand, tuple(widths.items()))
    )
    units, error = _uncertainty(point.task, point.operand, tuple(widths.items()))
    return row | {
        "tolerance": point.tolerance,
        "alone": alone,
        "together": widths,
        "score": score,
        "steps": steps,
        "units": units,
        "loss_error": error,
    }


def smallest(scores: Mapping[int, float], least: float) -> int:
    """The smallest width that keeps a score, and so do all wider ones.

    Parameters
    ----------
    scores : mapping of int to float
        Score by width.
    least : float
        The score that is to be kept.

    Returns
    -------
    int
        The widest if none keeps it.
    """
    kept = WIDEST
    for width in sorted(scores, reverse=True):
        if scores[width] < least:
            break
        kept = width
    return kept


def raised(
    alone: Mapping[str, int],
    scores: Mapping[str, Mapping[int, float]],
    least: float,
    score: Callable[[dict[str, int]], float],
) -> tuple[dict[str, int], float, int]:
    """Greedily widened layers: the layer whose own score is lowest gets one more bit until the score is good enough,
    or all are widest.

    Parameters
    ----------
    alone : mapping of str to int
        Where to begin: width by layer.
    scores : mapping of str to (mapping of int to float)
        Score by width of each layer alone.
    least : float
        The score that is to be reached.
    score
        Of the widths of all layers: the score.

    Returns
    -------
    (dict of str to int, float, int)
        Width by layer, their score, and how many bits were raised.
    """
    widths, steps = dict(alone), 0
    found = score(widths)
    while found < least and min(widths.values()) < WIDEST:
        worst = min((layer for layer in widths if widths[layer] < WIDEST), key=lambda name: scores[name][widths[name]])
        widths[worst] += 1
        found, steps = score(widths), steps + 1
    return widths, found, steps


def layers_of(task: str) -> list[str]:
    """The names of a task's layers, in order."""
    return list(_tensors(task))


def _alone(point: Alone) -> list[list[float]]:
    """[[width, score], ...], widest first."""
    found, given_up = [], _GIVEN_UP * _float_score(point.task)
    for width in range(WIDEST, NARROWEST - 1, -1):
        found.append([width, _score(point.task, point.operand, ((point.layer, width),))])
        if found[-1][1] < given_up:
            break
    return found


def _score(task: str, operand: str, widths: tuple[tuple[str, int], ...]) -> float:
    """The accuracy with these widths, ``((layer, bits), ...)``, of weights or data; all others are widest."""
    return _measured(task, operand, _narrower(widths))


def _uncertainty(task: str, operand: str, widths: tuple[tuple[str, int], ...]) -> tuple[int, float]:
    """(independent samples, standard error of the loss beside the float network, paired) of the accuracy with these
    widths."""
    loaded, every = classifier(task), _SAMPLES.get(task, 1)
    scores, labels = _outputs(task, operand, _narrower(widths)), loaded.labels[::every]
    right, exact = (found.argmax(axis=1) == labels for found in (scores, loaded.float_outputs[::every]))
    beside_float = paired.compared(right, exact, views=max(1, loaded.views // every))
    return beside_float.units, beside_float.loss_error


def _narrower(widths: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    return tuple((layer, bits) for layer, bits in widths if bits < WIDEST)


@lru_cache
def _measured(task: str, operand: str, narrower: tuple[tuple[str, int], ...]) -> float:
    loaded, every = classifier(task), _SAMPLES.get(task, 1)
    return _accuracy(_outputs(task, operand, narrower), loaded.labels[::every])


@lru_cache(maxsize=1)
def _outputs(task: str, operand: str, narrower: tuple[tuple[str, int], ...]) -> NDArray[Any]:
    """Scores of the samples that are measured."""
    loaded, layers = classifier(task), _tensors(task)
    overrides: dict[str, FixedPoint] = {}
    for layer, bits in narrower:
        for weights, data in layers[layer]:
            name = weights if operand == "weights" else data
            overrides[name] = FixedPoint(max(bits, overrides[name].bits if name in overrides else 0))
    field = "weight_overrides" if operand == "weights" else "activation_overrides"
    plan = Plan(weights=FixedPoint(WIDEST), activations=FixedPoint(WIDEST), **{field: overrides})  # type: ignore[arg-type]
    calibration = loaded.calibration[:: max(1, len(loaded.calibration) // _CALIBRATION)]
    network = quantise_graph(loaded.graph, calibration, plan)
    return outputs(evaluation(network), loaded.x[:: _SAMPLES.get(task, 1)])


@lru_cache
def _float_score(task: str) -> float:
    loaded, every = classifier(task), _SAMPLES.get(task, 1)
    return _accuracy(loaded.float_outputs[::every], loaded.labels[::every])


@lru_cache
def _tensors(task: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """``{layer: ((name of the weights, name of the data), ...)}``: data by the tensor that has their quantiser."""
    loaded = classifier(task)
    network = quantise_graph(loaded.graph, loaded.calibration[:1])
    source: dict[str, str]
    layers: dict[str, list[tuple[str, str]]]
    source, layers = {}, {}
    for step in network.steps:
        if step.op in SAME:
            source[step.name] = source.get(step.inputs[0], step.inputs[0])
        if step.name in network.layers:
            data = source.get(step.inputs[0], step.inputs[0])
            layers.setdefault(step.node.name.split(".")[0], []).append((step.node.name, data))
    return {layer: tuple(pairs) for layer, pairs in layers.items()}


def _accuracy(scores: NDArray[Any], labels: NDArray[np.integer]) -> float:
    return float(np.mean(scores.argmax(axis=1) == labels))
