"""Networks written as ONNX: ONNX Runtime computes what the graph does, and the importer reads the same back."""

import numpy as np
import pytest

from lowtide.compiler.onnx.export.float_export import export_onnx
from lowtide.compiler.onnx.importer import import_onnx
from lowtide.golden.network import Graph, Node

import onnx_runtime
from compiled_networks import random_network


def of_vectors(rng):
    def linear(name, source, inputs, outputs, **fields):
        return Node(name=name, op="linear", inputs=(source,), weight=rng.normal(size=(inputs, outputs)), **fields)

    nodes = (
        linear("a", "input", 5, 7, bias=rng.normal(size=7)),
        Node(name="n", op="batch_norm", inputs=("a",), weight=rng.normal(size=7), bias=rng.normal(size=7)),
        Node(name="c", op="relu6", inputs=("n",)),
        linear("b", "input", 5, 7),
        Node(name="s", op="sigmoid", inputs=("b",)),
        Node(name="sum", op="add", inputs=("c", "s", "a")),
        Node(name="y", op="softmax", inputs=("sum",)),
    )
    return Graph(nodes, (5,))


@pytest.mark.parametrize("seed", range(12))
def test_runtime_and_importer_agree_with_the_graph(seed):
    rng = np.random.default_rng(seed)
    graph = of_vectors(rng) if seed == 0 else random_network(rng)[0]
    x = rng.normal(size=(3, *graph.shape)).astype(np.float32)
    expected = graph.run(x)
    made = export_onnx(graph, "test")
    seen = np.moveaxis(x, -1, 1) if x.ndim == 4 else x
    found = onnx_runtime.run(made, seen)
    assert made.graph.name == "test" and found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-4 * max(1, np.abs(expected).max())
    again = import_onnx(made)
    assert np.abs(again.run(x.astype(np.float64)) - expected).max() <= 1e-4 * max(1, np.abs(expected).max())


def test_what_has_no_such_form_is_named():
    graph = Graph((Node(name="e", op="erf", inputs=("input",)),), (4,))
    with pytest.raises(ValueError, match="op of e is 'erf', allowed in this export are add, average_pool"):
        export_onnx(graph)
