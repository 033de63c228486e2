"""Convolutions and pooling of an imported model compute what the oracle computes, with every padding."""

import numpy as np
import pytest

from onnx_models import PICTURE, check, draws, model, reference, refused, runtime

RNG = np.random.default_rng(5)
real = draws(RNG)


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 4)])
@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"strides": [2, 1]},
        {"pads": [1, 0, 2, 3]},
        {"dilations": [2, 1]},
        {"auto_pad": "VALID", "strides": [2, 2]},
        {"auto_pad": "SAME_UPPER"},
        {"auto_pad": "SAME_LOWER"},
        {"auto_pad": "SAME_UPPER", "strides": [2, 3]},
        {"auto_pad": "SAME_LOWER", "strides": [3, 2]},
        {"auto_pad": "NOTSET", "pads": [0, 1, 0, 1], "strides": [2, 2]},
    ],
    ids=str,
)
def test_convolutions_of_every_padding(kernel, attributes):
    weight = {"w": real(4, 3, *kernel), "b": real(4)}
    oracle = runtime if "auto_pad" in attributes and "strides" in attributes else reference
    graph = check(model([("Conv", "x w b", "y", attributes)], PICTURE, weight), oracle)
    assert [node.op for node in graph.nodes] == ["conv"]
    check(model([("Conv", "x w", "y", attributes | {"kernel_shape": kernel})], PICTURE, {"w": weight["w"]}), oracle)


@pytest.mark.parametrize("groups", [2, 4])
def test_grouped_and_depthwise_convolutions(groups):
    weight = {"w": real(8, 4 // groups, 3, 3), "b": real(8)}
    check(model([("Conv", "x w b", "y", {"group": groups, "pads": [1, 1, 1, 1]})], [1, 4, 5, 6], weight))


@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"strides": [2, 2]},
        {"pads": [1, 1, 1, 0], "strides": [1, 2]},
        {"auto_pad": "VALID"},
        {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
        {"auto_pad": "SAME_LOWER", "strides": [2, 2]},
    ],
    ids=str,
)
def test_pooling_of_every_padding(op, attributes):
    oracle = runtime if "auto_pad" in attributes and "strides" in attributes else reference
    graph = check(model([(op, "x", "y", attributes | {"kernel_shape": [3, 2]})], PICTURE), oracle)
    assert graph.nodes[0].op == {"MaxPool": "max_pool", "AveragePool": "average_pool"}[op]


@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
def test_windows_that_begin_inside_count_where_their_number_is_rounded_up(op):
    for _ in range(20):
        attributes = {
            "kernel_shape": RNG.integers(1, 4, 2).tolist(),
            "strides": RNG.integers(1, 4, 2).tolist(),
            "ceil_mode": 1,
        }
        attributes["pads"] = [int(RNG.integers(0, attributes["kernel_shape"][place % 2])) for place in range(4)]
        check(model([(op, "x", "y", attributes)], PICTURE), runtime)


def test_averages_may_count_padding():
    for _ in range(10):
        size = RNG.integers(1, 4, 2).tolist()
        pads = [int(RNG.integers(0, size[place % 2])) for place in range(4)]
        attributes = {"kernel_shape": size, "pads": pads, "count_include_pad": 1, "strides": [2, 1]}
        check(model([("AveragePool", "x", "y", attributes)], PICTURE), runtime)


def test_lines_are_pictures_of_one_column():
    nodes = [
        ("Conv", "x w b", "c", {"kernel_shape": [3], "pads": [1, 0], "strides": [2], "dilations": [2], "group": 2}),
        ("Relu", "c", "r", {}),
        ("MaxPool", "r", "m", {"kernel_shape": [2]}),
        ("AveragePool", "m", "y", {"kernel_shape": [2], "strides": [1]}),
    ]
    check(model(nodes, ["N", 4, 17], {"w": real(6, 2, 3), "b": real(6)}), runtime)


@pytest.mark.parametrize(
    ("op", "attributes", "weight", "message"),
    [
        ("Conv", {"group": 2}, (4, 3, 3, 3), r"weight \(4, 3, 3, 3\) in 2 groups on \(1, 3, 7, 6\) of Conv y"),
        ("Conv", {"group": 0}, (4, 3, 3, 3), "in 0 groups"),
        ("Conv", {"kernel_shape": [2, 2]}, (4, 3, 3, 3), r"kernel_shape \(2, 2\) of Conv y"),
        ("Conv", {"auto_pad": "LEFT"}, (4, 3, 3, 3), "auto_pad is LEFT of Conv y"),
        ("Conv", {"strides": [0, 1], "auto_pad": "SAME_UPPER"}, (4, 3, 3, 3), "Conv y: stride"),
        ("Conv", {}, (4, 3, 9, 9), "Conv y: padded picture is 7 along axis 0, allowed are 9 and more"),
        ("Conv", {}, (4, 3, 3), "weight .* of Conv y"),
        ("MaxPool", {"kernel_shape": [2, 2], "dilations": [2, 1]}, None, "dilations of MaxPool y"),
        ("MaxPool", {"kernel_shape": [2]}, None, "MaxPool y: size"),
        (
            "AveragePool",
            {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1, "count_include_pad": 1},
            None,
            "ceil_mode with count_include_pad of AveragePool y",
        ),
    ],
)
def test_other_windows_are_refused(op, attributes, weight, message):
    constants = {} if weight is None else {"w": real(*weight)}
    refused(model([(op, "x w" if constants else "x", "y", attributes)], PICTURE, constants), message)


def test_volumes_are_refused():
    made = model([("Conv", "x w", "y", {})], ["N", 2, 3, 4, 5], {"w": real(4, 2, 1, 1, 1)})
    refused(
        made, r"input has shape \(1, 2, 3, 4, 5\) of Conv y, allowed is \[batch, channels, height, width\], or three"
    )
