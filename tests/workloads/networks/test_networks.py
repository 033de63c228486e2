"""The trained networks compute what their references compute, as well as they are known to."""

import numpy as np

from lowtide.workloads.data.digits import digits
from lowtide.workloads.data.packages import EFFICIENTNET_CODE, EFFICIENTNET_WEIGHTS
from lowtide.workloads.networks import digits_mlp
from lowtide.workloads.networks.perceptron import Training, perceptron, train_perceptron

EFFICIENTNET = (EFFICIENTNET_CODE, EFFICIENTNET_WEIGHTS)


def right(scores, labels):
    return np.mean(scores.argmax(axis=1) == labels)


def test_digits_perceptron_is_the_demo_s():
    data, graph = digits(), digits_mlp.digits_mlp()
    assert [node.op for node in graph.nodes] == ["linear", "relu"] * 2 + ["linear"]
    assert right(graph.run(digits_mlp.prepare(data.test)), data.test_labels) == 875 / 899  # as the demo reports it


def test_perceptron_by_hand():
    graph = perceptron([np.array([[1.0, -1], [2, 0]]), np.array([[1.0], [10]])], [np.array([0.5, 0]), np.array([-3.0])])
    assert graph.run(np.array([[1.0, 1], [-2, 0], [-4, 1]])).tolist() == [[0.5], [17.0], [37.0]]


def test_training_learns_and_is_reproducible():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(300, 2))
    labels = (inputs[:, 0] * inputs[:, 1] > 0).astype(np.int64)  # no line parts these
    training = Training(sizes=(2, 16, 2), epochs=30, batch=10, rate=0.1, momentum=0.9, decay=0.0, seed=3)
    graph, again = (train_perceptron(inputs, labels, training) for _ in range(2))
    assert right(graph.run(inputs), labels) > 0.95
    for node, other in zip(graph.nodes, again.nodes, strict=True):
        assert node.weight is None or np.array_equal(node.weight, other.weight)
        assert node.weight is None or np.array_equal(np.rint(node.weight * 2**14), node.weight * 2**14)
