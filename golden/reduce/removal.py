"""Channels taken out of a network, consistently: from the layer that makes them to the layers that read them.

Channels that must stay or go together are a group: those of a layer, those that an ``add`` sums up, those that pass
through a depthwise convolution, a batch norm, an activation function or a pool. Every tensor's last axis is a row of
groups (a ``concat`` puts them side by side, ``flatten`` repeats them for every pixel). What the network without a
channel computes is what it computed with the channel's weights in the layers that read it set to zero.

A group cannot lose channels if it reaches the input or the output of the network, a softmax, a convolution in groups
that is not depthwise, or an ``add`` of rows that do not match.

Source: Li et al., arXiv 1608.08710, section 3; Liu et al., *Learning Efficient Convolutional Networks*, arXiv
1708.06519.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import integer_array
from ..network.floating.convolution import Geometry
from ..network.floating.graph import Graph, Node
from ..network.floating.operations import is_depthwise
from .counts import tensor_shapes

__all__ = ["ChannelGroup", "ChannelGroups", "channel_groups", "remove_channels"]


Row = tuple[int, ...]  #: indices of groups, of the last axis of a tensor


@dataclass(frozen=True, kw_only=True)
class ChannelGroup:
    """Channels that stay or go together.

    Parameters
    ----------
    makers : tuple of str
        Names of the conv and linear nodes whose outputs the channels are.
    channels : int
        How many.
    obstacle : str or None
        The name of the node or tensor that keeps them, None if they can be removed.
    """

    makers: tuple[str, ...]
    channels: int
    obstacle: str | None


@dataclass(frozen=True, kw_only=True)
class ChannelGroups:
    """All channels of a network.

    Parameters
    ----------
    groups : tuple of ChannelGroup
        In order.
    rows : dict of str to tuple of int
        Of every tensor by name, the indices of the groups on its last axis.
    """

    groups: tuple[ChannelGroup, ...]
    rows: dict[str, Row]

    def of_maker(self, name: str) -> ChannelGroup | None:
        """The `ChannelGroup` that the node of that name makes, None if it makes none of its own."""
        return next((group for group in self.groups if name in group.makers), None)


def channel_groups(graph: Graph) -> ChannelGroups:
    """The `ChannelGroups` of a `lowtide.golden.network.floating.graph.Graph`. ValueError for layers that do not fit."""
    return _Walk(graph).groups()


def remove_channels(graph: Graph, kept: Mapping[str, ArrayLike]) -> Graph:
    """A smaller network.

    Parameters
    ----------
    graph : Graph
    kept : mapping of str to array_like of int
        Name of a linear or conv node to the output channels that stay, at least one; one layer of a group speaks for
        all.

    Raises
    ------
    ValueError
        For indices that do not exist or contradict each other, for layers that make no channels of their own, and for a
        group that cannot lose channels, with the node that keeps it.
    """
    groups = channel_groups(graph)
    stays = [np.ones(group.channels, bool) for group in groups.groups]
    stated: dict[int, str] = {}
    for name, indices in kept.items():
        group = groups.of_maker(name)
        if group is None:
            makers = ", ".join(maker for each in groups.groups for maker in each.makers)
            raise ValueError(f"layer is {name!r}, allowed are {makers}")
        mask = _mask(name, indices, group.channels)
        if not mask.all() and group.obstacle is not None:
            raise ValueError(f"channels of {name} are bound by {group.obstacle}, allowed are layers that nothing binds")
        number = groups.groups.index(group)
        if number in stated and not np.array_equal(mask, stays[number]):
            raise ValueError(f"channels of {name} are not those of {stated[number]}, allowed are the same for both")
        stays[number], stated[number] = mask, name

    def staying(tensor: str) -> NDArray[np.bool_]:
        return np.concatenate([stays[group] for group in groups.rows[tensor]])

    nodes = tuple(_reduced(node, staying(node.inputs[0]), staying(node.name)) for node in graph.nodes)
    return Graph(nodes, graph.shape, graph.input)


def _mask(name: str, indices: ArrayLike, channels: int) -> NDArray[np.bool_]:
    found = integer_array(f"kept[{name!r}]", indices)
    unique = np.unique(found)
    if found.ndim != 1 or not found.size or unique.size < found.size or unique[0] < 0 or unique[-1] >= channels:
        raise ValueError(f"kept[{name!r}] is {found.tolist()}, allowed are different integers 0..{channels - 1}")
    mask = np.zeros(channels, bool)
    mask[found] = True
    return mask


def _reduced(node: Node, inputs: NDArray[np.bool_], outputs: NDArray[np.bool_]) -> Node:
    """The node with the channels that the masks of its first input's and its own last axis leave."""
    if node.weight is None:
        return node
    weight, attributes = node.weight[..., outputs], node.attributes
    if node.op == "conv" and _deep(node) == "depthwise":
        attributes = {**attributes, "groups": int(outputs.sum())}
    elif node.op == "linear" or _deep(node) == "dense":
        weight = weight[..., inputs, :]
    bias = None if node.bias is None else node.bias[outputs]
    return replace(node, weight=weight, bias=bias, attributes=attributes)


