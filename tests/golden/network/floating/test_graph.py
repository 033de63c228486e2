"""Evaluation of graphs in floating point, and batch-norm folding."""

import math

import numpy as np
import pytest

from lowtide.golden.network import Graph, Node, fold_batch_norm


def node(op, *inputs, name=None, weight=None, bias=None, **attributes):
    return Node(
        name=name or op,
        op=op,
        inputs=inputs or ("input",),
        attributes=attributes,
        bias=bias,
        weight=None if weight is None else np.asarray(weight, float),
    )


def run(x, *nodes):
    x = np.asarray(x, float)
    return Graph(nodes, x.shape[1:]).run(x)


@pytest.mark.parametrize(
    "op, x, expected",
    [
        ("relu", [-1.5, 0, 7], [0, 0, 7]),
        ("relu6", [-1.5, 5, 7], [0, 5, 6]),
        ("sigmoid", [-math.log(3), 0, 1000], [0.25, 0.5, 1]),
        ("tanh", [0, math.log(2), -1000], [0, 0.6, -1]),
        ("softmax", [1000, 1000 + math.log(2), 1000 + math.log(5)], [1 / 8, 2 / 8, 5 / 8]),
    ],
)
def test_activations_of_worked_examples(op, x, expected):
    assert np.allclose(run([x], node(op)), [expected], rtol=0, atol=1e-15 if op != "softmax" else 1e-13)


def test_linear_keeps_leading_axes():
    x = np.arange(12.0).reshape(1, 2, 2, 3)
    y = run(x, node("linear", weight=[[1, 0], [0, 1], [1, 1]], bias=np.array([0, 100.0])))
    assert y.tolist() == [[[[2, 103], [8, 109]], [[14, 115], [20, 121]]]]


def test_add_concat_pool_and_flatten_of_worked_examples():
    x = np.arange(8.0).reshape(1, 2, 2, 2)
    doubled = run(x, node("add", "input", "input"), node("global_average_pool", "add"))
    assert doubled.tolist() == [[6, 8]]
    triple = run(x, node("add", "input", "input", "input"))
    assert (triple == 3 * x).all()
    wide = run(x, node("concat", "input", "input"), node("flatten", "concat"))
    assert wide.tolist() == [[0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7]]


def test_branches_keep_what_they_need_and_records_see_every_tensor():
    nodes = (node("relu", name="a"), node("relu6", "a", name="b"), node("add", "a", "b", "input", name="c"))
    seen = {}
    x = np.array([[-3.0, 2, 9]])
    y = Graph(nodes, (3,)).run(x, seen.__setitem__)
    assert {name: value.tolist() for name, value in seen.items()} == {
        "input": [[-3, 2, 9]],
        "a": [[0, 2, 9]],
        "b": [[0, 2, 6]],
        "c": [[-3, 6, 24]],
    }
    assert y.tolist() == [[-3, 6, 24]] and x.tolist() == [[-3, 2, 9]]


def test_float32_stays_float32_and_is_near_float64(efficientnet):
    graph = efficientnet(size=32, classes=10)
    x = np.random.default_rng(3).normal(size=(2, 32, 32, 3))
    kinds, wide = set(), graph.run(x)
    narrow = graph.run(x.astype(np.float32), lambda name, value: kinds.add(value.dtype))
    assert kinds == {np.dtype(np.float32)} and wide.dtype == np.float64
    assert np.abs(narrow - wide).max() < 1e-4 * np.abs(wide).max()


def test_folding_leaves_the_output_equal(efficientnet):
    graph = efficientnet(size=32, classes=10, norm=True)
    folded = fold_batch_norm(graph)
    assert sum(n.op == "batch_norm" for n in graph.nodes) == 49 and all(n.op != "batch_norm" for n in folded.nodes)
    x = np.random.default_rng(3).normal(size=(1, 32, 32, 3))
    before, after = {}, {}
    graph.run(x, before.__setitem__)
    folded.run(x, after.__setitem__)
    assert set(after) < set(before)
    for name in after:
        assert np.allclose(after[name], before[name], rtol=0, atol=1e-12 * np.abs(before[name]).max())


