"""A network of EfficientNet-Lite0's shape with random weights: needs no data, and takes as long as the trained one.

Source: Tan and Le, EfficientNet, arXiv 1905.11946, in the Lite variant of the TensorFlow repository.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lowtide.golden.network import Graph, Node

__all__ = ["make_efficientnet"]

Block = tuple[int, int, int, int, int]
BLOCKS: tuple[Block, ...] = (  # expansion, channels, repeats, stride, kernel
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)


class Builder:
    """Nodes with random weights, each layer after the one before unless told otherwise."""

    def __init__(self, seed: int) -> None:
        self.rng, self.channels, self.last = np.random.default_rng(seed), 3, "input"
        self.nodes: list[Node] = []

    def node(self, op: str, inputs: tuple[str, ...] | None = None, **fields: Any) -> str:
        """Add a node; returns its name."""
        name = f"{op}{len(self.nodes)}"
        self.nodes.append(Node(name=name, op=op, inputs=inputs or (self.last,), **fields))
        self.last = name
        return name

    def conv(
        self,
        outputs: int,
        size: int,
        stride: int = 1,
        groups: int = 1,
        activation: str | None = "relu6",
        norm: bool = False,
    ) -> None:
        """Add a convolution with ``outputs`` channels and a kernel of ``size``, and what follows it."""
        deep = self.channels // groups
        weight = self.rng.normal(size=(size, size, deep, outputs)) * (2 / (size * size * deep)) ** 0.5
        before, after = (size - stride) // 2, size - stride - (size - stride) // 2
        padding = (before, before, after, after) if size > 1 else (0, 0, 0, 0)
        self.node(
            "conv",
            weight=weight,
            bias=None if norm else self.rng.normal(size=outputs) * 0.1,
            attributes={"stride": (stride, stride), "padding": padding, "dilation": (1, 1), "groups": groups},
        )
        self.channels = outputs
        if norm:
            offset = self.rng.normal(size=outputs) * 0.1
            self.node("batch_norm", weight=self.rng.uniform(0.5, 1.5, outputs), bias=offset)
        if activation:
            self.node(activation)

    def linear(self, inputs: int, outputs: int) -> None:
        """Add a layer in which every output sees every input."""
        weight = self.rng.normal(size=(inputs, outputs)) * inputs**-0.5
        self.node("linear", weight=weight, bias=self.rng.normal(size=outputs))


def make_efficientnet(
    size: int = 224, blocks: Sequence[Block] = BLOCKS, head: int = 1280, classes: int = 1000, norm: bool = False
) -> Graph:
    """A graph from pictures [batch, size, size, 3] to scores of ``classes`` classes.

    Parameters
    ----------
    size : int
        Rows and columns of a picture.
    blocks : sequence of tuples
        Expansion, channels, repeats, stride, kernel.
    head, classes : int
        Channels before the last layer, and its outputs.
    norm : bool
        Whether every convolution has a batch norm of its own.
    """
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
