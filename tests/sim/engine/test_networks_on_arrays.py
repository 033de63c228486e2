"""Networks in integers on the RTL: the plan that the documents show runs on a generated array, bit for bit."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.network.arrays.array_product import ArrayProduct
from lowtide.golden.number_formats import FixedPoint, TermRevealed
from lowtide.hw import ArrayConfig, Mode
from lowtide.sim import Model

SIZE = {"rows": 2, "cols": 2, "group": 8, "encodings": ("hese",)}
TERM = ArrayConfig(name="test_network_term", kind="term", lanes=8, **SIZE)
RULED = ArrayConfig(name="test_network_ruled", kind="term", lanes=10, dedicated=True, **SIZE)
PAIR = ArrayConfig(name="test_network_pair", kind="term_pair", **SIZE)


def small_network(seed):
    """A convolution and a linear layer with random weights, and pictures."""
    rng = np.random.default_rng(seed)
    nodes = (
        Node(name="c", op="conv", inputs=("input",), weight=rng.normal(size=(3, 3, 2, 4)), bias=rng.normal(size=4)),
        Node(name="r", op="relu", inputs=("c",)),
        Node(name="p", op="global_average_pool", inputs=("r",)),
        Node(name="l", op="linear", inputs=("p",), weight=rng.normal(size=(4, 3)), bias=rng.normal(size=3)),
    )
    return Graph(nodes, (5, 5, 2)), rng.normal(size=(3, 5, 5, 2))


@pytest.mark.parametrize(
    "config, budget, data_terms",
    [(TERM, 8, 0), (TERM, 12, 0), (RULED, 10, 0), (PAIR, 8, 2)],
    ids=["k=8", "k=12", "dedicated lanes", "term pairs"],
)
def test_term_revealed_weights_of_a_network_run_on_the_array_that_they_are_for(config, budget, data_terms):
    """Revealed weights reach 128, on hardware whose weights have 8 bits."""
    compiled, reached = Model(config), 0
    for seed in range(3):
        graph, x = small_network(seed)
        format = TermRevealed(group=8, budget=budget, rule=config if config.dedicated else None)
        network = quantise_graph(graph, x, Plan(weights=format, data_terms=data_terms))
        reached = max(reached, *(layer.weights.integers.max() for layer in network.layers.values()))
        multiply, jobs = ArrayProduct(config), []

        def on_the_rtl(rows, layer, multiply=multiply, jobs=jobs):
            codes, _ = multiply.codes_of(layer)
            jobs.append(compiled.gemm(rows, codes, Mode(**asdict(multiply.mode_of(layer)))))
            return jobs[-1].y

        assert np.array_equal(network.run(x, product=on_the_rtl), network.run(x))
        network.run(x, product=multiply)
        assert [job.cycles for job in jobs] == [result.cycles for _, result in multiply.results]
    assert reached == 128


def test_what_the_array_refuses_golden_refuses():
    """Nine bits on hardware of eight: neither side computes it."""
    graph, x = small_network(0)
    network = quantise_graph(graph, x, Plan(weights=TermRevealed(group=8, budget=8, base=FixedPoint(9))))
    with pytest.raises(ValueError, match="mode.w_bits is 9, allowed are integers 1..8"):
        network.run(x, product=ArrayProduct(TERM))
    with pytest.raises(ValueError, match="w_bits is 9, configuration test_network_term has 2 to 8"):
        Model(TERM).gemm(x[0, 0].astype(int), np.zeros((2, 2), int), Mode(hese=True, select=True, w_bits=9))
    wide = replace(TERM, name="test_network_wide", w_width=9)
    assert network.run(x, product=ArrayProduct(wide)).shape == (3, 3)
