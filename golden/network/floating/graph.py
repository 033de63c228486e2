"""A network as a graph of layers: what importers make, evaluations run and quantisers change.

Tensors carry the batch first and channels last: images are [batch, height, width, channels], vectors [batch, values],
sequences [batch, time, values]. Weights have the reduction axes first and the output channel last, so that flattening
all axes but the last gives the W[K, N] of the array:

=====================  =========================================================================================
op                     inputs, weight, attributes
=====================  =========================================================================================
linear                 x; weight [inputs, outputs], bias [outputs]
conv                   x; weight [height, width, channels / groups, outputs], bias [outputs]; stride (y, x),
                       padding (top, left, bottom, right), dilation (y, x), groups
batch_norm             x; weight [channels] (factor), bias [channels] (offset): what inference computes
layer_norm             x; weight [channels] (factor), bias [channels] (offset), over the last axis; epsilon
relu relu6             x
clip                   x; low, high (infinite ones leave that side open)
softmax                x, over the last axis
max_pool average_pool  x; size (y, x), stride (y, x), padding (top, left, bottom, right); averages divide by what lies
                       inside the picture
global_average_pool    x; [batch, height, width, channels] to [batch, channels]
add                    two or more of the same shape
mul                    two of the same shape, or a picture and a value for each channel [batch, channels]
matmul                 two, [batch, ..., M, K] and [batch, ..., K, N]
concat                 two or more, along the last axis
largest                x, over the last axis; k: the k largest values
largest_places         the same: their places, whole numbers
=====================  =========================================================================================

Functions of one value, sigmoid and tanh among them, are in `lowtide.golden.network.floating.functions`, ops that move
values in `lowtide.golden.network.floating.moving`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...quantise import finite_array
from .operations import OPERATIONS, evaluate

__all__ = ["Graph", "Node", "walk"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Node:
    """One layer.

    Parameters
    ----------
    name : str
        Of the layer and of the tensor that it makes.
    op : str
        See the module.
    inputs : tuple of str
        Names of tensors.
    attributes : dict
        See the module.
    weight, bias : ndarray of float64, or None
        None where the op has none.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    weight: NDArray[np.float64] | None = None
    bias: NDArray[np.float64] | None = None

    @property
    def kernel(self) -> NDArray[np.float64]:
        """The weight of an op that has one."""
        assert self.weight is not None, f"node {self.name} of op {self.op} has no weight"
        return self.weight


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes in an order in which they can be computed; the last one makes the output.

    Parameters
    ----------
    nodes : tuple of Node
    shape : tuple of int
        Of one sample of the input, without batch.
    input : str
        The name of the tensor that comes from outside.

    Raises
    ------
    ValueError
        For an op that does not exist, names that are not unique and inputs that nothing before has made.
    """

    nodes: tuple[Node, ...]
    shape: tuple[int, ...]
    input: str = "input"

    def __post_init__(self) -> None:
        if not self.nodes:
            raise ValueError("nodes is empty, allowed is at least one node")
        made = {self.input}
        for node in self.nodes:
            if node.op not in OPERATIONS:
                raise ValueError(f"op of node {node.name} is {node.op!r}, allowed are {', '.join(OPERATIONS)}")
            if node.name in made:
                raise ValueError(f"name of a node is {node.name!r} twice, allowed are names of one tensor")
            unknown = [name for name in node.inputs if name not in made]
            if unknown or not node.inputs:
                raise ValueError(f"inputs of node {node.name} are {node.inputs}, allowed are tensors made before it")
            made.add(node.name)

    @property
    def output(self) -> str:
        """The name of the tensor that the last node makes."""
        return self.nodes[-1].name

    def node(self, name: str) -> Node:
        """The node of that name; ValueError that lists the names if there is none."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise ValueError(f"node is {name!r}, allowed are {', '.join(node.name for node in self.nodes)}")

    def uses(self) -> dict[str, int]:
        """How many inputs of nodes each tensor is, by name; the output counts as one more."""
        return _uses(self.nodes, self.input)

    def run(
        self, x: ArrayLike, record: Callable[[str, NDArray[np.floating]], object] | None = None
    ) -> NDArray[np.floating]:
        """The output tensor, in floating point.

        Parameters
        ----------
        x : array_like of real numbers [batch, *shape]
            float32 stays float32 and is faster, everything else is computed in float64.
        record : callable, optional
            Called as ``record(name, tensor)`` for the input and every tensor as it is made (a dictionary's
            ``__setitem__`` will do); tensors that nothing needs any more are let go.

        Returns
        -------
        ndarray of float32 or float64 [batch, ...]

        Raises
        ------
        ValueError
            For NaN, infinities and shapes that do not fit.
        """
        return walk(self.nodes, self.input, self.checked(x), evaluate, record)

    def checked(self, x: ArrayLike) -> NDArray[np.floating]:
        """``x`` as a float32 or float64 array ``[batch, *shape]``, ValueError if it is none or not finite."""
        array = np.asarray(x)
        if array.ndim == 0 or array.shape[1:] != tuple(self.shape) or array.shape[0] == 0:
            allowed = ", ".join(map(str, self.shape))
            raise ValueError(f"x has shape {array.shape}, allowed is [batch, {allowed}] with a batch >= 1")
        finite = finite_array("x", array)
        return array if array.dtype == np.float32 else finite


class Computable(Protocol):
    """A node or step: it makes a tensor of its name out of the tensors that its inputs name."""

    @property
    def name(self) -> str:
        """Of the tensor that it makes."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of tensors."""


Computed = TypeVar("Computed", bound=Computable)
Tensor = TypeVar("Tensor")


def walk(
    nodes: Sequence[Computed],
    name: str,
    x: Tensor,
    compute: Callable[[Computed, list[Tensor]], Tensor],
    record: Callable[[str, Tensor], object] | None = None,
) -> Tensor:
    """Compute nodes in order.

    Parameters
    ----------
    nodes : sequence of nodes or steps
        With a name and inputs.
    name : str
        Of the first tensor.
    x : tensor
        The first one.
    compute : callable
        ``compute(node, inputs)`` makes a tensor of the input tensors.
    record : callable, optional
        As in `Graph.run`.

    Returns
    -------
    tensor
        The last one.
    """
    uses, tensors = _uses(nodes, name), {name: x}
    tensor = x
    if record:
        record(name, x)
    for node in nodes:
        tensor = tensors[node.name] = compute(node, [tensors[each] for each in node.inputs])
        if record:
            record(node.name, tensor)
        for each in node.inputs:
            uses[each] -= 1
            if not uses[each]:
                del tensors[each]
    return tensor


def _uses(nodes: Sequence[Computable], name: str) -> dict[str, int]:
    """How many inputs of nodes each tensor is, by name; the output counts as one more."""
    uses = {name: 0} | {node.name: 0 for node in nodes}
    for each in (each for node in nodes for each in node.inputs):
        uses[each] += 1
    uses[nodes[-1].name] += 1
    return uses
