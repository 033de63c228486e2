"""Numbers that a tensor is multiplied with, taken into the layer that it was made of.

Attention divides its scores by a number, or both of what they are products of. Such a batch norm, of one factor and no
offset, goes to the weights and the bias of the layer before it, through what only moves values and through matrix
products: ``(P X W) f = P X (W f)``. The tensors between are then ``f`` times what they were. Where anything else reads
one of them the batch norm stays.

Source: Vaswani et al., "Attention is all you need", NIPS 2017, section 3.2.1.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .graph import Graph, Node
from .moving import MOVING

__all__ = ["fold_scales"]


def fold_scales(graph: Graph) -> Graph:
    """A new `Graph` with the same output, without batch norms of one factor that a layer can take in. What was in front
    of one gets its name."""
    for norm in graph.nodes:
        factor = _factor(norm)
        chain = [] if factor is None else _chain(graph, norm.inputs[0])
        if factor is None or not chain:
            continue
        changed = []
        for node in graph.nodes:
            if node.name == chain[-1]:
                bias = None if node.bias is None else node.bias * factor
                node = replace(node, weight=node.kernel * factor, bias=bias)
            if node.name == chain[0]:
                node = replace(node, name=norm.name)
            elif node.name == norm.name:
                continue
            changed.append(node)
        graph = Graph(tuple(changed), graph.shape, graph.input)
    return graph


def _factor(node: Node) -> float | None:
    """The one factor of a batch norm without offset, None of another node."""
    if node.op != "batch_norm" or (node.bias is not None and np.any(node.bias)):
        return None
    factors = np.unique(node.kernel)
    return float(factors[0]) if factors.size == 1 else None


def _chain(graph: Graph, name: str) -> list[str]:
    """The tensors from ``name`` back to that of a layer with weights, all of them read once; empty where there is none
    such."""
    nodes, uses = {node.name: node for node in graph.nodes}, graph.uses()
    if name not in nodes or uses[name] != 1:
        return []
    node = nodes[name]
    if node.op in ("linear", "conv"):
        return [name]
    if node.op != "matmul" and node.op not in MOVING:
        return []
    chains = (_chain(graph, each) for each in node.inputs)
    before = next((chain for chain in chains if chain), [])
    return [name, *before] if before else []
