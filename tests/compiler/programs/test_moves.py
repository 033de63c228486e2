"""Pixels that are moved in whole networks: the machine's where they keep their channels, else the host's."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.compiler.compile_command import program_files
from lowtide.compiler.cycles import list_cycles
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.running import Golden, Rtl
from lowtide.compiler.programs.samples import Levels
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.hw.config.machines import find_machine, flexible_machine

from compiled_networks import check_compiled


def moving(rng, op):
    """A layer, a step that moves its pixels at random, and another layer."""
    rows, columns, channels, inner, last = (int(each) for each in rng.integers(2, 9, 5))
    columns += columns % 2
    attributes = {
        "transpose": {"order": (0, 2, 1, 3)},
        "reshape": {"shape": (rows * columns, 1, inner)},
        "slice": {
            "start": [int(rng.integers(rows)), 0, 0],
            "stop": [rows, columns, inner],
            "step": [1, int(rng.integers(1, 3)), 1],
        },
    }[op]
    nodes = (
        Node(name="a", op="linear", inputs=("input",), weight=rng.normal(size=(channels, inner))),
        Node(name="moved", op=op, inputs=("a",), attributes=attributes),
        Node(name="b", op="linear", inputs=("moved",), weight=rng.normal(size=(inner, last))),
        Node(name="end", op="tanh", inputs=("b",)),
    )
    return Graph(nodes, (rows, columns, channels))


@pytest.mark.parametrize("op", ["transpose", "reshape", "slice"])
@pytest.mark.parametrize("seed", range(5))
def test_pixels_that_keep_their_channels_are_the_machines(op, seed):
    rng = np.random.default_rng([seed, len(op)])
    graph = moving(rng, op)
    x = rng.normal(size=(2, *graph.shape))
    network = quantise_graph(graph, x, Plan(output="quantised"))
    config = replace(flexible_machine("parallel"), weight_bytes=1 << 16)
    for features in (1 << 14, 1 << 12):
        compiled = compile_network(network, replace(config, feature_bytes=features))
        assert not compiled.host
        check_compiled(network, compiled, x)
    tiny = compile_network(network, find_machine("tiny"), host=True)  # without what copies
    assert [[step.op for step in turn] for turn in tiny.host][0] == [op]
    check_compiled(network, tiny, x)


@pytest.mark.parametrize("op", ["transpose", "slice"])
def test_pixels_are_moved_on_the_rtl(op):
    rng = np.random.default_rng([3, len(op)])
    graph, config = moving(rng, op), flexible_machine("parallel")
    x = rng.normal(size=(1, *graph.shape))
    network = quantise_graph(graph, x, Plan(output="quantised"))
    files = program_files(network, compile_network(network, config), "moves", Levels())
    rtl, golden = Rtl(files, quick=True), Golden(files)
    codes = network.quantised_input(x).codes.reshape(files.source.tensor.shape)
    found, counted = rtl.run(codes)
    assert np.array_equal(found, golden.run(codes)[0]) and np.array_equal(rtl.model.memory, golden.memory)
    assert counted.cycles == list_cycles(files.records(), config, profiled=True).cycles


def test_a_sequence_is_averaged_as_a_picture_of_one_column():
    """A reshape in front of pooling, as the import of a mean over the sequence has it."""
    rng = np.random.default_rng(1)
    nodes = (
        Node(name="a", op="linear", inputs=("input",), weight=rng.normal(size=(5, 12))),
        Node(name="picture", op="reshape", inputs=("a",), attributes={"shape": (7, 1, 12)}),
        Node(name="mean", op="global_average_pool", inputs=("picture",)),
        Node(name="b", op="linear", inputs=("mean",), weight=rng.normal(size=(12, 3))),
    )
    x = rng.normal(size=(2, 7, 5))
    network = quantise_graph(Graph(nodes, (7, 5)), x, Plan(output="quantised"))
    compiled = compile_network(network, flexible_machine("parallel"))
    assert not compiled.host
    check_compiled(network, compiled, x)


def test_channels_that_are_taken_apart_are_the_hosts():
    rng = np.random.default_rng(1)
    nodes = (
        Node(name="a", op="linear", inputs=("input",), weight=rng.normal(size=(5, 6))),
        Node(name="t", op="transpose", inputs=("a",), attributes={"order": (0, 2, 1)}),
        Node(name="b", op="tanh", inputs=("t",)),
    )
    x = rng.normal(size=(2, 4, 5))
    network = quantise_graph(Graph(nodes, (4, 5)), x, Plan(output="quantised"))
    line = "^layer t: transpose t takes channels of pixels apart, allowed are steps that keep all 6 together; --host"
    with pytest.raises(ValueError, match=line):
        compile_network(network, flexible_machine("parallel"))
    check_compiled(network, compile_network(network, flexible_machine("parallel"), host=True), x)