def _deep(node: Node) -> str | None:
    """Of a conv "dense", "depthwise" or "grouped", of others None."""
    if node.op != "conv":
        return None
    groups = Geometry.of(node).groups
    channels = node.kernel.shape[2] * groups
    if groups == 1:
        return "dense"
    return "depthwise" if is_depthwise(Geometry.of(node), channels, node.kernel.shape[-1]) else "grouped"


class _Walk:
    """Rows of groups through the network; groups that an add joins point to the earlier one."""

    def __init__(self, graph: Graph) -> None:
        self.parents: list[int] = []
        self.sizes: list[int] = []
        self.makers: list[list[str]] = []
        self.obstacles: list[str | None] = []
        self.shapes = tensor_shapes(graph)
        self.rows = {graph.input: self._new(self.shapes[graph.input][-1], obstacle=graph.input)}
        for node in graph.nodes:
            self.rows[node.name] = self._row(node, [self.rows[name] for name in node.inputs])
        self._bind(self.rows[graph.output], graph.output)

    def groups(self) -> ChannelGroups:
        roots = [number for number, parent in enumerate(self.parents) if number == parent]
        groups = tuple(
            ChannelGroup(makers=tuple(self.makers[root]), channels=self.sizes[root], obstacle=self.obstacles[root])
            for root in roots
        )
        rows = {name: tuple(roots.index(self._root(number)) for number in row) for name, row in self.rows.items()}
        return ChannelGroups(groups=groups, rows=rows)

    def _row(self, node: Node, rows: Sequence[Row]) -> Row:
        if node.op == "linear" or _deep(node) == "dense":
            return self._new(node.kernel.shape[-1], maker=node.name)
        if _deep(node) == "grouped":
            self._bind(rows[0], node.name)
            return self._new(node.kernel.shape[-1], maker=node.name, obstacle=node.name)
        if node.op == "concat":
            return tuple(number for row in rows for number in row)
        if node.op == "flatten":
            return rows[0] * math.prod(self.shapes[node.inputs[0]][:-1])
        if node.op == "softmax":
            self._bind(rows[0], node.name)
        if node.op == "add":
            for row in rows[1:]:
                self._join(rows[0], row, node.name)
        return rows[0]

    def _new(self, size: int, maker: str | None = None, obstacle: str | None = None) -> Row:
        self.parents.append(len(self.parents))
        self.sizes.append(size)
        self.makers.append([] if maker is None else [maker])
        self.obstacles.append(obstacle)
        return (self.parents[-1],)

    def _root(self, number: int) -> int:
        while self.parents[number] != number:
            number = self.parents[number]
        return number

    def _bind(self, row: Row, name: str) -> None:
        for number in map(self._root, row):
            self.obstacles[number] = self.obstacles[number] or name

    def _join(self, row: Row, other: Row, name: str) -> None:
        if [self.sizes[number] for number in row] != [self.sizes[number] for number in other]:
            self._bind(row + other, name)
            return
        for one, two in zip(row, other, strict=True):
            first, second = sorted((self._root(one), self._root(two)))
            if first != second:
                self.parents[second] = first
                self.makers[first] += self.makers[second]
                self.obstacles[first] = self.obstacles[first] or self.obstacles[second]
