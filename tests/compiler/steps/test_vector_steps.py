"""Functions of one value, products and parts of tensors on golden's machine: the integer network's codes."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.compiler.programs.compiled import compile_network
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.network.floating.functions import FUNCTIONS
from lowtide.golden.number_formats import FixedPoint
from lowtide.hw.config.machines import flexible_machine

from compiled_networks import check_compiled

FORMULA = ("mul", ("x",), ("hard_sigmoid", {"alpha": 0.2, "beta": 0.5}, ("x",)))
ATTRIBUTES = {"alpha": 0.3, "beta": 0.4, "formula": FORMULA}
FORMATS = (FixedPoint(8), FixedPoint(8, signed=False, symmetric=False), FixedPoint(8, symmetric=False), FixedPoint(6))


def convolved(name, source, channels, rng):
    weight, bias = rng.normal(size=(1, 1, *channels)), rng.normal(size=channels[1])
    return Node(name=name, op="conv", inputs=(source,), weight=weight, bias=bias)


def compiled_codes_are_those_of_the_network(nodes, shape, format, rng):
    x = rng.normal(size=(2, *shape))
    network = quantise_graph(Graph(tuple(nodes), shape), x, Plan(output="quantised", activations=format))
    for features in (1 << 16, 1 << 12):  # whole tensors, and stripes of them
        config = replace(flexible_machine("parallel"), feature_bytes=features, weight_bytes=1 << 16, taps=256)
        check_compiled(network, compile_network(network, config), x)


@pytest.mark.parametrize("op", FUNCTIONS)
def test_functions_are_tables(op):
    rng = np.random.default_rng(1)
    for format in FORMATS[: 2 + 2 * (op == "formula")]:
        attributes = {name: ATTRIBUTES[name] for name in FUNCTIONS[op].attributes}
        function = Node(name="f", op=op, inputs=("c",), attributes=attributes)
        compiled_codes_are_those_of_the_network(
            [convolved("c", "input", (3, 5), rng), function], (4, 6, 3), format, rng
        )


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
@pytest.mark.parametrize("limits", [{}, {"low": -0.5, "high": 1.5}])
def test_products_of_two_tensors(format, limits):
    rng = np.random.default_rng(2)
    for _ in range(2):
        channels = int(rng.integers(1, 20))
        nodes = [convolved("a", "input", (3, channels), rng), convolved("b", "input", (3, channels), rng)]
        nodes.append(Node(name="p", op="mul", inputs=("a", "b")))
        if limits:
            nodes.append(Node(name="q", op="clip", inputs=("p",), attributes=limits))
        nodes.append(convolved("c", nodes[-1].name, (channels, 4), rng))
        compiled_codes_are_those_of_the_network(nodes, (23, int(rng.integers(1, 19)), 3), format, rng)


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_pictures_are_padded(format):
    rng = np.random.default_rng(4)
    for _ in range(3):
        padding = tuple(int(each) for each in rng.integers(0, 4, 4))
        nodes = [convolved("c", "input", (3, int(rng.integers(1, 12))), rng)]
        nodes.append(Node(name="p", op="pad", inputs=("c",), attributes={"padding": padding}))
        pool = {"size": (2, 2), "stride": (2, 1), "padding": (0, 0, 0, 0)}
        nodes.append(Node(name="m", op="max_pool", inputs=("p",), attributes=pool))
        compiled_codes_are_those_of_the_network(nodes, (17, 12, 3), format, rng)


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_a_factor_for_each_channel_multiplies_every_pixel(format):
    rng = np.random.default_rng(3)
    for rows, columns, channels in ((4, 6, 3), (5, 1, 9), (1, 7, 8)):
        nodes = [Node(name="m", op="global_average_pool", inputs=("input",))]
        nodes.append(Node(name="p", op="mul", inputs=("input", "m")))
        compiled_codes_are_those_of_the_network(nodes, (rows, columns, channels), format, rng)


def columns(name, source, start, stop, rank=3):
    """A slice of neighbouring columns."""
    ends = {"start": [0] * rank, "stop": [99] * rank, "step": [1] * rank}
    ends["start"][-2], ends["stop"][-2] = start, stop
    return Node(name=name, op="slice", inputs=(source,), attributes=ends)


@pytest.mark.parametrize("format", (*FORMATS, FixedPoint(12)), ids=lambda format: format.name)
def test_neighbouring_columns_are_taken(format):
    """Of the input, of a layer's picture and of a sequence; where others read it too."""
    rng = np.random.default_rng(7)
    for _ in range(3):
        wide, start = int(rng.integers(2, 12)), int(rng.integers(0, 10))
        stop = int(rng.integers(start + 1, 12))
        nodes = [columns("s", "input", start - 12 if rng.integers(2) else start, stop)]
        if format.bits <= 8:
            nodes += [convolved("c", "s", (3, wide), rng), columns("t", "c", (stop - start) // 2, 99)]
            nodes += [convolved("d", "c", (wide, wide), rng), columns("u", "d", (stop - start) // 2, 99)]
            nodes += [Node(name="a", op="add", inputs=("t", "u"))]
        compiled_codes_are_those_of_the_network(nodes, (int(rng.integers(1, 19)), 12, 3), format, rng)
    compiled_codes_are_those_of_the_network([columns("s", "input", 2, 4, rank=2)], (5, 9), format, rng)


@pytest.mark.parametrize("change", [{"start": [0, 0, 1]}, {"stop": [9, 9, 2]}, {"step": [1, 1, 2]}])
def test_slices_of_channels_are_not_the_machines(change):
    rng = np.random.default_rng(9)
    node = columns("s", "input", 0, 5)
    node.attributes.update(change)
    x = rng.normal(size=(2, 4, 6, 3))
    network = quantise_graph(Graph((node,), (4, 6, 3)), x, Plan(output="quantised"))
    with pytest.raises(ValueError, match="^layer s: slice s .* allowed are .*; --host leaves"):
        compile_network(network, flexible_machine("parallel"))
    check_compiled(network, compile_network(network, flexible_machine("parallel"), host=True), x)
