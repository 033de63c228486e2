"""A random network of EfficientNet-Lite0's shape, and small networks with every layer."""

import numpy as np
import pytest

from golden.network import Graph, Node

BLOCKS = (  # expansion, channels, repeats, stride, kernel
    (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)


class Builder:
    """Nodes with random weights, each layer after the one before unless told otherwise."""

    def __init__(self, seed):
        self.rng, self.nodes, self.channels, self.last = np.random.default_rng(seed), [], 3, "input"

    def node(self, op, inputs=None, **fields):
        name = f"{op}{len(self.nodes)}"
        self.nodes.append(Node(name=name, op=op, inputs=inputs or (self.last,), **fields))
        self.last = name
        return name

    def conv(self, outputs, size, stride=1, groups=1, activation="relu6", norm=False):
        deep = self.channels // groups
        weight = self.rng.normal(size=(size, size, deep, outputs)) * (2 / (size * size * deep)) ** 0.5
        before, after = (size - stride) // 2, size - stride - (size - stride) // 2
        padding = (before, before, after, after) if size > 1 else (0, 0, 0, 0)
        self.node("conv", weight=weight, bias=None if norm else self.rng.normal(size=outputs) * 0.1, attributes={
            "stride": (stride, stride), "padding": padding, "dilation": (1, 1), "groups": groups})
        self.channels = outputs
        if norm:
            offset = self.rng.normal(size=outputs) * 0.1
            self.node("batch_norm", weight=self.rng.uniform(0.5, 1.5, outputs), bias=offset)
        if activation:
            self.node(activation)

    def linear(self, inputs, outputs):
        weight = self.rng.normal(size=(inputs, outputs)) * inputs**-0.5
        self.node("linear", weight=weight, bias=self.rng.normal(size=outputs))


def make_efficientnet(size=224, blocks=BLOCKS, head=1280, classes=1000, norm=False):
    net = Builder(0)
    net.conv(32, 3, 2, norm=norm)
    for expansion, channels, repeats, stride, kernel in blocks:
        for repeat in range(repeats):
            entry, inputs = net.last, net.channels
            if expansion > 1:
                net.conv(inputs * expansion, 1, norm=norm)
            net.conv(net.channels, kernel, stride if repeat == 0 else 1, groups=net.channels, norm=norm)
            net.conv(channels, 1, activation=None, norm=norm)
            if inputs == channels and (stride == 1 or repeat):
                net.node("add", (net.last, entry))
    net.conv(head, 1, norm=norm)
    net.node("global_average_pool")
    net.linear(head, classes)
    return Graph(tuple(net.nodes), (size, size, 3))


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
    return Graph((
        make_node("conv", weight=random(3, 3, 2, 4), bias=random(4), **conv, name="stem"),
        make_node("batch_norm", "stem", name="norm", weight=random(4) + 1, bias=random(4)),
        make_node("relu6", "norm", name="a"),
        make_node("conv", "a", name="deep", weight=random(3, 3, 1, 4), bias=random(4), padding=(1, 1, 1, 1), groups=4),
        make_node("batch_norm", "a", name="alone", weight=random(4), bias=random(4)),
        make_node("add", "deep", "alone", "a", name="sum"),
        make_node("conv", "sum", name="grouped", weight=random(2, 2, 2, 6), bias=random(6), groups=2, stride=(2, 1)),
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
    ), (4, 3, 2))
