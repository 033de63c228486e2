"""Costs of every layer against counts by hand and by loops, and the roofline."""

import numpy as np
import pytest

from lowtide.golden import Array, Mode, count
from lowtide.golden.network import Graph, Node, Plan, QuantisedWeights, quantise_graph
from lowtide.golden.network.arrays.array_product import ArrayProduct
from lowtide.golden.network.costs.bookkeeping import bookkeeping, total
from lowtide.golden.network.costs.roofline import Machine, roofline
from lowtide.golden.number_formats.floating.small_float import SmallFloat
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint
from lowtide.golden.number_formats.integers.revealed import TermRevealed
from lowtide.golden.number_formats.levels.logarithmic import Logarithmic


def mixed(seed=0):
    rng = np.random.default_rng(seed)
    random = lambda *shape: rng.normal(size=shape) * 0.4  # noqa: E731
    nodes = (
        Node(
            name="c",
            op="conv",
            inputs=("input",),
            weight=random(3, 3, 4, 6),
            bias=random(6),
            attributes={"padding": (1, 0, 2, 1), "groups": 2, "stride": (2, 1)},
        ),
        Node(name="r", op="relu", inputs=("c",)),
        Node(name="d", op="conv", inputs=("r",), weight=random(2, 2, 1, 6), bias=random(6), attributes={"groups": 6}),
        Node(name="b", op="batch_norm", inputs=("r",), weight=random(6), bias=random(6)),
        Node(name="p", op="global_average_pool", inputs=("d",)),
        Node(name="q", op="global_average_pool", inputs=("b",)),
        Node(name="j", op="concat", inputs=("p", "q")),
        Node(name="l", op="linear", inputs=("j",), weight=random(12, 5), bias=random(5)),
    )
    return Graph(nodes, (7, 5, 8)), rng.normal(size=(4, 7, 5, 8))


def test_a_linear_layer_by_hand():
    """x = 3 (4 - 1), 0, 7 (8 - 1); w columns (1, 2), (0, 5), (7, 4): terms 2, 0, 2 and 2, 2, 3."""
    weights = QuantisedWeights.of_integers(np.array([[1, 2], [0, 5], [7, 4]]), 1.0, bits=4)
    graph = Graph((Node(name="l", op="linear", inputs=("input",), weight=np.ones((3, 2))),), (3,))
    network = quantise_graph(graph, np.array([[3.0, 0, 15]]), Plan(activations=FixedPoint(4)), weights={"l": weights})
    (row,) = bookkeeping(network, np.array([[3.0, 0, 7]]))
    assert (row.multiplications, row.term_pairs, row.bit_operations) == (6, 2 * 2 + 0 + 2 * 3, 6 * 4 * 4)
    assert row.zero_multiplications == 2 and row.zero_share == 1 / 3
    assert row.term_pair_bound == 6 * 2 * 3  # 4 bits: 2 HESE terms signed, 3 unsigned
    assert row.parameter_bytes == (6 * 4 + 2 * 32 + 2 * 32) / 8  # weights, scales, biases
    assert (row.input_bytes, row.output_bytes) == (3 * 4 / 8, 2 * 4)
    assert bookkeeping(network, np.array([[3.0, 0, 7]]), encoding="binary")[0].term_pairs == 2 * 2 + 0 + 3 * 4


@pytest.mark.parametrize(
    "plan",
    [
        Plan(),
        Plan(activations=FixedPoint(8, signed=False, symmetric=False)),
        Plan(data_terms=2),
        Plan(weights=TermRevealed(group=8, budget=10), data_terms=3),
        Plan(weights=FixedPoint(5), activations=FixedPoint(6)),
    ],
)
def test_counts_are_those_of_the_array(plan):
    """Term pairs and multiplications of every layer as `lowtide.golden.gemm` counts them, product by product."""
    graph, x = mixed()
    network = quantise_graph(graph, x, plan)
    multiply = ArrayProduct(Array(kind="term_pair", rows=4, cols=4, group=8), Mode(hese=True, budget=6))
    zeros = dict.fromkeys(("c", "d", "b", "l"), 0)

    def counted(rows, layer):
        zeros[layer.name] += int((layer.seen(rows) == 0).sum()) * layer.bias.size
        return multiply(rows, layer)

    network.run(x, product=counted)
    rows = {network.layers[row.name].name: row for row in bookkeeping(network, x) if row.name in network.layers}
    assert list(rows) == ["c", "d", "b", "l"]
    for name, row in rows.items():
        results = [result for layer, result in multiply.results if layer == name]
        assert row.multiplications * 4 == sum(result.multiplications for result in results)
        assert row.term_pairs * 4 == sum(result.term_pairs for result in results)
        assert row.term_pairs <= row.term_pair_bound
        assert row.zero_multiplications * 4 == zeros[name]