def test_batch_norms_fold_only_where_that_is_exact():
    factor, offset = np.array([2.0, -1.0]), np.array([0.5, 3.0])
    linear = node("linear", weight=[[1, 2], [3, 4]])
    norm = node("batch_norm", "linear", name="n1", weight=factor, bias=offset)
    again = node("batch_norm", "n1", name="n2", weight=factor)
    graph = fold_batch_norm(Graph((linear, norm, again), (2,)))
    (only,) = graph.nodes
    assert (only.name, only.op) == ("n2", "linear")
    assert only.weight.tolist() == [[4, 2], [12, 4]] and only.bias.tolist() == [1, -3]
    used_twice = Graph((linear, norm, node("add", "linear", "n1")), (2,))
    assert [n.op for n in fold_batch_norm(used_twice).nodes] == ["linear", "batch_norm", "add"]
    alone = Graph((node("batch_norm", weight=factor), node("relu", "batch_norm")), (2,))
    assert [n.op for n in fold_batch_norm(alone).nodes] == ["batch_norm", "relu"]
    assert alone.run([[1.0, 1.0]]).tolist() == [[2, 0]]
    is_output = Graph((linear, node("batch_norm", "linear", weight=factor, bias=offset)), (2,))
    assert fold_batch_norm(is_output).run([[1.0, 1.0]]).tolist() == [[8.5, -3]]


def test_graphs_that_cannot_be_computed_are_refused():
    good = node("relu")
    for nodes, line in (
        ((), "nodes is empty"),
        ((node("relu7"),), "op of node relu7 is 'relu7', allowed are linear, conv"),
        ((good, good), "name of a node is 'relu' twice"),
        ((node("relu", "later"), node("tanh", name="later")), "inputs of node relu are"),
        ((node("relu", name="input"),), "name of a node is 'input' twice"),
    ):
        with pytest.raises(ValueError, match=line):
            Graph(nodes, (3,))
    with pytest.raises(ValueError, match="node is 'x', allowed are relu"):
        Graph((good,), (3,)).node("x")


def test_bad_tensors_are_refused():
    graph = Graph((node("linear", weight=np.ones((3, 2))),), (3,))
    for x, line in (
        (np.zeros((1, 4)), "x has shape"),
        (np.zeros(3), "x has shape"),
        (np.zeros((0, 3)), "x has shape"),
        (np.array([[1, 2, np.nan]]), "x has nan"),
        (np.array([[1, 2, np.inf]], np.float32), "x has inf"),
        (np.array([["a", "b", "c"]]), "x has dtype"),
    ):
        with pytest.raises(ValueError, match=line):
            graph.run(x)
    conv = node("conv", weight=np.ones((3, 3, 2, 4)))
    for shape, nodes, line in (
        ((4,), (node("linear", weight=np.ones((3, 2))),), "input of linear has shape"),
        ((4, 4, 3), (conv,), "input of conv has shape"),
        ((2, 4, 2), (conv,), "padded picture is 2"),
        ((4, 4, 2), (node("conv", weight=np.ones((3, 3, 2, 4)), strides=(1, 1)),), "attributes of conv have"),
        ((4,), (node("global_average_pool"),), "input of global_average_pool has shape"),
        (
            (4, 4, 2),
            (node("max_pool", name="m", size=(2, 2), stride=(2, 2)), node("add", "m", "input")),
            "inputs of add have shapes",
        ),
        ((4, 4, 2), (node("flatten"), node("concat", "flatten", "input")), "inputs of concat have shapes"),
    ):
        with pytest.raises(ValueError, match=line):
            Graph(nodes, shape).run(np.zeros((1, *shape)))
