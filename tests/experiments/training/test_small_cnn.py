"""The small convolutional network has the shape that is stated, an exit classifies, and tunings are kept."""

import numpy as np
import pytest

from lowtide.experiments.training import small_cnn
from lowtide.experiments.training.methods import form_of
from lowtide.experiments.training.published_methods import METHODS
from lowtide.golden.network import fold_batch_norm, quantise_graph, run_fake_quantised
from lowtide.golden.number_formats import BinaryConnect, FixedPoint
from lowtide.golden.reduce import count_layers, total_count


def test_fresh_network_has_the_stated_layers():
    graph = small_cnn.fresh_cnn()
    counts = {count.name: count for count in count_layers(graph) if count.op != "batch_norm"}
    assert [count.weights for count in counts.values()] == [144, 4608, 100352, 640]
    assert sum(count.weights for count in counts.values()) == 105_744
    assert total_count(fold_batch_norm(graph)).multiplications == 784 * 144 + 196 * 4608 + 100352 + 640
    assert graph.run(np.zeros((2, 28, 28, 1))).shape == (2, 10)


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_method_is_a_plan_for_the_network(method, fresh):
    graph, x = small_cnn.fresh_cnn(), np.random.default_rng(0).uniform(0, 1, (8, 28, 28, 1))
    graph, plan = form_of(method, graph, x, fresh=fresh)
    network, tensors = quantise_graph(graph, x, plan), {}
    run_fake_quantised(network, x, record=tensors.__setitem__)
    layers = list(network.layers.values())
    names = [layer.weights.name for layer in layers]
    if method.ends_float:
        assert names[0] == names[-1] == "real" and "real" not in names[1:-1]
        assert network.quantisers["input"] is None
    else:
        assert "real" not in names
    levels = {
        step.name: len(np.unique(tensors[step.inputs[0]])) for step in network.steps if step.name in network.layers
    }
    first, *inner, last = levels.values()
    if method.data_bits == 1:
        assert all(count == 2 for count in inner) and first > 2 and (last > 2) == method.ends_float
        assert {type(network.quantisers["input"])} == {
            type(None) if method.ends_float else type(FixedPoint(8).of_range(0.0, 1.0))
        }
    if method.data_bits < 32:
        assert max(inner) <= 2**method.data_bits
    assert layers[1].weights.bits == method.conv_bits and layers[2].weights.bits == method.linear_bits


def test_binary_data_begin_with_batch_norms_of_mean_zero():
    x = np.random.default_rng(0).uniform(0, 1, (50, 28, 28, 1))
    method = next(method for method in METHODS if method.name == "BNN")
    graph, plan = form_of(method, small_cnn.fresh_cnn(), x, fresh=True)
    tensors = {}
    graph.run(x, tensors.__setitem__)
    assert isinstance(plan.activations, BinaryConnect) and graph.nodes[-1].op == "batch_norm"
    assert abs(tensors["batch_norm0"].mean()) < 1e-6 and tensors["batch_norm0"].std() == pytest.approx(1, abs=1e-3)