def test_zeros_are_counted_on_what_is_multiplied():
    graph, x = mixed()
    network, tensors = quantise_graph(graph, x), {}
    network.run_integers(x, record=tensors.__setitem__)
    row = next(row for row in bookkeeping(network, x) if row.name == "d")
    codes, zeros = tensors["r"].codes, 0
    for i in range(codes.shape[1] - 1):
        for j in range(codes.shape[2] - 1):
            zeros += (codes[:, i : i + 2, j : j + 2] == 0).sum()
    assert row.zero_multiplications * 4 == zeros > 0


def test_costs_of_term_revealing_are_reserved_as_the_paper_counts():
    graph, x = mixed()
    row = bookkeeping(quantise_graph(graph, x, Plan(weights=TermRevealed(group=8, budget=12), data_terms=3)), x)[0]
    assert row.term_pair_bound == row.multiplications * 12 / 8 * 3
    assert row.term_pairs < row.term_pair_bound


def test_the_total_is_the_sum():
    graph, x = mixed()
    rows = bookkeeping(quantise_graph(graph, x), x)
    whole = total(rows)
    assert whole.multiplications == sum(row.multiplications for row in rows)
    assert whole.feature_bytes == pytest.approx(sum(row.input_bytes + row.output_bytes for row in rows))
    weights = 3 * 3 * 4 * 6 + 2 * 2 * 6 + 6 + 12 * 5
    scales = biases = 6 + 6 + 6 + 5
    assert whole.parameter_bytes == weights + 4 * (scales + biases)
    assert sum(row.multiplications == 0 for row in rows) == 3
    with pytest.raises(ValueError, match="costs is empty"):
        total([])


def test_networks_without_integers_are_counted_without_terms():
    graph, x = mixed()
    plan = Plan(
        weights=Logarithmic(3, steps=2),
        activations=SmallFloat(4, 3),
        weight_overrides={"l": None},
        activation_overrides={"j": None},
    )
    rows = {row.name: row for row in bookkeeping(quantise_graph(graph, x, plan), x)}
    whole = {row.name: row for row in bookkeeping(quantise_graph(graph, x), x)}
    assert {name: row.multiplications for name, row in rows.items()} == {
        name: row.multiplications for name, row in whole.items()
    }
    assert rows["l"].term_pairs is None and total(rows.values()).term_pairs is None
    assert rows["l"].bit_operations == 60 * 32 * 32 and rows["d"].bit_operations == rows["d"].multiplications * 4 * 8
    assert rows["l"].parameter_bytes == 60 * 4 + 5 * 4 and rows["l"].input_bytes == 12 * 4
    assert rows["d"].input_bytes == whole["d"].input_bytes and rows["d"].zero_share > 0.1


def test_counted_terms_are_those_of_golden_terms():
    graph, x = mixed()
    network = quantise_graph(graph, x)
    layer = network.layers["l"]
    for encoding in ("binary", "booth", "hese"):
        tensors = {}
        network.run_integers(x, record=tensors.__setitem__)
        data = count(tensors["j"].codes, encoding, bits=8, signed=tensors["j"].quantiser.format.signed)
        weights = count(layer.weights.integers, encoding)
        expected = data.sum(axis=0, dtype=int) @ weights.sum(axis=1, dtype=int) / 4
        assert bookkeeping(network, x, encoding=encoding)[-1].term_pairs == expected


def test_the_roofline_of_a_worked_example():
    """60 multiplications and 60 + 40 + 12 + 20 bytes on 4 a cycle and 2 bytes a cycle: 15 against 66 cycles."""
    rng = np.random.default_rng(0)
    linear = Node(name="l", op="linear", inputs=("input",), weight=rng.normal(size=(12, 5)), bias=np.ones(5))
    graph = Graph((linear,), (12,))
    x = rng.normal(size=(4, 12))
    costs = bookkeeping(quantise_graph(graph, x), x)
    machine = Machine(macs_per_cycle=4, bytes_per_cycle=2, clock=1e6)
    (row,) = roofline(costs, machine)
    assert (row.bytes, row.compute_cycles, row.memory_cycles) == (132, 15, 66)
    assert (row.bound, row.cycles, row.seconds) == ("memory", 66, 66e-6)
    assert row.intensity == 60 / 132 < machine.ridge == 2 and row.share_of_peak == 15 / 66
    (fast,) = roofline(costs, Machine(macs_per_cycle=4, bytes_per_cycle=200))
    assert (fast.bound, fast.cycles, fast.seconds, fast.share_of_peak) == ("compute", 15, None, 1)


def test_machines_that_cannot_be_are_refused():
    for fields, line in (
        (dict(macs_per_cycle=0, bytes_per_cycle=1), "macs_per_cycle is 0, allowed are numbers > 0"),
        (dict(macs_per_cycle=1, bytes_per_cycle=None), "bytes_per_cycle is None"),
        (dict(macs_per_cycle=1, bytes_per_cycle=1, clock=-5), "clock is -5"),
    ):
        with pytest.raises(ValueError, match=line):
            Machine(**fields)
    graph, x = mixed()
    with pytest.raises(ValueError, match="encoding is 'naf'"):
        bookkeeping(quantise_graph(graph, x), x, encoding="naf")
