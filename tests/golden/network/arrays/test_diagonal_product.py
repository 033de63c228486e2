"""Depthwise convolutions on diagonals: the integers of the plain convolution, and the share of the peak they reach."""

import numpy as np
import pytest

from lowtide.golden import Array, Mode
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.network.arrays.array_product import ArrayProduct
from lowtide.golden.network.arrays.diagonal_product import DiagonalProduct
from lowtide.golden.number_formats import FixedPoint, GroupExponent, TermRevealed

ARRAYS = {
    "parallel": Array(kind="parallel", rows=4, cols=4, lanes=4),
    "more lanes": Array(kind="parallel", rows=2, cols=3, lanes=8),
    "more columns": Array(kind="parallel", rows=2, cols=8, lanes=3),
    "term": Array(kind="term", rows=4, cols=4, lanes=4, group=4),
    "term_pair": Array(kind="term_pair", rows=4, cols=4, group=4),
    "bit_serial": Array(kind="bit_serial", rows=4, cols=4, lanes=4),
    "bit_plane": Array(kind="bit_plane", rows=4, cols=4, lanes=8),
    "fused": Array(kind="fused", rows=4, cols=4),
    "subword": Array(kind="subword", rows=4, cols=4),
    "digit": Array(kind="digit", rows=4, cols=4, lanes=4, exponent_bits=2),
}


def network(weights, channels=6, **attributes):
    """A pointwise layer, a depthwise one, and a pointwise one, quantised; and pictures."""
    rng = np.random.default_rng(5)
    shapes = {"a": (1, 1, 2, channels), "b": (3, 3, 1, channels), "c": (1, 1, channels, 3)}
    nodes = [
        Node(
            name=name,
            op="conv",
            inputs=(before,),
            weight=rng.normal(size=shapes[name]),
            bias=rng.normal(size=shapes[name][-1]),
            attributes={"groups": channels, "padding": (1, 1, 1, 1), **attributes} if name == "b" else {},
        )
        for name, before in zip("abc", ("input", "a", "b"), strict=True)
    ]
    x = rng.normal(size=(3, 6, 5, 2))
    return quantise_graph(Graph(tuple(nodes), x.shape[1:]), x, Plan(weights=weights, activations=UNSIGNED)), x


UNSIGNED = FixedPoint(8, signed=False, symmetric=False)  #: padding is a zero point, which is not 0


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("attributes", [{}, {"stride": (2, 1), "dilation": (1, 2)}], ids=["plain", "strides"])
def test_diagonals_give_the_integers_of_the_plain_convolution(name, attributes):
    graph, x = network(FixedPoint(), **attributes)
    array, mode = ARRAYS[name], Mode()
    if name.startswith("term"):
        mode = Mode(hese=True, budget=4)
    product = DiagonalProduct(array, mode)
    assert np.array_equal(graph.run(x, product=product), graph.run(x))
    assert [name for name, _ in product.results if name != "b"] == ["a", "c"]
    assert product.mode_of(graph.layers["b"]).diagonal and not product.mode_of(graph.layers["c"]).diagonal
    pixels = 3 * (6 * 5 if not attributes else 3 * 3)
    assert sum(result.multiplications for name, result in product.results if name == "b") == pixels * 9 * 6


@pytest.mark.parametrize(
    "weights, array, mode",
    [
        (GroupExponent(FixedPoint(4), 4, 2), ARRAYS["digit"], Mode()),
        (TermRevealed(group=4, budget=10), ARRAYS["term"], Mode()),
    ],
    ids=["group exponents", "revealed terms"],
)
def test_formats_whose_groups_share_something_need_nothing_of_it_on_diagonals(weights, array, mode):
    graph, x = network(weights)
    product = DiagonalProduct(array, mode)
    assert np.array_equal(graph.run(x, product=product), graph.run(x))


def test_a_revealed_weight_that_its_bits_do_not_hold_is_refused():
    """128, which selection makes of 127, has no code: a weight that is alone in its chunk loses nothing."""
    graph, x = network(TermRevealed(group=4, budget=6))
    assert graph.layers["b"].weights.whole.max() == 128
    with pytest.raises(ValueError, match="w has values from 128 to 128 out of range"):
        graph.run(x, product=DiagonalProduct(ARRAYS["term"]))


@pytest.mark.parametrize(
    "array, share",
    [
        (Array(kind="parallel", rows=4, cols=4, lanes=4), 1 / 4),
        (Array(kind="parallel", rows=8, cols=8, lanes=8), 1 / 8),
        (Array(kind="parallel", rows=32, cols=4, lanes=4), 1 / 4),
        (Array(kind="term", rows=8, cols=8, lanes=8, group=8), 1 / 8),
    ],
    ids=["4x4 l4", "8x8 l8", "32x4 l4", "term 8x8 g8 l8"],
)
def test_the_share_of_the_peak(array, share):
    """Of 3x3 windows over 8 channels: a job of nine beats for `min(values, cols)` channels and the rows of pixels. The
    peak is a multiplication a lane and cycle. A channel at a time, in dense chunks, reaches less everywhere."""
    graph, x = network(FixedPoint(), channels=8)
    x = np.tile(x, (1, 4, 4, 1))[:2, :16, :16]  # 512 pixels: whole tiles of rows
    graph = quantise_graph(Graph(graph.graph.nodes, x.shape[1:]), x, Plan(weights=FixedPoint(), activations=UNSIGNED))
    mode = Mode(hese=True, budget=array.group * 4, group=array.group) if array.kind == "term" else Mode()
    shares = []
    for product in (DiagonalProduct(array, mode), ArrayProduct(array, mode)):
        graph.run(x, product=product)
        found = [result for name, result in product.results if name == "b"]
        work, cycles = sum(each.multiplications for each in found), sum(each.cycles for each in found)
        assert work == 512 * 9 * 8
        shares.append(work / (cycles * array.rows * array.cols * array.lanes))
    assert shares[0] == pytest.approx(share, rel=1e-12)
    assert shares[1] < shares[0], shares
