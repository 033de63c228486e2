"""Convolutions and pooling of an imported model compute what the oracle computes, with every padding."""

import numpy as np
import pytest

from onnx_models import PICTURE, check, draws, model, reference, runtime

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
