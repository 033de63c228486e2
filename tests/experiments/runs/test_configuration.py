"""What one quantised network is measured by: worked examples."""

import numpy as np
import pytest

from lowtide.experiments.runs import tasks
from lowtide.experiments.runs.configurations import configuration_rows
from lowtide.experiments.runs.configurations.configuration import Configuration
from lowtide.experiments.runs.configurations.configuration_rows import measure
from lowtide.experiments.runs.measures.agreement import signal_to_noise
from lowtide.experiments.runs.tasks import Classifier, outputs
from lowtide.golden.network import Geometry, Graph, Node
from lowtide.golden.network.costs.bookkeeping import bookkeeping
from lowtide.golden.number_formats import FixedPoint, TermRevealed, TernaryWeights

rng = np.random.default_rng(5)


def convolutions():
    """A 3x3 convolution, a 1x1 one, and a linear layer."""
    return Graph(
        (
            Node(
                name="large",
                op="conv",
                inputs=("input",),
                weight=rng.normal(size=(3, 3, 2, 4)),
                bias=np.zeros(4),
                attributes={"stride": (1, 1), "padding": (1, 1, 1, 1)},
            ),
            Node(name="relu", op="relu", inputs=("large",)),
            Node(name="point", op="conv", inputs=("relu",), weight=rng.normal(size=(1, 1, 4, 8)), bias=np.zeros(8)),
            Node(name="flat", op="flatten", inputs=("point",)),
            Node(name="linear", op="linear", inputs=("flat",), weight=rng.normal(size=(128, 3)), bias=np.zeros(3)),
        ),
        (4, 4, 2),
    )


@pytest.fixture
def small(monkeypatch):
    """The graph above as the task "digits", with labels that its float outputs are."""
    graph, x = convolutions(), rng.normal(size=(40, 4, 4, 2)).astype(np.float32)
    task = Classifier(graph, x, graph.run(x).argmax(axis=1), x, others=-x[:5])
    for module in (configuration_rows, tasks):
        monkeypatch.setattr(module, "load", lambda name: task)
    return task


def test_signal_to_noise_of_a_tenth_is_twenty_decibels():
    assert signal_to_noise([3.0, 4.0], [3.3, 4.4]) == pytest.approx(20)
    assert signal_to_noise([3.0, 4.0], [3.0, 4.0]) is None


def test_scores_are_shares_of_samples():
    task = Classifier(None, None, np.array([0, 1, 1, 2]), None)
    assert task.accuracy(np.eye(3)[[0, 1, 2, 2]]) == 0.75


def test_outputs_in_batches_are_the_outputs():
    x = rng.normal(size=(1203, 3))
    seen = []
    assert np.array_equal(outputs(lambda part: seen.append(len(part)) or part * 2, x), x * 2) and len(seen) == 3
    large = np.zeros((40, 60, 60, 3))
    outputs(lambda part: seen.append(len(part)) or part, large)
    assert seen[3:] == [16, 16, 8]


def test_twelve_bits_are_the_float_network(small):
    row = measure(Configuration(task="digits", weights=FixedPoint(12), x_bits=12))
    assert row["score"] == row["float_score"] == row["agreement"] == row["others_agreement"] == 1
    assert row["signal_to_noise"] > 45 and row["others_signal_to_noise"] > 45 and row["bit_bound"] == 144


def test_pairs_are_those_of_the_layers_by_their_multiplications(small):
    """4 x 4 pixels: 16 * 18 * 4 + 16 * 4 * 8 + 128 * 3 = 1152 + 512 + 384 multiplications. 8-bit data: 4 HESE terms
    if signed (input, and the flattened outputs of the 1x1 convolution), 5 if not (after the relu)."""
    row = measure(Configuration(task="digits", weights=TermRevealed(group=8, budget=12)))
    assert row["multiplications"] == 2048
    assert row["pair_bound"] == pytest.approx(1.5 * (1152 * 4 + 512 * 5 + 384 * 4) / 2048)
    assert (row["group"], row["budget"], row["w_bits"], row["weights"]) == (8, 12, 8, "TR g=8 k=12")
    assert (
        measure(Configuration(task="digits", weights=TermRevealed(group=8, budget=12), data_terms=2))["pair_bound"] == 3
    )


def test_counted_pairs_are_those_of_bookkeeping(small, monkeypatch):
    kept = []

    def counted(*words, **named):
        kept.append((words, named))
        return bookkeeping(*words, **named)

    monkeypatch.setattr(configuration_rows, "bookkeeping", counted)
    row = measure(Configuration(task="digits", weights=TermRevealed(encoding="binary"), encoding="binary"))
    (network, x), named = kept[0]
    assert named == {"encoding": "binary"} and len(x) == 8
    costs = bookkeeping(network, x, encoding="binary")
    assert row["pairs"] == pytest.approx(sum(cost.term_pairs for cost in costs) / 2048)


def test_scope_products_leaves_larger_convolutions_at_eight_bits(small, monkeypatch):
    networks = []
    real = configuration_rows._network
    monkeypatch.setattr(configuration_rows, "_network", lambda *words: networks.append(real(*words)) or networks[-1])
    for selection in (None, "least error"):
        row = measure(Configuration(task="digits", weights=FixedPoint(3), scope="products", selection=selection))
        names = {layer.name: layer.weights.name for layer in networks[-1].layers.values()}
        assert names == {"large": "fixed 8 bit", "point": "fixed 3 bit", "linear": "fixed 3 bit"}
        assert row["bit_bound"] == pytest.approx((1152 * 64 + 896 * 24) / 2048)
        assert row["pair_bound"] == pytest.approx((1152 * 4 * 4 + 512 * 2 * 5 + 384 * 2 * 4) / 2048)  # signed digits
    plain, compensated = (network.layers["relu"].weights.values for network in networks)
    assert np.array_equal(plain, compensated)  # the 3x3 convolution keeps its weights


def test_compensation_is_nearer(small):
    noise = [
        measure(Configuration(task="digits", weights=TermRevealed(budget=6), selection=selection))["signal_to_noise"]
        for selection in (None, "largest terms", "least error")
    ]
    assert noise[0] < noise[1] and noise[0] < noise[2]


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"task": "mnist"}, "task is 'mnist', allowed are digits"),
        ({"selection": "best"}, "selection is 'best', allowed are"),
        ({"scope": "linear"}, "scope is 'linear', allowed are all, products"),
        ({"weights": TernaryWeights()}, "weights is TernaryWeights"),
    ],
)
def test_what_cannot_be_measured_is_refused(fields, said):
    with pytest.raises(ValueError, match=said):
        Configuration(**{"task": "digits", "weights": FixedPoint(8)} | fields)


def test_geometry_of_the_example_is_what_the_counts_say():
    assert Geometry.of(convolutions().node("large")).output_size(4, 4) == (4, 4)
