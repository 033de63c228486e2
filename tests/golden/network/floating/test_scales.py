"""Factors of tensors go into the layers that these were made of, and the output stays."""

import numpy as np
import pytest

from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.network.floating.scales import fold_scales

CHANNELS = {"q": 8}  #: of tensors that do not have 4


def attention(factors, *, offset=0.0):
    """Scores of heads; ``factors``: names of tensors that are multiplied, and with what."""
    rng = np.random.default_rng(1)
    nodes, last = [], {}

    def put(name, op, *inputs, **fields):
        nodes.append(Node(name=name, op=op, inputs=tuple(last.get(each, each) for each in inputs), **fields))
        if name in factors:
            scale = dict(weight=np.full(CHANNELS.get(name, 4), factors[name]), bias=np.full(1, offset))
            nodes.append(Node(name=f"{name} scaled", op="batch_norm", inputs=(name,), **scale))
            last[name] = f"{name} scaled"

    for name, order in (("q", (0, 2, 1, 3)), ("k", (0, 2, 3, 1))):
        put(name, "linear", "input", weight=rng.normal(size=(3, 8)), bias=rng.normal(size=8))
        put(f"{name} split", "reshape", name, attributes={"shape": (4, 2, 4)})
        put(f"{name} heads", "transpose", f"{name} split", attributes={"order": order})
    put("scores", "matmul", "q heads", "k heads")
    put("end", "tanh", "scores")
    return Graph(tuple(nodes), (4, 3))


def ops(graph):
    return [node.op for node in graph.nodes]


@pytest.mark.parametrize(
    "factors", [{"scores": 0.5}, {"q heads": 0.7, "k heads": -2.0}, {"q split": 3.0, "scores": 0.1}, {"q": 2.0}]
)
def test_factors_are_taken_into_layers(factors):
    graph = attention(factors)
    folded = fold_scales(graph)
    assert "batch_norm" in ops(graph) and "batch_norm" not in ops(folded)
    x = np.random.default_rng(2).normal(size=(3, 4, 3))
    assert np.allclose(folded.run(x), graph.run(x), rtol=1e-12, atol=1e-12)
    steps = quantise_graph(graph, x, Plan()).steps
    assert "batch_norm" not in {step.op for step in steps} and steps[-1].name == "end"


def test_offsets_stay():
    assert ops(fold_scales(attention({"q heads": 2.0}, offset=1.0))).count("batch_norm") == 1


def test_a_factor_of_what_something_else_reads_stays():
    """Of a product the other factor may be free."""
    weights = dict(weight=np.eye(3), bias=np.ones(3))
    norm = dict(weight=np.full(3, 0.5), bias=np.zeros(3))
    nodes = (
        Node(name="a", op="linear", inputs=("input",), **weights),
        Node(name="b", op="linear", inputs=("input",), **weights),
        Node(name="product", op="matmul", inputs=("a", "b")),
        Node(name="half", op="batch_norm", inputs=("product",), **norm),
        Node(name="end", op="add", inputs=("half", "a")),
    )
    graph = Graph(nodes, (3, 3))
    folded = fold_scales(graph)
    assert ops(folded) == ["linear", "linear", "matmul", "add"]
    assert np.array_equal(folded.node("a").weight, np.eye(3)) and folded.node("b").weight[0, 0] == 0.5
    both = Graph((*nodes[:4], Node(name="c", op="add", inputs=("a", "b")), *nodes[4:]), (3, 3))
    assert ops(fold_scales(both)).count("batch_norm") == 1


def test_a_factor_of_the_input_stays():
    node = Node(name="y", op="batch_norm", inputs=("input",), weight=np.full(3, 2.0), bias=np.zeros(3))
    assert ops(fold_scales(Graph((node,), (3,)))) == ["batch_norm"]
