"""The forward pass in PyTorch is golden's, and gradients go straight through what rounds."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lowtide.experiments.training.batch_norms import (
    folded_names,
    folded_weights,
    norms_of,
    rounded_weights,
    standardised,
    with_batch_norms,
    without_relus,
)
from lowtide.experiments.training.fine_tune import FLOAT
from lowtide.experiments.training.network import TrainedNetwork
from lowtide.experiments.training.retrained import Retrained, arrays_of_retrained, digest, retrained_of
from lowtide.golden.network import (
    Graph,
    Node,
    Plan,
    QuantisedWeights,
    fold_batch_norm,
    quantise_graph,
    run_fake_quantised,
)
from lowtide.golden.number_formats import (
    BinaryConnect,
    BinaryNetwork,
    BinaryWeights,
    Codebook,
    FixedPoint,
    Logarithmic,
    TermRevealed,
    TernaryWeights,
    TrainedTernary,
)

PLANS = {
    "float": FLOAT,
    "fixed": Plan(weights=FixedPoint(6), activations=FixedPoint(8)),
    "dynamic": Plan(
        weights=FixedPoint(4, power_of_two=True), activations=FixedPoint(6, power_of_two=True), per_channel=False
    ),
    "TWN": Plan(weights=TernaryWeights(), activations=None, per_channel=False),
    "TTQ": Plan(weights=TrainedTernary(), activations=None, per_channel=False),
    "BWN": Plan(weights=BinaryWeights(), activations=None),
    "BNN": Plan(weights=BinaryNetwork(), activations=BinaryConnect(), activation_overrides={"input": None}),
    "log": Plan(weights=Logarithmic(3), activations=Logarithmic(4), per_channel=False),
    "shared": Plan(weights=Codebook(16), activations=FixedPoint(16), per_channel=False),
    "shared integers": Plan(weights=Codebook(16, bits=8), activations=FixedPoint(8), per_channel=False),
    "revealed": Plan(weights=TermRevealed(group=4, budget=5), activations=FixedPoint(8)),
    "first float": Plan(weights=TernaryWeights(), weight_overrides={"n1": None, "l2": None}, activations=None),
}


@pytest.fixture
def graph():
    rng = np.random.default_rng(0)
    return Graph(
        (
            Node(
                name="c1",
                op="conv",
                inputs=("input",),
                weight=rng.normal(size=(3, 3, 2, 4)) * 0.3,
                attributes={"padding": (1, 0, 1, 2), "stride": (1, 2)},
            ),
            Node(name="n1", op="batch_norm", inputs=("c1",), weight=rng.normal(size=4), bias=rng.normal(size=4)),
            Node(name="r1", op="relu", inputs=("n1",)),
            Node(name="p1", op="max_pool", inputs=("r1",), attributes={"size": (2, 2), "stride": (2, 1)}),
            Node(
                name="d1",
                op="conv",
                inputs=("p1",),
                weight=rng.normal(size=(2, 2, 1, 4)) * 0.5,
                bias=rng.normal(size=4),
                attributes={"groups": 4},
            ),
            Node(name="n2", op="batch_norm", inputs=("d1",), weight=rng.normal(size=4), bias=rng.normal(size=4)),
            Node(name="f", op="flatten", inputs=("n2",)),
            Node(name="l1", op="linear", inputs=("f",), weight=rng.normal(size=(8, 6)) * 0.3, bias=rng.normal(size=6)),
            Node(name="r2", op="relu", inputs=("l1",)),
            Node(name="l2", op="linear", inputs=("r2",), weight=rng.normal(size=(6, 3)) * 0.5, bias=rng.normal(size=3)),
        ),
        (6, 6, 2),
    )


@pytest.fixture
def data():
    return np.random.default_rng(1).normal(size=(40, 6, 6, 2)).astype(np.float32)


def with_real_biases(network):
    """The quantised network without the 32-bit grid of its biases, which training does not know."""
    layers = {
        name: replace(layer, weights=replace(layer.weights, integers=None, scale=None))
        for name, layer in network.layers.items()
    }
    return replace(network, layers=layers)


def evaluate(network, x):
    return network.evaluate(torch.from_numpy(x.astype(np.float64))).numpy()


@pytest.mark.parametrize("name", PLANS)
def test_forward_equals_golden(graph, data, name):
    network = TrainedNetwork(graph, PLANS[name], data[:30])
    network.refresh()
    found = Retrained(graph=network.trained_graph(), plan=PLANS[name], weights=network.folded(), calibration=data[:30])
    quantised = found.quantised()
    assert np.allclose(evaluate(network, data), run_fake_quantised(with_real_biases(quantised), data), atol=1e-4)
    for layer in quantised.layers.values():
        assert name != "fixed" or layer.weights.integers is not None
    again = retrained_of(arrays_of_retrained(found), found.plan, found.calibration)
    assert np.array_equal(run_fake_quantised(again.quantised(), data), run_fake_quantised(quantised, data))
    assert digest(again.graph) == digest(found.graph) != digest(graph)


def test_before_training_nothing_has_changed(graph, data):
    network = TrainedNetwork(graph, FLOAT, data)
    network.refresh()
    assert np.allclose(evaluate(network, data), graph.run(data.astype(np.float64)), rtol=1e-3, atol=1e-3)
    assert np.allclose(network.trained_graph().run(data), graph.run(data), rtol=1e-3, atol=1e-3)


def test_integers_of_the_network_equal_its_fake_quantisation(graph, data):
    network = TrainedNetwork(graph, PLANS["fixed"], data)
    network.refresh()
    found = Retrained(graph=network.trained_graph(), plan=PLANS["fixed"], weights=network.folded(), calibration=data)
    quantised = found.quantised()
    assert np.allclose(quantised.run(data), run_fake_quantised(quantised, data), atol=1e-9)


def test_gradients_equal_those_of_differences(graph, data):
    network = TrainedNetwork(graph, FLOAT, data)
    x = torch.from_numpy(data.astype(np.float64))
    bias = network.biases["l1"]
    network.forward(x).square().sum().backward()
    for place in (0, 3):
        sums = []
        for step in (-1e-3, 1e-3):
            with torch.no_grad():
                bias[place] += step
                sums.append(float(network.forward(x).square().sum()))
                bias[place] -= step
        assert float(bias.grad[place]) == pytest.approx((sums[1] - sums[0]) / 2e-3, rel=1e-2)


def test_gradients_pass_rounding_inside_the_range_only(graph):
    network = TrainedNetwork(graph, FLOAT, np.ones((2, 6, 6, 2)))
    quantiser = FixedPoint(3).of_range(-3.0, 3.0)  # steps of one
    x = torch.tensor([-5.0, -2.6, 0.2, 2.9, 3.2], requires_grad=True)
    y = network._rounded(x, quantiser)
    assert y.tolist() == [-3, -3, 0, 3, 3]
    y.sum().backward()
    assert x.grad.tolist() == [0, 1, 1, 1, 0]


def test_batch_norms_that_are_put_in_compute_the_same(graph, data):
    bare = Graph(tuple(node for node in fold_batch_norm(graph).nodes), graph.shape)
    normed = with_batch_norms(bare)
    assert np.allclose(normed.run(data), bare.run(data), atol=1e-5)
    assert folded_names(normed) == {"n1": "n1.norm", "n2": "n2.norm", "l1": "l1.norm", "l2": "l2.norm"}
    assert [node.name for node in fold_batch_norm(normed).nodes if node.weight is not None] == list(
        folded_names(normed).values()
    )
    assert with_batch_norms(normed).nodes[0].name == "n1" and len(with_batch_norms(normed).nodes) == len(normed.nodes)
    silent = without_relus(graph)
    assert without_relus(graph, kept=("r2",)).node("l2").inputs == ("r2",)
    assert [node.op for node in silent.nodes].count("relu") == 0 and silent.node("p1").inputs == ("n1",)


def test_rounded_weights_are_those_that_training_begins_with(graph, data):
    network = TrainedNetwork(graph, PLANS["TWN"], data)
    network.refresh()
    rounded = rounded_weights(graph, PLANS["TWN"])
    assert rounded.keys() == network.folded().keys() == {"n1", "n2", "l1", "l2"}
    for name, weights in network.folded().items():
        assert np.array_equal(np.sign(rounded[name].values), np.sign(weights.values))  # batch norms see rounded data
    assert np.allclose(rounded["l1"].values, network.folded()["l1"].values, atol=1e-6)


def test_standardised_batch_norms_give_mean_zero_and_variance_one(graph, data):
    tensors = {}
    standardised(graph, data).run(data.astype(np.float64), tensors.__setitem__)
    for name in ("n1", "n2"):
        assert np.allclose(tensors[name].mean((0, 1, 2)), 0, atol=1e-9)
        assert np.allclose(tensors[name].var((0, 1, 2)), 1, atol=1e-3)


def test_folding_multiplies_columns_of_quantised_weights():
    weights = QuantisedWeights.of_format(np.array([[1.0, -2, 3], [0.5, 1, 3]]), FixedPoint(4), per_channel=False)
    factor = np.array([2.0, -0.5, 0.0])
    folded = folded_weights(weights, factor)
    assert np.allclose(folded.values, weights.values * factor) and (folded.scale > 0).all()
    assert np.array_equal(folded.integers * folded.scale, folded.values)
    real = QuantisedWeights.of_format(np.ones((2, 3)), TrainedTernary(positive=1.0, negative=2.0), per_channel=False)
    assert np.array_equal(folded_weights(real, factor).values, real.values * factor)


def test_what_training_cannot_do_is_refused(graph, data):
    other = Graph((*graph.nodes, Node(name="s", op="softmax", inputs=("l2",))), graph.shape)
    with pytest.raises(ValueError, match="op of node s is 'softmax', allowed in training are linear"):
        TrainedNetwork(other, FLOAT, data)
    late = Graph((*graph.nodes[:4], replace(graph.nodes[1], name="late", inputs=("p1",))), graph.shape)
    with pytest.raises(ValueError, match="input of late is p1, allowed are layers that it alone reads"):
        norms_of(late)
    assert quantise_graph(late, data, PLANS["fixed"]).run(data).shape == (40, 3, 2, 4)
