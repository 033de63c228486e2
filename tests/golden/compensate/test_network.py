"""Whole networks compensated: better than plain rounding, and still networks that the arrays compute bit for bit."""

import numpy as np
import pytest

from lowtide import golden
from lowtide.golden.compensate import Compensation, NetworkCompensation, compensate_graph
from lowtide.golden.network import Graph, Node, Plan, quantise_graph, run_fake_quantised
from lowtide.golden.network.arrays.array_product import ArrayProduct
from lowtide.golden.number_formats import E4M3, FixedPoint, TermRevealed


def residual_network(rng):
    """A small picture network with every kind of layer that is compensated: stem, depthwise, residual, grouped, linear,
    and a channel that is dead."""

    def conv(name, x, shape, **attributes):
        weight = rng.normal(size=shape) * np.sqrt(2 / np.prod(shape[:3]))
        return Node(
            name=name, op="conv", inputs=(x,), attributes=attributes, weight=weight, bias=rng.normal(0, 0.1, shape[-1])
        )

    stem = conv("stem", "input", (3, 3, 3, 16), stride=(2, 2), padding=(1, 1, 1, 1))
    stem.weight[..., 5] = 0
    nodes = [
        stem,
        Node(name="stem relu", op="relu6", inputs=("stem",)),
        conv("expand", "stem relu", (1, 1, 16, 48)),
        Node(name="expand relu", op="relu6", inputs=("expand",)),
        conv("depthwise", "expand relu", (3, 3, 1, 48), padding=(1, 1, 1, 1), groups=48),
        Node(name="depthwise relu", op="relu6", inputs=("depthwise",)),
        conv("project", "depthwise relu", (1, 1, 48, 16)),
        Node(name="sum", op="add", inputs=("project", "stem relu")),
        conv("grouped", "sum", (3, 3, 8, 24), groups=2),
        Node(name="grouped relu", op="relu", inputs=("grouped",)),
        Node(name="pool", op="global_average_pool", inputs=("grouped relu",)),
        Node(name="classes", op="linear", inputs=("pool",), weight=rng.normal(size=(24, 10)), bias=np.zeros(10)),
    ]
    return Graph(tuple(nodes), (12, 12, 3))


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(1)
    mixing = rng.normal(size=(3, 3))
    pictures = rng.normal(size=(80, 12, 12, 3)) @ mixing
    return residual_network(rng), pictures[:64], pictures[64:]


def noise(network, graph, x):
    exact = graph.run(x)
    return np.square(network.run(x) - exact).sum() / np.square(exact - exact.mean(axis=0)).sum()


@pytest.mark.parametrize("budget", [6, 8, 10])
def test_compensation_keeps_the_outputs_better_than_plain_rounding(case, budget):
    graph, calibration, test = case
    plan = Plan(weights=TermRevealed(group=8, budget=budget))
    plain = noise(quantise_graph(graph, calibration, plan), graph, test)
    largest = noise(
        compensate_graph(
            graph, calibration, plan, NetworkCompensation(weights=Compensation(selection="largest terms"))
        ),
        graph,
        test,
    )
    least = noise(compensate_graph(graph, calibration, plan), graph, test)
    assert least < 0.95 * largest and largest < 0.6 * plain


@pytest.mark.parametrize("format", [FixedPoint(4), E4M3], ids=lambda format: format.name)
def test_any_format_is_compensated(case, format):
    graph, calibration, test = case
    plan = Plan(weights=format)
    exact, plain = graph.run(test), quantise_graph(graph, calibration, plan)
    compensated = compensate_graph(graph, calibration, plan)

    def error(network):
        return np.square(run_fake_quantised(network, test) - exact).sum()

    assert error(compensated) < 0.9 * error(plain)
    for layer in compensated.layers.values():
        if format is not E4M3:
            assert np.abs(layer.weights.integers).max() <= 7


def test_compensated_integers_are_revealed_already_and_the_array_computes_them(case):
    graph, calibration, test = case
    format = TermRevealed(group=8, budget=8)
    network = compensate_graph(graph, calibration, Plan(weights=format))
    for layer in network.layers.values():
        integers = layer.weights.integers
        assert np.array_equal(golden.reveal(integers, group=8, budget=8, axis=0), integers)
    array = golden.Array(kind="term", rows=4, cols=4, lanes=8, group=8)
    mode = golden.Mode(hese=True, select=True, group=8, budget=8)
    assert np.array_equal(network.run(test[:2], product=ArrayProduct(array, mode)), network.run(test[:2]))


def test_lanes_with_rules_get_weights_that_they_leave_as_they_are(case):
    graph, calibration, test = case
    rule = golden.Array(kind="term", rows=1, cols=1, lanes=10, group=8, dedicated=True)
    format = TermRevealed(group=8, budget=10, rule=rule)
    network = compensate_graph(graph, calibration, Plan(weights=format))
    for layer in network.layers.values():
        integers = layer.weights.integers
        assert np.array_equal(golden.reveal_by_lanes(integers, rule, group=8, budget=10, axis=0), integers)
    plain = quantise_graph(graph, calibration, Plan(weights=format))
    assert noise(network, graph, test) < 0.75 * noise(plain, graph, test)


def test_layers_can_be_left_out_and_are_reported(case):
    graph, calibration, test = case
    plan = Plan(weights=TermRevealed(group=8, budget=8), weight_overrides={"depthwise": FixedPoint(8)})
    reports = []
    network = compensate_graph(
        graph, calibration, plan, NetworkCompensation(overrides={"depthwise": None}), on_layer=reports.append
    )
    untouched = quantise_graph(graph, calibration, plan).layers["depthwise relu"]
    assert np.array_equal(network.layers["depthwise relu"].weights.values, untouched.weights.values)
    assert not np.array_equal(network.layers["depthwise relu"].bias, untouched.bias)
    assert [report.name for report in reports] == list(network.layers)
    assert all(report.signal_to_noise > 5 for report in reports)


def test_fewer_rows_of_moments_do_almost_as_well(case):
    graph, calibration, test = case
    plan = Plan(weights=TermRevealed(group=8, budget=8))
    few = compensate_graph(graph, calibration, plan, NetworkCompensation(rows=1))
    assert noise(few, graph, test) < 3 * noise(compensate_graph(graph, calibration, plan), graph, test)


def test_names_of_no_layer_are_refused(case):
    graph, calibration, _ = case
    with pytest.raises(ValueError, match="overrides has 'nothing'"):
        compensate_graph(graph, calibration, Plan(), NetworkCompensation(overrides={"nothing": None}))
