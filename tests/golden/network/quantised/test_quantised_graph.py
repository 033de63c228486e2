"""Quantised networks as a whole: alignment, accuracy on digits, overrides, formats without integers, bad input."""

from itertools import product as pairs_of

import numpy as np
import pytest

from lowtide.golden import top_terms
from lowtide.golden.network import Graph, Plan, QuantisedWeights, quantise_graph, run_fake_quantised
from lowtide.golden.network.integers.requantisation import REQUANTISATIONS
from lowtide.golden.number_formats.floating.small_float import SmallFloat
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint
from lowtide.golden.number_formats.integers.revealed import TermRevealed
from lowtide.golden.number_formats.levels.logarithmic import Logarithmic
from lowtide.workloads.digits.network import accuracy, digits, load

ASYMMETRIC = FixedPoint(8, signed=False, symmetric=False)
POWER = FixedPoint(power_of_two=True)


def recorded(network, x):
    tensors = {}
    network.run_integers(x, record=tensors.__setitem__)
    return tensors


@pytest.mark.parametrize("method", REQUANTISATIONS)
def test_aligned_addition_and_concat_are_within_a_step_of_the_real_ones(node, method):
    """All pairs of 6-bit codes of two tensors with scales far apart."""
    form = FixedPoint(6, power_of_two=method == "power of two")
    codes = np.arange(-31, 32)
    x = np.array(list(pairs_of(codes, codes)), float)
    for near, far in ((1.0, 0.11), (0.5, 0.49), (1.0, 1.0)):
        graph = Graph(
            (
                node("batch_norm", name="p", weight=np.array([near, 0.0])),
                node("batch_norm", name="q", weight=np.array([0.0, far])),
                node("add", "p", "q", name="sum"),
                node("concat", "p", "q", "sum"),
            ),
            (2,),
        )
        plan = Plan(weights=FixedPoint(8, power_of_two=form.power_of_two), activations=form, requantisation=method)
        network = quantise_graph(graph, x, plan)
        tensors = recorded(network, x)
        p, q, total, wide = (tensors[name] for name in ("p", "q", "sum", "concat"))
        assert p.quantiser.scale > q.quantiser.scale or far > 0.11
        side_by_side = np.concatenate([p.real(), q.real(), total.real()], axis=1)
        for result, exact in ((total, p.real() + q.real()), (wide, side_by_side)):
            assert np.abs(result.real() - exact).max() <= float(result.quantiser.scale) * (0.5 + 2**-9)


@pytest.fixture
def digits_graph(node):
    network = load()
    nodes, last = [], "input"
    for number, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        nodes.append(node("linear", last, name=f"fc{number}", weight=weight, bias=bias))
        last = f"fc{number}"
        if number < len(network.weights) - 1:
            nodes.append(node("relu", last, name=f"relu{number}"))
            last = f"relu{number}"
    return Graph(tuple(nodes), (64,))


@pytest.mark.parametrize(
    "plan, loss",
    [
        (Plan(), 0.003),
        (Plan(activations=ASYMMETRIC), 0.003),
        (Plan(scales="dynamic"), 0.003),
        (Plan(requantisation="real"), 0.003),
        (Plan(multiplier_bits=8), 0.003),
        (Plan(output="quantised"), 0.004),
        (Plan(weights=POWER, activations=POWER, requantisation="power of two"), 0.005),
        (Plan(weights=TermRevealed(group=8, budget=12), data_terms=3), 0.01),
        (Plan(weights=FixedPoint(4), activations=FixedPoint(6)), 0.02),
    ],
)
def test_digits_stay_recognised(digits_graph, plan, loss):
    data, graph = digits(), digits_graph
    network = quantise_graph(graph, data.train / 16, plan)
    exact = accuracy(graph.run(data.test / 16), data.test_labels)
    assert exact > 0.95
    assert accuracy(network.run(data.test / 16), data.test_labels) >= exact - loss


