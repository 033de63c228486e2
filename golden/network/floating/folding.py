"""Batch norm folded into the layer before it.

``(x W + b) f + o = x (W f) + (b f + o)``: factors go to the output channels of the weights, offsets to the bias. A
batch norm that follows anything else, or a layer whose output is also used elsewhere, stays where it is: it scales and
shifts channels and is a layer of its own. Folding into the layer *after* a batch norm would not be exact, since padding
pixels are zero after the batch norm, not before.

Source: Jacob et al., arXiv 1712.05877, section 3.2; Krishnamoorthi, arXiv 1806.08342.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

import numpy as np

from .graph import Graph, Node

__all__ = ["fold_batch_norm"]


def fold_batch_norm(graph: Graph, kept: Container[str] = ()) -> Graph:
    """A new `Graph` with the same output, batch norms folded where they can be. A layer that takes one in takes its
    name as well, so that the tensors keep their names and values; those that are ``kept``, by name, stay."""
    uses = graph.uses()
    folded: list[Node] = []
    position: dict[str, int] = {}
    for node in graph.nodes:
        before = position.get(node.inputs[0])
        if node.op == "batch_norm" and before is not None and uses[node.inputs[0]] == 1 and node.inputs[0] not in kept:
            layer = folded[before]
            if layer.op in ("linear", "conv"):
                folded[before] = _scaled(layer, node)
                position[node.name] = before
                continue
        position[node.name] = len(folded)
        folded.append(node)
    return Graph(tuple(folded), graph.shape, graph.input)


def _scaled(layer: Node, norm: Node) -> Node:
    bias = np.zeros(layer.kernel.shape[-1]) if layer.bias is None else layer.bias
    offset = 0 if norm.bias is None else norm.bias
    return replace(layer, name=norm.name, weight=layer.kernel * norm.kernel, bias=bias * norm.kernel + offset)
