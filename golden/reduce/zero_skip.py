"""Multiplications that skipping zeros saves: of data, of weights, of either.

A multiplication is done where both operands are not zero: of a layer, ``sum over outputs of ([x != 0] * [w != 0])``,
the layer itself with indicators instead of numbers, no bias. Padding is zero and skipped like any zero.

Source: Albericio et al., Cnvlutin, ISCA 2016 (data); Han et al., EIE, arXiv 1602.01528 (weights and data).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..network.floating.operations import evaluate
from ..network.quantised.fake_quantised import run_fake_quantised
from ..network.quantised.layer import QuantisedLayer
from ..network.quantised.quantised_graph import QuantisedGraph
from ..network.quantised.steps import Step

__all__ = ["ZeroSkip", "total_skip", "zero_skip"]


@dataclass(frozen=True, kw_only=True)
class ZeroSkip:
    """Multiplications of one layer, or of all, per sample on average.

    Parameters
    ----------
    name : str
        Of the layer.
    multiplications : int
        Without skipping.
    after_data, after_weights, after_both : float
        What is left where those by zero data, zero weights, or either are skipped.
    """

    name: str
    multiplications: int
    after_data: float
    after_weights: float
    after_both: float


def zero_skip(network: QuantisedGraph, x: ArrayLike) -> list[ZeroSkip]:
    """What skipping zeros saves in every layer with weights, on fake-quantised tensors.

    Parameters
    ----------
    network : QuantisedGraph
        With a plan without formats the float network is counted.
    x : array_like of real numbers [samples, *shape]

    Returns
    -------
    list of ZeroSkip
        In the order of the layers.
    """
    readers: dict[str, list[Step]] = {}
    rows: list[tuple[int, ZeroSkip]] = []
    for step in network.steps:
        if step.name in network.layers:
            readers.setdefault(step.inputs[0], []).append(step)

    def record(name: str, tensor: NDArray[np.floating]) -> None:
        for step in readers.get(name, ()):
            rows.append((network.steps.index(step), _counted(step, network.layers[step.name], tensor)))

    run_fake_quantised(network, x, record=record)
    return [row for _, row in sorted(rows, key=lambda row: row[0])]


def total_skip(rows: Iterable[ZeroSkip]) -> ZeroSkip:
    """The sum of `ZeroSkip` rows; ValueError for none."""
    each = list(rows)
    if not each:
        raise ValueError("rows is empty, allowed is at least one row")
    names = [name for name in ZeroSkip.__dataclass_fields__ if name != "name"]
    return ZeroSkip(name="total", **{name: sum(getattr(row, name) for row in each) for name in names})


def _counted(step: Step, layer: QuantisedLayer, tensor: NDArray[np.floating]) -> ZeroSkip:
    samples = len(tensor)
    weight = layer.weights.values.reshape(step.node.kernel.shape) != 0
    data = tensor != 0

    def used(inputs: NDArray[Any], weights: NDArray[Any]) -> float:
        node = replace(step.node, weight=weights.astype(np.float64), bias=None)
        return int(evaluate(node, [inputs.astype(np.float64)]).sum()) / samples

    places = layer.weights.values.shape[1]
    rows = evaluate(replace(step.node, bias=None), [tensor]).size // samples // places
    return ZeroSkip(
        name=step.name,
        multiplications=rows * weight.size,
        after_data=used(data, np.ones(weight.shape)),
        after_weights=float(rows * int(weight.sum())),
        after_both=used(data, weight),
    )