def test_data_terms_are_the_highest_of_every_datum(digits_graph):
    data, graph = digits(), digits_graph
    plain, few = (quantise_graph(graph, data.train / 16, Plan(data_terms=terms)) for terms in (0, 2))
    x = data.test[:50] / 16
    codes = plain.quantised_input(x).codes
    layer = plain.layers["relu0"]
    cut = top_terms(codes, 2, signed=False)
    expected = cut.astype(np.int64) @ layer.weights.integers
    bias = np.rint(layer.bias / (layer.weights.scale * plain.quantisers["input"].scale))
    found, _ = few.layers["relu0"].accumulators(codes, few.quantisers["input"])
    assert np.array_equal(found, expected + bias) and not np.array_equal(cut, codes)
    fake = run_fake_quantised(few, x)
    assert np.abs(fake - few.run(x)).max() < 0.2 * np.abs(fake).max()


def test_overrides_and_given_weights_are_used(digits_graph):
    data, graph = digits(), digits_graph
    x = data.train[:100] / 16
    plan = Plan(
        weight_overrides={"fc1": FixedPoint(3)}, activation_overrides={"fc0": FixedPoint(5), "relu1": FixedPoint(7)}
    )
    network = quantise_graph(graph, x, plan)
    assert [network.layers[name].weights.bits for name in ("relu0", "relu1", "fc2")] == [8, 3, 8]
    assert [network.quantisers[name].bits for name in ("input", "relu0", "relu1")] == [8, 5, 7]
    assert not network.quantisers["relu0"].format.signed
    given = QuantisedWeights.of_integers(np.ones((64, 32), np.int8), 0.25, bits=2)
    network = quantise_graph(graph, x, weights={"fc1": given})
    assert network.layers["relu1"].weights is given
    assert network.layers["relu1"].weights.scale.tolist() == [0.25] * 32


def test_formats_without_integers_run_as_fake_quantisation_only(digits_graph):
    data, graph = digits(), digits_graph
    x = data.train / 16
    for plan in (
        Plan(weights=Logarithmic(4, steps=2)),
        Plan(weights=None),
        Plan(activations=None),
        Plan(activations=SmallFloat(4, 3)),
        Plan(activation_overrides={"relu0": None}),
    ):
        network = quantise_graph(graph, x, plan)
        with pytest.raises(ValueError, match="allowed in integers"):
            network.run(x)
        assert accuracy(run_fake_quantised(network, data.test / 16), data.test_labels) > 0.93
    real = Plan(weights=SmallFloat(4, 3), requantisation="real")
    floats = quantise_graph(graph, x, real)  # multiples of the smallest: integers of 18 bits
    assert np.allclose(floats.run(x), run_fake_quantised(floats, x), rtol=0, atol=1e-9)
    real = quantise_graph(graph, x, Plan(weights=None, activations=None))
    assert np.array_equal(run_fake_quantised(real, x), graph.run(x))


def test_a_bias_that_needs_more_than_32_bits_raises_the_scale_of_its_weights(node):
    weight = np.array([[1.0, 1e-12], [2.0, -2e-12]])
    graph = Graph((node("linear", weight=weight, bias=np.array([0.5, 100.0])),), (2,))
    x = np.random.default_rng(0).normal(size=(50, 2))
    network = quantise_graph(graph, x)
    assert np.abs(network.run(x) - graph.run(x)).max() < 0.05
    layer = network.layers["linear"]
    assert layer.weights.integers[:, 1].tolist() == [0, 0] and layer.weights.integers[1, 0] == 127
    tiny = QuantisedWeights.of_integers(np.array([[1, 1], [1, 1]]), np.array([1.0, 1e-12]))
    with pytest.raises(ValueError, match="bias / scale has values"):
        quantise_graph(graph, x, weights={"linear": tiny}).run(x)


