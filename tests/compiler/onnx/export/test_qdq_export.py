"""The integer network against ONNX Runtime and ONNX's reference on the same quantised model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx.reference import ReferenceEvaluator

from lowtide.compiler.onnx.export.qdq_export import export_qdq
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint

import onnx_runtime

#: ONNX's own rule: real factors, ties to even.
PLAN = Plan(activations=FixedPoint(8, signed=False, symmetric=False), output="quantised", requantisation="real")


def small_network(rng):
    nodes = (
        Node(
            name="conv",
            op="conv",
            inputs=("input",),
            weight=rng.normal(size=(3, 3, 2, 6)),
            bias=rng.normal(size=6),
            attributes={"stride": (2, 1), "padding": (1, 0, 1, 1), "groups": 1},
        ),
        Node(name="relu", op="relu6", inputs=("conv",)),
        Node(
            name="depthwise",
            op="conv",
            inputs=("relu",),
            weight=rng.normal(size=(3, 3, 1, 6)),
            attributes={"padding": (1, 1, 1, 1), "groups": 6},
        ),
        Node(name="sum", op="add", inputs=("relu", "depthwise")),
        Node(name="pool", op="max_pool", inputs=("sum",), attributes={"size": (2, 2), "stride": (2, 2)}),
        Node(name="flat", op="flatten", inputs=("pool",)),
        Node(name="linear", op="linear", inputs=("flat",), weight=rng.normal(size=(36, 5)), bias=rng.normal(size=5)),
    )
    return Graph(nodes, (8, 7, 2))


def test_every_exported_step_agrees_with_the_reference_of_onnx():
    rng = np.random.default_rng(1)
    graph, x = small_network(rng), rng.normal(size=(60, 8, 7, 2))
    network = quantise_graph(graph, x, PLAN)
    model = ReferenceEvaluator(export_qdq(network))
    theirs = model.run(None, {"input": x.astype(np.float32)})[0]
    step = float(network.quantisers["linear"].scale)
    difference = np.abs(network.run(x.astype(np.float32)) - theirs)
    assert difference.max() <= 1.001 * step and (difference < step / 2).mean() > 0.97


@pytest.mark.parametrize("weight", [None, 1.0, -1.0], ids=["random", "largest", "smallest"])
def test_onnxruntime_computes_the_same_integers(weight):
    """Also where weights and data are as large as they can be, and 16-bit sums of two products would saturate."""
    rng = np.random.default_rng(3)
    graph = (
        small_network(rng)
        if weight is None
        else Graph(
            (Node(name="linear", op="linear", inputs=("input",), weight=np.full((64, 5), weight), bias=np.zeros(5)),),
            (64,),
        )
    )
    x = rng.normal(size=(60, *graph.shape)) if weight is None else rng.uniform(0.7, 1, (60, 64))
    network = quantise_graph(graph, x, PLAN)
    step = float(network.quantisers["linear"].scale)
    ours, theirs = network.run(x.astype(np.float32)), onnx_runtime.run(export_qdq(network), x)
    assert np.array_equal(np.rint(ours / step), np.rint(theirs / step)) and len(np.unique(ours)) > 5


def test_the_rule_of_hardware_is_near_onnxruntime():
    """It differs from ONNX's by a step at most on equal accumulators; few such steps come through."""
    rng = np.random.default_rng(5)
    graph, x = small_network(rng), rng.normal(size=(200, 8, 7, 2)).astype(np.float32)
    network = quantise_graph(graph, x, replace(PLAN, requantisation="multiplier and shift"))
    step = float(network.quantisers["linear"].scale)
    steps = np.rint(np.abs(network.run(x) - onnx_runtime.run(export_qdq(network), x)) / step)
    assert steps.max() <= 1 and (steps == 0).mean() > 0.95


def test_sessions_of_onnxruntime_do_not_saturate():
    """Every test opens them in one place, which sets the entry; a processor with VNNI would not show its absence."""
    network = quantise_graph(small_network(np.random.default_rng(1)), np.ones((2, 8, 7, 2)), PLAN)
    options = onnx_runtime.session(export_qdq(network)).get_session_options()
    assert options.get_session_config_entry("session.x64quantprecision") == "1"
    root = Path(__file__).parents[4]
    opened = [path.name for path in root.glob("test*/**/*.py") if "InferenceSession(" in path.read_text()]
    assert sorted(opened) == ["onnx_runtime.py", Path(__file__).name]


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (Plan(output="quantised"), "format of input is"),
        (PLAN.__class__(activations=PLAN.activations), "format of linear is None"),
        (
            PLAN.__class__(activations=PLAN.activations, output="quantised", weights=FixedPoint(12)),
            "weights of conv are",
        ),
    ],
)
def test_what_qdq_cannot_say_is_refused(plan, words):
    rng = np.random.default_rng(2)
    network = quantise_graph(small_network(rng), rng.normal(size=(20, 8, 7, 2)), plan)
    with pytest.raises(ValueError, match=words):
        export_qdq(network)
