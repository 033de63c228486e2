"""Quantised networks whose GEMM is that of an array: the same integers, bit for bit."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden import Array, Mode
from lowtide.golden.network import Graph, Node, Plan, QuantisedWeights, quantise_graph
from lowtide.golden.network.arrays.array_product import ArrayProduct
from lowtide.golden.network.quantised.layer import QuantisedLayer
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint
from lowtide.golden.number_formats.integers.revealed import TermRevealed
from lowtide.golden.number_formats.levels.binary import BinaryWeights
from lowtide.golden.number_formats.levels.codebook import Codebook
from lowtide.golden.number_formats.levels.logarithmic import Logarithmic
from lowtide.golden.number_formats.levels.ternary import TernaryWeights

TERM = Array(kind="term", rows=4, cols=4, lanes=2, group=8)
PAIR = Array(kind="term_pair", rows=4, cols=4, group=8)
PARALLEL = Array(kind="parallel", rows=4, cols=4)


def graph(seed=0):
    rng = np.random.default_rng(seed)
    random = lambda *shape: rng.normal(size=shape) * 0.4  # noqa: E731
    nodes = (
        Node(
            name="c",
            op="conv",
            inputs=("input",),
            weight=random(3, 3, 2, 8),
            bias=random(8),
            attributes={"padding": (1, 1, 1, 1)},
        ),
        Node(name="r", op="relu", inputs=("c",)),
        Node(name="d", op="conv", inputs=("r",), weight=random(3, 3, 1, 8), bias=random(8), attributes={"groups": 8}),
        Node(name="p", op="global_average_pool", inputs=("d",)),
        Node(name="l", op="linear", inputs=("p",), weight=random(8, 5), bias=random(5)),
    )
    return Graph(nodes, (5, 5, 2)), rng.normal(size=(6, 5, 5, 2))


@pytest.mark.parametrize(
    "weights, array, mode, terms",
    [
        (FixedPoint(), PARALLEL, Mode(), 0),
        (FixedPoint(4), Array(kind="bit_serial", rows=4, cols=4), Mode(), 0),
        (FixedPoint(), Array(kind="fused", rows=4, cols=4), Mode(), 0),
        (TermRevealed(group=8, budget=10), TERM, Mode(), 0),
        (TermRevealed(group=8, budget=8), TERM, Mode(), 0),
        (TermRevealed(group=8, budget=8), PAIR, Mode(), 3),
        (TermRevealed(group=4, budget=3, encoding="binary"), PAIR, Mode(), 2),
        (TermRevealed(group=2, budget=1), TERM, Mode(), 0),
        (TermRevealed(group=8, budget=10), PAIR, Mode(), 3),
        (Logarithmic(3), TERM, Mode(budget=1), 0),
        (TernaryWeights(), TERM, Mode(budget=1), 0),
        (BinaryWeights(), TERM, Mode(budget=1), 0),
        (Codebook(16, bits=8), PARALLEL, Mode(), 0),
    ],
)
@pytest.mark.parametrize("activations", [FixedPoint(), FixedPoint(8, signed=False, symmetric=False)])
def test_layers_on_an_array_give_the_same_integers(weights, array, mode, terms, activations):
    network, x = graph()
    plan = Plan(
        weights=weights,
        activations=activations,
        per_channel=not isinstance(weights, Codebook),
        data_terms=terms,
        encoding=getattr(weights, "encoding", "hese"),
    )
    quantised, multiply = quantise_graph(network, x, plan), ArrayProduct(array, mode)
    plain, on_array = {}, {}
    quantised.run_integers(x, record=plain.__setitem__)
    quantised.run_integers(x, product=multiply, record=on_array.__setitem__)
    for name, tensor in plain.items():
        assert np.array_equal(tensor.codes, on_array[name].codes), name
    assert [name for name, _ in multiply.results] == ["c"] + ["d"] * 8 + ["l"]
    assert [result.multiplications for _, result in multiply.results] == [6 * 25 * 18 * 8] + [6 * 9 * 9] * 8 + [6 * 40]


@pytest.mark.parametrize(
    "array",
    [TERM, PAIR, replace(TERM, lanes=12, dedicated=True, window=2)],
    ids=["term", "term_pair", "lanes with rules"],
)
@pytest.mark.parametrize("budget", [1, 3, 8, 10, 12, 16, 24])
def test_revealed_weights_of_8_bits_run_on_an_array_of_8_bits(array, budget):
    """Revealing makes 128 of 127: the array is given 127 and makes 128 of it once more."""
    network, x = graph()
    rule = array if array.dedicated else None
    quantised = quantise_graph(network, x, Plan(weights=TermRevealed(group=8, budget=budget, rule=rule)))
    multiply = ArrayProduct(array)
    largest = 0
    for layer in quantised.layers.values():
        mode, (codes, codebook) = multiply.mode_of(layer), multiply.codes_of(layer)
        assert (mode.select, mode.group, mode.budget, mode.hese, mode.w_bits) == (True, 8, budget, True, 8)
        assert codes.min() >= -128 and codes.max() <= 127 and codebook is None
        largest = max(largest, layer.weights.integers.max())
    assert largest == 128 or budget > 16
    assert np.array_equal(quantised.run(x, product=multiply), quantised.run(x))
    assert multiply.mode_of(quantised.layers["r"]).x_signed is True
    assert multiply.mode_of(quantised.layers["d"]).x_signed is False


@pytest.mark.parametrize(
    "base, stored",
    [(FixedPoint(8), 127), (FixedPoint(6), 31), (FixedPoint(16), 32767), (FixedPoint(8, signed=False), 255)],
)
def test_one_past_the_range_is_stored_as_the_largest(base, stored):
    """A group of values that all become 2^(b-1): every one of them is 2^(b-1) - 1 in memory."""
    format = TermRevealed(base=base, group=8, budget=8)
    weights = QuantisedWeights.of_format(np.full((16, 2), 1.0), format)
    assert (weights.integers == stored + 1).all()
    layer = QuantisedLayer(name="l", weights=weights, bias=np.zeros(2), geometry=None, x_bits=8, x_signed=True)
    multiply = ArrayProduct(replace(TERM, w_width=16))
    assert (multiply.codes_of(layer)[0] == stored).all() and multiply.mode_of(layer).w_bits == base.bits
    x = np.arange(32).reshape(2, 16) - 128
    assert np.array_equal(multiply(x, layer), x @ np.full((16, 2), stored + 1))


def test_an_array_that_would_reveal_other_integers_is_refused():
    """Free lanes keep two terms of one value, a dedicated lane with a single round does not."""
    network, x = graph()
    quantised = quantise_graph(network, x, Plan(weights=TermRevealed(group=8, budget=8)))
    with pytest.raises(ValueError, match="weights of layer 'c' have .*, which this array does not reveal"):
        quantised.run(x, product=ArrayProduct(replace(TERM, lanes=8, dedicated=True)))
    with pytest.raises(ValueError, match="mode.budget is 8, allowed are integers 1..7"):
        quantised.run(x, product=ArrayProduct(replace(TERM, budget=7)))
    few = quantise_graph(network, x, Plan(weights=TermRevealed(group=8, budget=8), data_terms=2))
    with pytest.raises(ValueError, match="mode.data_terms is 2, allowed on a term array is 0 only"):
        few.run(x, product=ArrayProduct(TERM))


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
