"""Multiplications that skipping zeros saves: of data, of weights, of either.

A multiplication is done where both operands are not zero: of a layer, ``sum over outputs of ([x != 0] * [w != 0])``,
the layer itself with indicators instead of numbers, no bias. Padding is zero and skipped like any zero.

Source: Albericio et al., Cnvlutin, ISCA 2016 (data); Han et al., EIE, arXiv 1602.01528 (weights and data).
"""

from dataclasses import dataclass, replace

import numpy as np

from ..network.fake_quantised import run_fake_quantised
from ..network.operations import evaluate

__all__ = ["ZeroSkip", "total_skip", "zero_skip"]


@dataclass(frozen=True, kw_only=True)
class ZeroSkip:
    """Multiplications of one layer, or of all, per sample on average. after_data, after_weights, after_both: what is
    left where those by zero data, zero weights, or either are skipped."""

    name: str
    multiplications: int
    after_data: float
    after_weights: float
    after_both: float


def zero_skip(network, x):
    """A `ZeroSkip` for every layer with weights of a `lowtide.golden.network.quantised.QuantisedGraph`, on its
    fake-quantised tensors of ``x [samples, *shape]``. A plan without formats counts the float network."""
    readers, rows = {}, []
    for step in network.steps:
        if step.name in network.layers:
            readers.setdefault(step.inputs[0], []).append(step)

    def record(name, tensor):
        for step in readers.get(name, ()):
            rows.append((network.steps.index(step), _counted(step, network.layers[step.name], tensor)))

    run_fake_quantised(network, x, record=record)
    return [row for _, row in sorted(rows, key=lambda row: row[0])]


def total_skip(rows):
    """The sum of `ZeroSkip` rows; ValueError for none."""
    rows = list(rows)
    if not rows:
        raise ValueError("rows is empty, allowed is at least one row")
    names = [name for name in ZeroSkip.__dataclass_fields__ if name != "name"]
    return ZeroSkip(name="total", **{name: sum(getattr(row, name) for row in rows) for name in names})


def _counted(step, layer, tensor):
    samples = len(tensor)
    weight = layer.weights.values.reshape(step.node.weight.shape) != 0
    data = tensor != 0

    def used(inputs, weights):
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
