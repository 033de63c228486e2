"""The largest values of vectors and their places: by sorting, and the same in integers."""

import numpy as np
import pytest

from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.network.quantised.fake_quantised import run_fake_quantised
from lowtide.golden.number_formats import FixedPoint


def graph(op, k, count):
    return Graph((Node(name="y", op=op, inputs=("input",), attributes={"k": k}),), (count,))


@pytest.mark.parametrize("seed", range(8))
def test_values_and_places_of_the_largest(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 30))
    k = int(rng.integers(1, count + 1))
    x = rng.integers(-3, 4, (4, count)).astype(float)  # some are equal
    values, places = graph("largest", k, count).run(x), graph("largest_places", k, count).run(x)
    for row, found, at in zip(x, values, places.astype(int), strict=True):
        assert at.tolist() == sorted(range(count), key=lambda place: (-row[place], place))[:k]
        assert np.array_equal(found, row[at])


@pytest.mark.parametrize("form", [FixedPoint(8), FixedPoint(5, symmetric=False)])
def test_in_integers_codes_are_compared(form):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(5, 12))
    for op in ("largest", "largest_places"):
        network = quantise_graph(graph(op, 3, 12), x, Plan(activations=form))
        codes = network.quantised_input(x).codes
        order = np.argsort(-codes, axis=1, kind="stable")[:, :3]
        found = network.run_integers(x)
        expected = np.take_along_axis(codes, order, 1) if op == "largest" else order
        assert np.array_equal(found.codes, expected)
        assert np.array_equal(found.real(), run_fake_quantised(network, x))
        assert op == "largest" or np.array_equal(found.real(), order)


@pytest.mark.parametrize("k", [0, 5])
def test_as_many_as_there_are(k):
    with pytest.raises(ValueError, match=f"^k of y is {k}, allowed are 1..4$"):
        graph("largest", k, 4).run(np.zeros((1, 4)))
