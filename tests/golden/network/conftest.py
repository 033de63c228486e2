"""A random network of EfficientNet-Lite0's shape, and small networks with every layer."""

import numpy as np
import pytest

from lowtide.bench.efficientnet_shape import make_efficientnet
from lowtide.golden.network import Graph, Node


@pytest.fixture(scope="session")
def efficientnet():
    return make_efficientnet


def make_node(op, *inputs, name=None, weight=None, bias=None, **attributes):
    return Node(name=name or op, op=op, inputs=inputs or ("input",), attributes=attributes, weight=weight, bias=bias)


@pytest.fixture
def node():
    """``node(op, *inputs, name, weight, bias, **attributes)``."""
    return make_node


@pytest.fixture
def everything():
    """A small network with every op, branches, padding, groups and a batch norm that cannot be folded."""
    rng = np.random.default_rng(0)
    random = lambda *shape: rng.normal(size=shape) * 0.4  # noqa: E731
    conv = dict(stride=(1, 1), padding=(1, 0, 1, 2), dilation=(1, 1))
    return Graph(
        (
            make_node("conv", weight=random(3, 3, 2, 4), bias=random(4), **conv, name="stem"),
            make_node("batch_norm", "stem", name="norm", weight=random(4) + 1, bias=random(4)),
            make_node("relu6", "norm", name="a"),
            make_node(
                "conv", "a", name="deep", weight=random(3, 3, 1, 4), bias=random(4), padding=(1, 1, 1, 1), groups=4
            ),
            make_node("batch_norm", "a", name="alone", weight=random(4), bias=random(4)),
            make_node("add", "deep", "alone", "a", name="sum"),
            make_node(
                "conv", "sum", name="grouped", weight=random(2, 2, 2, 6), bias=random(6), groups=2, stride=(2, 1)
            ),
            make_node("max_pool", "grouped", name="m", size=(2, 2), stride=(1, 1), padding=(1, 0, 0, 1)),
            make_node("average_pool", "grouped", name="v", size=(2, 2), stride=(1, 1), padding=(1, 0, 0, 1)),
            make_node("concat", "m", "v", name="wide"),
            make_node("relu", "wide", name="r1"),
            make_node("sigmoid", "wide", name="s"),
            make_node("concat", "r1", "s", name="wider"),
            make_node("tanh", "wider", name="t"),
            make_node("global_average_pool", "t", name="mean"),
            make_node("flatten", "m", name="flat"),
            make_node("concat", "mean", "flat", name="features"),
            make_node("linear", "features", name="scores", weight=random(48, 5), bias=random(5)),
            make_node("softmax", "scores", name="out"),
        ),
        (4, 3, 2),
    )
