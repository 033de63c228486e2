"""What a quantised network costs, layer by layer: multiplications, term pairs, bit operations, bytes, zeros.

Of a layer with the Toeplitz matrix X[M, K] and weights W[K, N], per sample::

    multiplications = M K N (of all groups; padding is multiplied like the picture)
    term pairs      = sum_k (sum_m terms(x[m, k])) (sum_n terms(w[k, n]))       counted on the given data
    reserved        = multiplications * weight terms * data terms               that an array must have room for
    bit operations  = multiplications * weight bits * data bits
    zero share      = multiplications by a datum of zero / multiplications

Reserved weight terms are budget / group of term-revealed weights, else the most that a weight of the format can have;
data terms those of the plan, else the most of the width. Networks that integers cannot compute are counted on their
fake-quantised tensors and have no terms. Parameter bytes are weights, scales or tables, and 32-bit
biases; feature-map bytes are a step's inputs and output at their widths, accumulators and real numbers 32 bits.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389 (term pairs); Wang et al., ACM CSUR 2019, arXiv 1901.06955.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import LARGEST_BITS
from ...storage_formats import PLAIN, find
from ...terms import check_encoding, count_terms, max_terms
from ..floating.convolution import taps
from ..integers.integer_tensor import IntegerTensor
from ..quantised.fake_quantised import run_fake_quantised
from ..quantised.layer import QuantisedLayer
from ..quantised.quantised_graph import QuantisedGraph
from ..quantised.steps import Step

__all__ = ["StepCost", "bookkeeping", "total"]

_REAL_BITS = 32


@dataclass(frozen=True, kw_only=True)
class StepCost:
    """Costs of one step, or of all, per sample (averages over the samples given).

    Parameters
    ----------
    name, op : str
        Of the step.
    multiplications : int
    term_pairs, term_pair_bound : float or None
        Counted, and reserved; None where operands are no integers.
    bit_operations : float
    zero_multiplications : float
        By a datum of zero.
    parameter_bytes, input_bytes, output_bytes : float
        May be fractions.
    """

    name: str
    op: str
    multiplications: int
    term_pairs: float | None
    term_pair_bound: float | None
    bit_operations: float
    zero_multiplications: float
    parameter_bytes: float
    input_bytes: float
    output_bytes: float

    @property
    def zero_share(self) -> float:
        """Multiplications by zero that skipping saves, 0..1."""
        return self.zero_multiplications / self.multiplications if self.multiplications else 0.0

    @property
    def feature_bytes(self) -> float:
        """Feature maps that the step reads and writes."""
        return self.input_bytes + self.output_bytes


def bookkeeping(network: QuantisedGraph, x: ArrayLike, *, encoding: str = "hese") -> list[StepCost]:
    """What every step of a network costs on given data.

    Parameters
    ----------
    network : QuantisedGraph
    x : array_like of real numbers [samples, *shape]
    encoding : str
        Of the terms that are counted, one of `lowtide.golden.ENCODINGS`.

    Returns
    -------
    list of StepCost
        In the order of the steps.

    Raises
    ------
    ValueError
        As `QuantisedGraph.run`.
    """
    check_encoding(encoding)
    readers: dict[str, list[str]] = {}
    widths: dict[str, float] = {}
    sizes: dict[str, float] = {}
    counted: dict[str, tuple[int, float, float | None, float | None]] = {}
    in_integers = network.obstacle() is None
    for step in network.steps:
        if step.name in network.layers:
            readers.setdefault(step.inputs[0], []).append(step.name)

    def record(name: str, tensor: NDArray[np.floating] | IntegerTensor) -> None:
        values = tensor.codes if isinstance(tensor, IntegerTensor) else tensor
        widths[name] = getattr(network.quantisers[name], "bits", _REAL_BITS)
        sizes[name] = values.size * widths[name] / 8 / values.shape[0]
        for reader in readers.get(name, ()):
            layer = network.layers[reader]
            if isinstance(tensor, IntegerTensor):
                zero = int(tensor.fixed.zero_point)
                terms = _term_counts(layer, tensor.codes, zero, encoding)
                counted[reader] = (*_counts(layer, values, zero, True), *terms)
            else:
                counted[reader] = (*_counts(layer, values, 0, False), None, None)

    if in_integers:
        network.run_integers(x, record=record)
    else:
        run_fake_quantised(network, x, record=record)
    return [_cost(step, network.layers.get(step.name), counted.get(step.name), widths, sizes) for step in network.steps]


def total(costs: Iterable[StepCost]) -> StepCost:
    """The sum of `StepCost` rows as one row; ValueError for none."""
    rows = list(costs)
    if not rows:
        raise ValueError("costs is empty, allowed is at least one row")
    names = [name for name in StepCost.__dataclass_fields__ if name not in ("name", "op")]
    columns = {name: [getattr(cost, name) for cost in rows] for name in names}
    sums: dict[str, Any] = {name: None if None in column else sum(column) for name, column in columns.items()}
    return StepCost(name="total", op="", **sums)


def _cost(
    step: Step,
    layer: QuantisedLayer | None,
    counted: tuple[int, float, float | None, float | None] | None,
    widths: Mapping[str, float],
    sizes: Mapping[str, float],
) -> StepCost:
    multiplications, zero, pairs, bound = counted or (0, 0.0, 0.0, 0.0)
    parameters = bits = 0.0
    if layer is not None:
        weights = layer.weights
        parameters = (weights.values.size * weights.bits + weights.parameter_bits + layer.bias.size * 32) / 8
        bits = weights.bits * widths[step.inputs[0]]
    return StepCost(
        name=step.name,
        op=step.op,
        multiplications=multiplications,
        term_pairs=pairs,
        term_pair_bound=bound,
        bit_operations=multiplications * bits,
        zero_multiplications=zero,
        parameter_bytes=parameters,
        input_bytes=sum(sizes[name] for name in step.inputs),
        output_bytes=sizes[step.name],
    )


def _counts(layer: QuantisedLayer, values: NDArray[Any], zero: int, in_integers: bool) -> tuple[int, float]:
    """(multiplications, multiplications by zero) per sample."""
    seen: NDArray[Any] = layer.seen(values) if in_integers else values
    fill = layer.seen_zero(zero) if in_integers else 0
    multiplications = _rows(layer, values) * layer.weights.values.size
    every = np.ones(layer.weights.values.shape, np.int64)
    used = _pairs(layer, (seen != 0).astype(np.int64), int(fill != 0), every)
    return multiplications, multiplications - used / values.shape[0]


def _term_counts(layer: QuantisedLayer, codes: NDArray[np.integer], zero: int, encoding: str) -> tuple[float, float]:
    """(term pairs, reserved term pairs) per sample."""
    bits = layer.x_form
    terms, fill = (
        count_terms(seen, encoding, *bits).astype(np.int64)
        for seen in (layer.seen(codes), np.array(layer.seen_zero(zero)))
    )
    weight_terms = count_terms(layer.weights.whole, encoding, LARGEST_BITS, True).astype(np.int64)
    reserved = _weight_terms(layer, encoding) * (layer.data_terms or max_terms(encoding, *bits))
    multiplications = _rows(layer, codes) * weight_terms.size
    return _pairs(layer, terms, int(fill), weight_terms) / codes.shape[0], multiplications * reserved


def _rows(layer: QuantisedLayer, codes: NDArray[np.integer] | NDArray[np.floating]) -> int:
    """M of one sample."""
    if layer.geometry is None or codes.ndim != 4:
        return int(np.prod(codes.shape[1:-1]))
    return int(np.prod(layer.geometry.output_size(*codes.shape[1:3])))


def _pairs(layer: QuantisedLayer, x: NDArray[np.int64], fill: int, w: NDArray[np.int64]) -> int:
    """sum_k (sum_m x[m, k]) (sum_n w[k, n]) over all groups; x: int64 like the data, w: int64 [K, N]."""
    if layer.geometry is None:
        sums = x.reshape(-1, x.shape[-1]).sum(axis=0)[None]
    else:
        picture = x if x.ndim == 4 else x.reshape(x.shape[0], -1, 1, x.shape[-1])
        sums = np.stack([tap.sum(axis=(0, 1, 2)) for tap in taps(picture, layer.geometry, fill)])
    groups = layer.groups
    deep = sums.shape[1] // groups
    by_group = w.reshape(sums.shape[0], deep, groups, -1).sum(axis=-1)
    return int((sums.reshape(-1, groups, deep) * by_group.transpose(0, 2, 1)).sum())


def _weight_terms(layer: QuantisedLayer, encoding: str) -> float:
    fields: dict[str, Any] = {"w_bits": int(np.ceil(layer.weights.bits)), "w_signed": True, "w_format": PLAIN.name}
    fields |= layer.weights.mode_fields or {}
    if fields.get("select"):
        return fields["budget"] / fields["group"]
    return find(fields["w_format"]).most_terms(encoding, max(fields["w_bits"], 2), fields["w_signed"])
