"""The steps of a quantised network: nodes with the activation functions after them that only clip.

``relu``, ``relu6`` and ``clip`` are limits of what a requantisation lets through, 0..infinity, 0..6 and low..high: a
step computes a node and clips to its limits. They merge with a linear, conv, batch_norm, add, mul, matmul, concat or
average before them whose tensor nothing else uses; elsewhere they are steps of their own, called "clip".

Source: Jacob et al., arXiv 1712.05877, section 2.4 (fused layers).
"""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import dataclass, replace

from ..floating.graph import Graph, Node

__all__ = ["WEIGHTED", "Step", "fuse"]

WEIGHTED = ("linear", "conv", "batch_norm")
_LIMITS = {"relu": (0.0, math.inf), "relu6": (0.0, 6.0)}
_CLIPPING = (*WEIGHTED, "add", "mul", "matmul", "concat", "average_pool", "global_average_pool", "clip")


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """One step.

    Parameters
    ----------
    name : str
        Of the tensor that it makes.
    op : str
        Of the node, or "clip".
    inputs : tuple of str
        Names of tensors.
    node : Node
        The one with the weights and attributes.
    limits : (float, float)
        (low, high) that the tensor is clipped to.
    names : tuple of str
        Of all nodes that merged.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    node: Node
    limits: tuple[float, float]
    names: tuple[str, ...]


def fuse(graph: Graph, kept: Container[str] = ()) -> tuple[Step, ...]:
    """The steps of a `lowtide.golden.network.floating.graph.Graph` as a tuple, in order; tensors that are ``kept``, by
    name, stay tensors of their own."""
    steps: list[Step] = []
    uses, position = graph.uses(), dict[str, int]()
    for node in graph.nodes:
        limits = (node.attributes["low"], node.attributes["high"]) if node.op == "clip" else _LIMITS.get(node.op)
        before = steps[position[node.inputs[0]]] if limits and node.inputs[0] in position else None
        alone = uses[node.inputs[0]] == 1 and node.inputs[0] not in kept
        if limits and before is not None and before.op in _CLIPPING and alone:
            place = position[node.name] = position[node.inputs[0]]
            both = max(before.limits[0], limits[0]), min(before.limits[1], limits[1])
            steps[place] = replace(before, name=node.name, limits=both, names=(*before.names, node.name))
            continue
        position[node.name] = len(steps)
        steps.append(
            Step(
                name=node.name,
                op="clip" if limits else node.op,
                inputs=node.inputs,
                node=node,
                limits=limits or (-math.inf, math.inf),
                names=(node.name,),
            )
        )
    return tuple(steps)
