"""What an import from ONNX works with: tensors that know their ONNX axes, the node at hand, the graph so far."""

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from lowtide.golden.network.graph import Node

__all__ = ["CHANNELS_LAST", "Importer", "Step", "Tensor"]

CHANNELS_LAST = (0, 2, 3, 1)


@dataclass(frozen=True, eq=False)
class Tensor:
    """A tensor that depends on the input.

    name: in the graph. shape: in ONNX, of a batch of one. axes: the ONNX axis that each axis of the graph's tensor is;
    axes that it lacks have length one. order: the ONNX place of each value along the last axis, None if all are in
    place.
    """

    name: str
    shape: tuple
    axes: tuple
    order: np.ndarray | None = None

    @property
    def graph_shape(self):
        """The shape in the graph, of a batch of one."""
        return tuple(self.shape[axis] for axis in self.axes)


@dataclass(frozen=True, eq=False)
class Step:
    """An ONNX node. inputs: a `Tensor`, an array if it is constant, or None if it is left out."""

    op: str
    name: str
    inputs: tuple
    attributes: dict
    version: int

    def refuse(self, what, allowed):
        """Raise the ValueError of something that a graph cannot state."""
        raise ValueError(f"{what} of {self.op} {self.name}, allowed is {allowed}")

    def constant(self, index, default=None):
        """The constant input of that index as float64; ``default`` if it is left out, ValueError if not constant."""
        if index >= len(self.inputs) or self.inputs[index] is None:
            return default
        if isinstance(self.inputs[index], Tensor):
            self.refuse(f"input {index} is not constant", "a constant")
        return np.asarray(self.inputs[index], np.float64)

    def tensor(self, axes=None, ordered=False):
        """The first input, a `Tensor`. ValueError if it is constant, has other ``axes`` than these (None: any), or
        is permuted and ``ordered`` is asked for."""
        x = self.inputs[0]
        if not isinstance(x, Tensor):
            self.refuse("input 0 is a constant", "a tensor that depends on the input")
        if axes is not None and x.axes != axes:
            self.refuse(f"input has the axes {x.axes}", f"{axes}")
        if ordered and x.order is not None:
            self.refuse("input is a flattened picture", "one of another order")
        return x


@dataclass(eq=False)
class Importer:
    """The graph so far. nodes: its nodes; uses: how often each ONNX tensor is used."""

    uses: Counter
    nodes: list = field(default_factory=list)

    def emit(self, step, op, inputs, like, *, weight=None, bias=None, attributes=None, **changes):
        """Append the node ``op`` of that name; returns its `Tensor`: ``like`` with ``changes``."""
        self.nodes.append(
            Node(
                name=step.name,
                op=op,
                inputs=tuple(x.name for x in inputs),
                weight=weight,
                bias=bias,
                attributes=attributes or {},
            )
        )
        return replace(like, name=step.name, **changes)

    def add_to_bias(self, step, x, values):
        """Add ``values`` [outputs] to the bias of the linear or conv node that makes ``x``; returns the sum's `Tensor`,
        or None if another node makes it or its own output is needed too."""
        for place, node in enumerate(self.nodes):
            if node.name == x.name and node.op in ("linear", "conv") and self.uses[x.name] == 1:
                self.nodes[place] = replace(node, name=step.name, bias=node.bias + values)
                return replace(x, name=step.name)
        return None
