"""Early exits and skipped zeros: counts by hand and by brute force."""

import numpy as np
import pytest

from lowtide.golden.network import Graph, Node, Plan, quantise_graph, toeplitz
from lowtide.golden.network.costs.bookkeeping import bookkeeping
from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.reduce import EarlyExit, apply_masks, exit_curve, magnitude_masks, total_skip, zero_skip


@pytest.fixture
def graph():
    """Inner tensor (x0, x1, 0); scores by their sum against 3."""
    return Graph(
        (
            Node(name="a", op="linear", inputs=("input",), weight=np.array([[1.0, 0, 0], [0, 1, 0]])),
            Node(name="r", op="relu", inputs=("a",)),
            Node(
                name="b",
                op="linear",
                inputs=("r",),
                weight=np.array([[1.0, 0], [1, 0], [0, 0]]),
                bias=np.array([0, 3.0]),
            ),
        ),
        (2,),
    )


def test_exit_curve_by_hand(graph):
    head = Graph((Node(name="h", op="linear", inputs=("input",), weight=np.array([[1.0, 0], [0, 1], [0, 0]])),), (3,))
    x = np.array([[5.0, 1], [1, 5], [2, 2], [1, 0]])
    labels = np.array([0, 1, 0, 1])  # the network has 0, 0, 0, 1; the head 0, 1, 0, 0
    points = exit_curve(graph, EarlyExit(tensor="r", head=head), x, labels, [0.0, 0.7, 0.9, 1.1])
    assert [point.exited for point in points] == [1, 0.75, 0.5, 0]  # 0.982, 0.982, 0.5, 0.731
    assert [point.accuracy for point in points] == [0.75, 0.75, 1, 0.75]
    assert [point.multiplications for point in points] == [12, 12 + 0.25 * 6, 12 + 0.5 * 6, 18]
    assert {point.full_multiplications for point in points} == {12}


def test_only_nodes_that_the_exit_needs_come_before_it(graph):
    side = Graph(
        (
            *graph.nodes[:2],
            Node(name="side", op="linear", inputs=("input",), weight=np.ones((2, 3))),
            Node(name="sum", op="add", inputs=("r", "side")),
            Node(name="c", op="linear", inputs=("sum",), weight=np.ones((3, 2))),
        ),
        (2,),
    )
    head = Graph((Node(name="h", op="linear", inputs=("input",), weight=np.eye(3)),), (3,))
    (everything, nothing) = exit_curve(side, EarlyExit(tensor="r", head=head), np.ones((1, 2)), np.array([0]), [0, 2])
    assert (everything.multiplications, nothing.multiplications) == (6 + 9, 6 + 6 + 6 + 9)


def test_bad_exits_are_refused(graph):
    exit = EarlyExit(tensor="r", head=graph)
    with pytest.raises(ValueError, match="labels has shape"):
        exit_curve(graph, exit, np.ones((2, 2)), np.array([0]), [0.5])
    with pytest.raises(ValueError, match="node is 'q', allowed are a, r, b"):
        exit_curve(graph, EarlyExit(tensor="q", head=graph), np.ones((1, 2)), np.array([0]), [0.5])
    with pytest.raises(ValueError, match="thresholds has nan"):
        exit_curve(
            graph,
            EarlyExit(
                tensor="a", head=Graph((Node(name="h", op="linear", inputs=("input",), weight=np.eye(3)),), (3,))
            ),
            np.ones((1, 2)),
            np.array([0]),
            [np.nan],
        )


def test_skipped_zeros_by_hand(graph):
    x = np.array([[1.0, -1], [2, 3]])  # inner tensors (1, 0, 0), (2, 3, 0)
    network = quantise_graph(graph, x, Plan(weights=None, activations=None))
    first, second = zero_skip(network, x)
    assert (first.multiplications, first.after_data, first.after_weights, first.after_both) == (6, 6, 2, 2)
    assert (second.multiplications, second.after_data, second.after_weights, second.after_both) == (6, 3, 2, 1.5)
    assert total_skip([first, second]).after_both == 3.5
    with pytest.raises(ValueError, match="rows is empty"):
        total_skip([])


def test_skipped_zeros_of_convolutions_equal_the_products_of_their_toeplitz_matrix():
    rng = np.random.default_rng(0)
    graph = Graph(
        (
            Node(
                name="c",
                op="conv",
                inputs=("input",),
                weight=rng.normal(size=(3, 3, 2, 4)),
                attributes={"stride": (2, 1), "padding": (1, 1, 0, 1)},
            ),
            Node(name="r", op="relu", inputs=("c",)),
            Node(name="d", op="conv", inputs=("r",), weight=rng.normal(size=(2, 2, 1, 4)), attributes={"groups": 4}),
        ),
        (6, 5, 2),
    )
    graph = apply_masks(graph, magnitude_masks(graph, 0.4))
    x = np.maximum(rng.normal(size=(3, 6, 5, 2)), 0)
    network = quantise_graph(graph, x, Plan(weights=None, activations=None))
    rows = zero_skip(network, x)
    tensors = {}
    graph.run(x, tensors.__setitem__)
    matrix = toeplitz(x, Geometry(size=(3, 3), stride=(2, 1), padding=(1, 1, 0, 1))) != 0
    weight = graph.node("c").weight.reshape(18, 4) != 0
    assert rows[0].after_both * 3 == (matrix[:, :, None] & weight).sum()
    assert rows[0].after_data * 3 == matrix.sum() * 4 and rows[0].after_weights * 3 == len(matrix) * weight.sum()
    windows = toeplitz(tensors["r"], Geometry(size=(2, 2))).reshape(-1, 4, 4) != 0
    assert rows[1].after_both * 3 == (windows & (graph.node("d").weight.reshape(4, 4) != 0)).sum()
    for row, cost in zip(rows, bookkeeping(network, x), strict=True):
        assert row.multiplications == cost.multiplications
        assert row.after_data == pytest.approx(cost.multiplications - cost.zero_multiplications)
