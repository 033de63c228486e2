"""An exit classifies, and tunings are kept."""

import numpy as np
import pytest

from lowtide.experiments.training import fine_tune, small_cnn, tuned
from lowtide.experiments.training.exit_head import train_exit
from lowtide.experiments.training.published_methods import METHODS
from lowtide.experiments.training.recipe import Recipe
from lowtide.golden.network import run_fake_quantised
from lowtide.golden.reduce import exit_curve
from lowtide.workloads.data.digits import digits
from lowtide.workloads.networks.digits_mlp import digits_mlp, prepare


def test_exit_is_right_about_what_it_is_sure_of():
    data, graph = digits(), digits_mlp()
    exit = train_exit(graph, "relu0", prepare(data.train), data.train_labels, Recipe(epochs=10, batch=16, rate=5e-3))
    points = exit_curve(graph, exit, prepare(data.test), data.test_labels, [0.0, 0.9, 0.99, 1.1])
    assert points[0].accuracy > 0.8 and points[-1].accuracy == 875 / 899
    assert [point.exited for point in points] == sorted((point.exited for point in points), reverse=True)
    assert 0 < points[1].exited < 1 and points[2].accuracy > 0.95


def test_exit_of_pictures_pools_as_training_did():
    graph, rng = small_cnn.fresh_cnn(), np.random.default_rng(0)
    labels = rng.integers(0, 2, 200)
    x = rng.uniform(0, 1, (200, 28, 28, 1)) * np.where(labels, 1.0, 0.3)[:, None, None, None]
    exit = train_exit(graph, "max_pool0", x, labels, Recipe(epochs=20, batch=20, rate=5e-2), pool=7)
    assert exit.head.shape == (14, 14, 16) and exit.head.node("scores").weight.shape == (64, 2)
    tensors = {}
    graph.run(x, tensors.__setitem__)
    assert np.mean(exit.head.run(tensors["max_pool0"]).argmax(axis=1) == labels) > 0.9


def test_tuned_networks_are_trained_once(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path))
    data = digits()
    training = tuned.TrainingData(
        name="digits",
        key="a key",
        graph=digits_mlp(),
        inputs=prepare(data.train),
        labels=data.train_labels,
        recipe=Recipe(epochs=1),
        slow=Recipe(epochs=1, rate=5e-3),
    )
    method = next(method for method in METHODS if method.name == "TTQ")
    first = tuned.tuned(method, training)
    monkeypatch.setattr(fine_tune, "fine_tune", None)  # a second training would fail
    again = tuned.tuned(method, training)
    x = prepare(data.test)
    assert np.array_equal(run_fake_quantised(first.quantised(), x), run_fake_quantised(again.quantised(), x))
    assert again.quantised().layers["relu1"].weights.name == "TTQ t=0.05"
    with pytest.raises(TypeError):
        tuned.tuned(next(method for method in METHODS if method.name == "TWN"), training)
