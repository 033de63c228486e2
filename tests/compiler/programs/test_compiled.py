"""Networks as programs on golden's machine: the integer network's codes, however small the memories are."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.compiler.programs.compiled import compile_network
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.pe import KINDS

from compiled_networks import check_compiled, random_network

ACTIVATIONS = (FixedPoint(8), FixedPoint(8, signed=True, symmetric=False), FixedPoint(6))


def random_machine(rng):
    """A machine whose array and memories are drawn one by one."""
    lanes = int(rng.choice([1, 2, 4, 8]))
    array = ArrayConfig(name="array", rows=int(rng.choice([2, 4, 8])), cols=int(rng.integers(1, 6)), lanes=lanes)
    return AcceleratorConfig(
        name="random",
        array=array,
        feature_bytes=1 << 17,
        weight_bytes=1 << 16,
        taps=1024,
        parameters=int(rng.choice([16, 64])),
        bus_bits=32 if array.rows * lanes >= 4 else 8 * array.rows * lanes,
        rows_per_requantiser=1,
        post=POST,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_on_every_kind_of_pe(kind):
    rng = np.random.default_rng(5)
    graph, shape = random_network(rng, layers=5)
    x = rng.normal(size=(2, *shape))
    network = quantise_graph(graph, x, Plan(output="quantised"))
    config = flexible_machine(kind)
    for features in (1 << 16, config.feature_bytes):
        roomy = replace(config, feature_bytes=features, weight_bytes=1 << 16, taps=256)
        check_compiled(network, compile_network(network, roomy), x)


@pytest.mark.parametrize("kind", KINDS)
def test_sums_and_products_that_layers_read_on_every_kind_of_pe(kind):
    """Where layers read bit planes, what is made from two tensors is copied into these."""
    rng = np.random.default_rng(8)

    def conv(name, source, channels):
        weight, bias = rng.normal(size=(3, 3, *channels)), rng.normal(size=channels[1])
        attributes = dict(padding=(1, 1, 1, 1))
        return Node(name=name, op="conv", inputs=(source,), weight=weight, bias=bias, attributes=attributes)

    nodes = (
        conv("a", "input", (3, 10)),
        conv("b", "a", (10, 10)),
        Node(name="sum", op="add", inputs=("b", "a")),
        conv("c", "sum", (10, 10)),
        Node(name="product", op="mul", inputs=("c", "sum")),
        conv("d", "product", (10, 3)),
    )
    x = rng.normal(size=(2, 6, 7, 3))
    network = quantise_graph(Graph(nodes, (6, 7, 3)), x, Plan(output="quantised"))
    config = replace(flexible_machine(kind), weight_bytes=1 << 16, taps=256)
    check_compiled(network, compile_network(network, config), x)


@pytest.mark.parametrize("seed", range(16))
def test_random_networks_in_memories_of_every_size(seed):
    rng = np.random.default_rng(seed)
    graph, shape = random_network(rng)
    x = rng.normal(size=(2, *shape))
    plan = Plan(output="quantised", activations=ACTIVATIONS[seed % 3], weights=FixedPoint(4 + 4 * (seed % 2)))
    network = quantise_graph(graph, x, plan)
    config = random_machine(rng)
    done = []
    for feature_bits, weight_bits in ((17, 16), (15, 14), (13, 13), (12, 12), (11, 11)):
        try:
            config = replace(config, feature_bytes=1 << feature_bits, weight_bytes=1 << weight_bits)
            compiled = compile_network(network, config)
        except ValueError as error:
            assert any(part in str(error) for part in ("needs", "first is", "_bytes is")), error
            break
        check_compiled(network, compiled, x)
        done.append(sum(layer.records for layer in compiled.layers))
        kept = compile_network(network, config, keep=True)
        made = {stage.makes for stage in compiled.stages} & set(network.quantisers)
        assert not compiled.kept and set(kept.kept) == made - {kept.result}
        check_compiled(network, kept, x)
    assert done[0] <= done[-1]


def test_chains_of_large_tensors_run_in_stripes_together():
    """Expanding, depthwise and projecting layers of a picture that the memory does not hold: what lies between them
    never leaves it, rows that two stripes need are computed twice."""
    rng = np.random.default_rng(1)

    def conv(name, source, shape, **attributes):
        weight, bias = rng.normal(size=shape), rng.normal(size=shape[-1])
        return Node(name=name, op="conv", inputs=(source,), weight=weight, bias=bias, attributes=attributes)

    nodes = (
        conv("expand", "input", (1, 1, 4, 24)),
        Node(name="expanded", op="relu6", inputs=("expand",)),
        conv("depthwise", "expanded", (5, 3, 1, 24), padding=(2, 1, 2, 1), groups=24),
        conv("project", "depthwise", (1, 1, 24, 4)),
        Node(name="sum", op="add", inputs=("input", "project")),
        conv("strided", "sum", (3, 3, 4, 8), padding=(0, 0, 1, 1), stride=(2, 2)),
        Node(name="pool", op="global_average_pool", inputs=("strided",)),
    )
    x = rng.normal(size=(2, 30, 26, 4))
    network = quantise_graph(Graph(nodes, (30, 26, 4)), x, Plan(output="quantised"))
    array = ArrayConfig(name="array", rows=8, cols=4, lanes=4)
    config = AcceleratorConfig(
        name="small", array=array, feature_bytes=1 << 13, weight_bytes=1 << 12, taps=256, bus_bits=32, post=POST
    )
    compiled = compile_network(network, config)
    check_compiled(network, compiled, x)
    longest = max(compiled.placement.cascades, key=lambda each: len(each.numbers))
    assert len(longest.numbers) >= 3 and longest.rows < 30
    assert {"expanded", "depthwise"} <= compiled.placement.between


@pytest.mark.parametrize("feature_bits", [16, 11])
def test_a_gate_of_channels_multiplies_every_pixel(feature_bits):
    """Squeeze and excite: a picture times a value for each channel that is computed from it."""
    rng = np.random.default_rng(4)

    def weights(*shape):
        return dict(weight=rng.normal(size=shape), bias=rng.normal(size=shape[-1]))

    nodes = (
        Node(name="c", op="conv", inputs=("input",), attributes=dict(padding=(1, 1, 1, 1)), **weights(3, 3, 3, 16)),
        Node(name="p", op="global_average_pool", inputs=("c",)),
        Node(name="s", op="linear", inputs=("p",), **weights(16, 4)),
        Node(name="r", op="relu", inputs=("s",)),
        Node(name="e", op="linear", inputs=("r",), **weights(4, 16)),
        Node(name="g", op="sigmoid", inputs=("e",)),
        Node(name="m", op="mul", inputs=("c", "g")),
        Node(name="d", op="conv", inputs=("m",), **weights(1, 1, 16, 5)),
    )
    x = rng.normal(size=(2, 11, 9, 3))
    network = quantise_graph(Graph(nodes, (11, 9, 3)), x, Plan(output="quantised", activations=ACTIVATIONS[1]))
    config = replace(flexible_machine("parallel"), feature_bytes=1 << feature_bits, taps=128)
    compiled = compile_network(network, config)
    assert feature_bits == 16 or compiled.packings[1].bound > 2000  # not all stays inside
    check_compiled(network, compiled, x)