def test_zero_tensors_and_channels_have_a_scale_of_one(node):
    linear = node("linear", weight=np.array([[0.0, 1.0]]), bias=np.array([0.0, 3.0]))
    graph = Graph((linear, node("relu", "linear")), (1,))
    for scales in ("static", "dynamic"):
        network = quantise_graph(graph, np.zeros((4, 1)), Plan(scales=scales))
        assert network.run(np.zeros((2, 1))).tolist() == [[0, 3], [0, 3]]
        assert network.quantisers["input"].scale == 1 and network.layers["relu"].weights.scale[0] == 1


def test_calibration_keeps_the_extremes_of_large_tensors(node):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 100, 100, 1))
    x[1, 57, 31], x[2, 3, 99] = 40.0, -77.0
    graph = Graph((node("max_pool", size=(1, 1), stride=(1, 1)),), (100, 100, 1))
    assert quantise_graph(graph, x).quantisers["input"].scale == 77 / 127


def test_efficientnet_in_integers_is_near_the_float_network(efficientnet):
    graph = efficientnet(size=64, classes=10, norm=True)
    x = np.random.default_rng(0).normal(size=(2, 64, 64, 3)).astype(np.float32)
    exact = graph.run(x)
    for bits, decibels in ((8, 15), (12, 37)):
        network = quantise_graph(graph, x, Plan(weights=FixedPoint(bits), activations=FixedPoint(bits)))
        for y in (network.run(x), run_fake_quantised(network, x)):
            assert 10 * np.log10((exact**2).sum() / ((y - exact) ** 2).sum()) > decibels


def test_bad_plans_and_names_are_refused(digits_graph):
    graph, x = digits_graph, np.zeros((2, 64))
    for fields, line in (
        (dict(weights=8), "weights is 8, allowed are None and instances of Format"),
        (dict(weight_overrides={"a": 4}), "weight_overrides\\['a'\\] is 4"),
        (dict(signs="both"), "signs is 'both'"),
        (dict(scales="none"), "scales is 'none'"),
        (dict(requantisation="exact"), "requantisation is 'exact'"),
        (dict(output="x"), "output is 'x'"),
        (dict(multiplier_bits=31), "multiplier_bits is 31, allowed are integers 2..30"),
        (dict(data_terms=-1), "data_terms is -1"),
        (dict(encoding="naf"), "encoding is 'naf'"),
        (dict(per_channel=2), "per_channel is 2"),
    ):
        with pytest.raises(ValueError, match=line):
            Plan(**fields)
    given = QuantisedWeights.of_integers(np.ones((3, 3), int), 1.0)
    for options, line in (
        (dict(plan=Plan(weight_overrides={"relu0": None})), "plan.weight_overrides has 'relu0', allowed are fc0, fc"),
        (dict(plan=Plan(activation_overrides={"x": None})), "plan.activation_overrides has 'x', allowed are input, f"),
        (dict(weights={"fc9": given}), "weights has 'fc9'"),
        (dict(weights={"fc0": given}), "weights of fc0 have shape"),
    ):
        with pytest.raises(ValueError, match=line):
            quantise_graph(graph, x, **options)
    network = quantise_graph(graph, x)
    for bad, line in ((np.zeros((2, 63)), "x has shape"), (np.full((2, 64), np.nan), "x has nan")):
        for run in (network.run, lambda values: run_fake_quantised(network, values)):
            with pytest.raises(ValueError, match=line):
                run(bad)
    for make, line in (
        (lambda: QuantisedWeights.of_integers(np.ones((3, 3)), 1.0), "integers has dtype"),
        (lambda: QuantisedWeights.of_integers(np.ones(3, int), 1.0), "integers has shape"),
        (lambda: QuantisedWeights.of_integers(np.ones((3, 3), int), np.ones(2)), "scale has shape"),
        (lambda: QuantisedWeights.of_integers(np.ones((3, 3), int), 0.0), "scale is 0.0"),
        (lambda: QuantisedWeights.of_format(np.full((2, 2), np.inf), FixedPoint()), "weights has inf"),
        (lambda: QuantisedWeights.of_format(np.ones((2, 0)), FixedPoint()), "weights has shape"),
    ):
        with pytest.raises(ValueError, match=line):
            make()
