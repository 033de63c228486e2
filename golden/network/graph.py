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
relu relu6             x
sigmoid tanh softmax   x; softmax over the last axis
max_pool average_pool  x; size (y, x), stride (y, x), padding (top, left, bottom, right); averages divide by what lies
                       inside the picture
global_average_pool    x; [batch, height, width, channels] to [batch, channels]
add                    two or more of the same shape
concat                 two or more, along the last axis
flatten                x; to [batch, values], in the order height, width, channels
=====================  =========================================================================================
"""

from dataclasses import dataclass, field

import numpy as np

from ..quantise import finite_array
from .operations import OPERATIONS, evaluate

__all__ = ["Graph", "Node", "walk"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Node:
    """One layer. name: of the layer and of the tensor that it makes. inputs: names of tensors. weight, bias: float64
    arrays, None where the op has none."""

    name: str
    op: str
    inputs: tuple
    attributes: dict = field(default_factory=dict)
    weight: np.ndarray | None = None
    bias: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes in an order in which they can be computed; the last one makes the output.

    input: the name of the tensor that comes from outside. shape: of one sample, without batch. ValueError for an op
    that does not exist, names that are not unique and inputs that nothing before has made.
    """

    nodes: tuple
    shape: tuple
    input: str = "input"

    def __post_init__(self):
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
    def output(self):
        """The name of the tensor that the last node makes."""
        return self.nodes[-1].name

    def node(self, name):
        """The node of that name; ValueError that lists the names if there is none."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise ValueError(f"node is {name!r}, allowed are {', '.join(node.name for node in self.nodes)}")

    def uses(self):
        """How many inputs of nodes each tensor is, by name; the output counts as one more."""
        return _uses(self.nodes, self.input)

    def run(self, x, record=None):
        """The output tensor of ``x [batch, *shape]``, in floating point.

        x: real numbers; float32 stays float32 and is faster, everything else is computed in float64. record: called as
        ``record(name, tensor)`` for the input and every tensor as it is made (a dictionary's ``__setitem__`` will do);
        tensors that nothing needs any more are let go. ValueError for NaN, infinities and shapes that do not fit.
        """
        return walk(self.nodes, self.input, self.checked(x), evaluate, record)

    def checked(self, x):
        """``x`` as a float32 or float64 array ``[batch, *shape]``, ValueError if it is none or not finite."""
        x = np.asarray(x)
        if x.ndim == 0 or x.shape[1:] != tuple(self.shape) or x.shape[0] == 0:
            allowed = ", ".join(map(str, self.shape))
            raise ValueError(f"x has shape {x.shape}, allowed is [batch, {allowed}] with a batch >= 1")
        finite = finite_array("x", x)
        return x if x.dtype == np.float32 else finite


def walk(nodes, name, x, compute, record=None):
    """Compute nodes in order: ``compute(node, inputs)`` makes a tensor of the input tensors, x, called ``name``, is the
    first one. Nodes have a name and inputs. Returns the last tensor; ``record`` as in `Graph.run`."""
    uses, tensors = _uses(nodes, name), {name: x}
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


def _uses(nodes, name):
    uses = {name: 0} | {node.name: 0 for node in nodes}
    for each in (each for node in nodes for each in node.inputs):
        uses[each] += 1
    uses[nodes[-1].name] += 1
    return uses
