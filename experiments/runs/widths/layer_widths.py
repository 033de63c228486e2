"""A network with some of its layers narrower than 8 bits, in their weights or in the data that they multiply.

A layer is one convolution or product, of EfficientNet a whole block. The data of a layer are those that its weights
multiply; data that two layers multiply belong to both.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network import Plan, quantise_graph
from lowtide.golden.network.quantised.integer_steps import SAME
from lowtide.golden.number_formats import FixedPoint

from ..measures import paired
from ..tasks import TASKS, classifier, evaluation, outputs

__all__ = ["OPERANDS", "WIDEST", "Widths", "float_score", "layers_of", "score", "uncertainty"]

OPERANDS = ("weights", "data")
WIDEST = 8  #: bits of all that is not narrowed
Widths = tuple[tuple[str, int], ...]  #: ((layer, bits), ...)
_SAMPLES = {"efficientnet": 5}  # every nth is measured
_CALIBRATION = 16  # samples, every nth of those that there are


def layers_of(task: str) -> list[str]:
    """The names of a task's layers, in order."""
    return list(_tensors(task))


def score(task: str, operand: str, widths: Widths) -> float:
    """The accuracy with these widths, ``((layer, bits), ...)``, of weights or data; all others are widest."""
    return _measured(task, operand, _narrower(widths))


def uncertainty(task: str, operand: str, widths: Widths) -> tuple[int, float]:
    """(independent samples, standard error of the loss beside the float network, paired) of the accuracy with these
    widths."""
    loaded, every = classifier(task), _SAMPLES.get(task, 1)
    scores, labels = _outputs(task, operand, _narrower(widths)), loaded.labels[::every]
    right, exact = (found.argmax(axis=1) == labels for found in (scores, loaded.float_outputs[::every]))
    beside_float = paired.compared(right, exact, views=max(1, loaded.views // every))
    return beside_float.units, beside_float.loss_error


def _narrower(widths: Widths) -> Widths:
    return tuple((layer, bits) for layer, bits in widths if bits < WIDEST)


@lru_cache
def _measured(task: str, operand: str, narrower: Widths) -> float:
    loaded, every = classifier(task), _SAMPLES.get(task, 1)
    return _accuracy(_outputs(task, operand, narrower), loaded.labels[::every])


@lru_cache(maxsize=1)
def _outputs(task: str, operand: str, narrower: Widths) -> NDArray[Any]:
    """Scores of the samples that are measured."""
    loaded, layers = classifier(task), _tensors(task)
    overrides: dict[str, FixedPoint] = {}
    for layer, bits in narrower:
        for weights, data in layers[layer]:
            name = weights if operand == "weights" else data
            overrides[name] = FixedPoint(max(bits, overrides[name].bits if name in overrides else 0))
    plan = Plan(weights=FixedPoint(WIDEST), activations=FixedPoint(WIDEST))
    if operand == "weights":
        plan = replace(plan, weight_overrides=overrides)
    else:
        plan = replace(plan, activation_overrides=overrides)
    calibration = loaded.calibration[:: max(1, len(loaded.calibration) // _CALIBRATION)]
    network = quantise_graph(loaded.graph, calibration, plan)
    return outputs(evaluation(network), loaded.x[:: _SAMPLES.get(task, 1)])


@lru_cache
def float_score(task: str) -> float:
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
            layers.setdefault(TASKS[task].layer_of(step.node.name), []).append((step.node.name, data))
    return {layer: tuple(pairs) for layer, pairs in layers.items()}


def _accuracy(scores: NDArray[Any], labels: NDArray[np.integer]) -> float:
    return float(np.mean(scores.argmax(axis=1) == labels))
