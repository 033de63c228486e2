"""Quantised networks whose GEMM is that of an array: the same integers, bit for bit."""

import numpy as np
import pytest

from golden import Array, Mode
from golden.formats.binary import BinaryWeights
from golden.formats.codebook import Codebook
from golden.formats.fixed_point import FixedPoint
from golden.formats.logarithmic import Logarithmic
from golden.formats.revealed import TermRevealed
from golden.formats.ternary import TernaryWeights
from golden.network import Graph, Node, Plan, QuantisedWeights, quantise_graph
from golden.network.array_product import ArrayProduct

TERM = Array(kind="term", rows=4, cols=4, lanes=2, group=8)
PARALLEL = Array(kind="parallel", rows=4, cols=4)


def graph(seed=0):
    rng = np.random.default_rng(seed)
    random = lambda *shape: rng.normal(size=shape) * 0.4  # noqa: E731
    nodes = (
        Node(name="c", op="conv", inputs=("input",), weight=random(3, 3, 2, 8), bias=random(8),
             attributes={"padding": (1, 1, 1, 1)}),
        Node(name="r", op="relu", inputs=("c",)),
        Node(name="d", op="conv", inputs=("r",), weight=random(3, 3, 1, 8), bias=random(8), attributes={"groups": 8}),
        Node(name="p", op="global_average_pool", inputs=("d",)),
        Node(name="l", op="linear", inputs=("p",), weight=random(8, 5), bias=random(5)),
    )
    return Graph(nodes, (5, 5, 2)), rng.normal(size=(6, 5, 5, 2))


@pytest.mark.parametrize("weights, array, mode, terms", [
    (FixedPoint(), PARALLEL, Mode(), 0),
    (FixedPoint(4), Array(kind="bit_serial", rows=4, cols=4), Mode(), 0),
    (FixedPoint(), Array(kind="fused", rows=4, cols=4), Mode(), 0),
    (TermRevealed(group=8, budget=10), TERM, Mode(), 0),
    (TermRevealed(group=8, budget=8), TERM, Mode(), 3),
    (TermRevealed(group=4, budget=3, encoding="binary"), TERM, Mode(), 2),
    (TermRevealed(group=2, budget=1), TERM, Mode(), 0),
    (TermRevealed(group=8, budget=10), Array(kind="term_pair", rows=4, cols=4, group=8), Mode(), 3),
    (Logarithmic(3), TERM, Mode(budget=1), 0),
    (TernaryWeights(), TERM, Mode(budget=1), 0),
    (BinaryWeights(), TERM, Mode(budget=1), 0),
    (Codebook(16, bits=8), PARALLEL, Mode(), 0),
])
@pytest.mark.parametrize("activations", [FixedPoint(), FixedPoint(8, signed=False, symmetric=False)])
def test_layers_on_an_array_give_the_same_integers(weights, array, mode, terms, activations):
    network, x = graph()
    plan = Plan(weights=weights, activations=activations, per_channel=not isinstance(weights, Codebook),
                data_terms=terms, encoding=getattr(weights, "encoding", "hese"))
    quantised, multiply = quantise_graph(network, x, plan), ArrayProduct(array, mode)
    plain, on_array = {}, {}
    quantised.run_integers(x, record=plain.__setitem__)
    quantised.run_integers(x, product=multiply, record=on_array.__setitem__)
    for name, tensor in plain.items():
        assert np.array_equal(tensor.codes, on_array[name].codes), name
    assert [name for name, _ in multiply.results] == ["c"] + ["d"] * 8 + ["l"]
    assert [result.multiplications for _, result in multiply.results] == [6 * 25 * 18 * 8] + [6 * 9 * 9] * 8 + [6 * 40]


def test_revealed_weights_keep_their_selection_and_may_take_a_bit_more():
    network, x = graph()
    quantised = quantise_graph(network, x, Plan(weights=TermRevealed(group=2, budget=1)))
    layer = quantised.layers["r"]
    assert layer.weights.integers.max() == 128 or layer.weights.integers.min() == -128
    mode = ArrayProduct(TERM).mode_of(layer)
    assert (mode.select, mode.group, mode.budget, mode.hese) == (True, 2, 1, True)
    assert mode.w_bits == (9 if layer.weights.integers.max() == 128 else 8)
    assert (mode.x_bits, mode.x_signed) == (8, True)
    assert ArrayProduct(TERM).mode_of(quantised.layers["d"]).x_signed is False


def test_weights_that_a_storage_format_lacks_are_refused():
    network, x = graph()
    for integers, fields, line in (
        (np.full((18, 8), 3), {"w_bits": 8, "w_format": "log4"}, "weights have integers that log4 does not, allow"),
        (np.full((18, 8), 200), {"w_bits": 8, "w_format": "log4"}, "weights have integers that log4 does not"),
        (np.arange(144).reshape(18, 8) - 72, {"w_format": "codebook16"}, "weights have 144 different integers"),
    ):
        given = QuantisedWeights.of_integers(integers, 0.1, mode_fields=fields)
        quantised = quantise_graph(network, x, weights={"c": given})
        with pytest.raises(ValueError, match=line):
            quantised.run(x, product=ArrayProduct(PARALLEL))
