"""The small convolutional network has the shape that is stated, an exit classifies, and tunings are kept."""

import numpy as np
import pytest

from experiments.data.digits import digits
from experiments.networks.digits_mlp import digits_mlp, prepare
from experiments.training import small_cnn
from experiments.training.methods import METHODS, form_of
from golden.formats import BinaryConnect, FixedPoint
from golden.network import fold_batch_norm, quantise_graph, run_fake_quantised
from golden.reduce import count_layers, exit_curve, total_count


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
    levels = {step.name: len(np.unique(tensors[step.inputs[0]])) for step in network.steps
              if step.name in network.layers}
    first, *inner, last = levels.values()
    if method.data_bits == 1:
        assert all(count == 2 for count in inner) and first > 2 and (last > 2) == method.ends_float
        assert {type(network.quantisers["input"])} == {type(None) if method.ends_float else type(
            FixedPoint(8).of_range(0.0, 1.0))}
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


def test_exit_is_right_about_what_it_is_sure_of():
    pytest.importorskip("torch", reason="torch is not installed; pip install 'lowtide[experiments]'")
    from experiments.training.exit_head import train_exit
    from experiments.training.recipe import Recipe

    data, graph = digits(), digits_mlp()
    exit = train_exit(graph, "relu0", prepare(data.train), data.train_labels, Recipe(epochs=10, batch=16, rate=5e-3))
    points = exit_curve(graph, exit, prepare(data.test), data.test_labels, [0.0, 0.9, 0.99, 1.1])
    assert points[0].accuracy > 0.8 and points[-1].accuracy == 875 / 899
    assert [point.exited for point in points] == sorted((point.exited for point in points), reverse=True)
    assert 0 < points[1].exited < 1 and points[2].accuracy > 0.95


def test_exit_of_pictures_pools_as_training_did():
    pytest.importorskip("torch", reason="torch is not installed; pip install 'lowtide[experiments]'")
    from experiments.training.exit_head import train_exit
    from experiments.training.recipe import Recipe

    graph, rng = small_cnn.fresh_cnn(), np.random.default_rng(0)
    labels = rng.integers(0, 2, 200)
    x = rng.uniform(0, 1, (200, 28, 28, 1)) * np.where(labels, 1.0, 0.3)[:, None, None, None]
    exit = train_exit(graph, "max_pool0", x, labels, Recipe(epochs=20, batch=20, rate=5e-2), pool=7)
    assert exit.head.shape == (14, 14, 16) and exit.head.node("scores").weight.shape == (64, 2)
    tensors = {}
    graph.run(x, tensors.__setitem__)
    assert np.mean(exit.head.run(tensors["max_pool0"]).argmax(axis=1) == labels) > 0.9


def test_tuned_networks_are_trained_once(tmp_path, monkeypatch):
    pytest.importorskip("torch", reason="torch is not installed; pip install 'lowtide[experiments]'")
    from experiments.training import fine_tune, tuned
    from experiments.training.recipe import Recipe

    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path))
    data = digits()
    training = tuned.TrainingData(
        name="digits", key="a key", graph=digits_mlp(), inputs=prepare(data.train), labels=data.train_labels,
        recipe=Recipe(epochs=1), slow=Recipe(epochs=1, rate=5e-3))
    method = next(method for method in METHODS if method.name == "TTQ")
    first = tuned.tuned(method, training)
    monkeypatch.setattr(fine_tune, "fine_tune", None)  # a second training would fail
    again = tuned.tuned(method, training)
    x = prepare(data.test)
    assert np.array_equal(run_fake_quantised(first.quantised(), x), run_fake_quantised(again.quantised(), x))
    assert again.quantised().layers["relu1"].weights.name == "TTQ t=0.05"
    with pytest.raises(TypeError):
        tuned.tuned(next(method for method in METHODS if method.name == "TWN"), training)
