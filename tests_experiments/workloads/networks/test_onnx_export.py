"""The integer network mnist-8 against ONNX Runtime on the same quantised model."""

import numpy as np

from lowtide.compiler.onnx.export.qdq_export import export_qdq
from lowtide.golden.network import Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint
from lowtide.workloads.data.mnist import mnist
from lowtide.workloads.networks.mnist_cnn import mnist_cnn, prepare

import onnx_runtime

#: ONNX's own rule: real factors, ties to even.
PLAN = Plan(activations=FixedPoint(8, signed=False, symmetric=False), output="quantised", requantisation="real")


def test_mnist_cnn_equals_onnxruntime_on_a_thousand_digits():
    digits = mnist()
    network = quantise_graph(mnist_cnn(), prepare(digits.train[:200]), PLAN)
    x = prepare(digits.test[:1000])
    ours, theirs = network.run(x), onnx_runtime.run(export_qdq(network), x)
    step = float(network.quantisers[network.steps[-1].name].scale)
    assert np.array_equal(np.rint(ours / step), np.rint(theirs / step))
    assert np.abs(ours - theirs).max() < 1e-5 * step * 256  # both are those integers times the step
    assert (ours.argmax(axis=1) == digits.test_labels[:1000]).mean() > 0.98
