"""What a network costs before and after its reduction: multiplications and weights of every layer, per sample.

``multiplications = M K N`` of a layer's Toeplitz matrix X[M, K] and weights W[K, N], all groups (padding is multiplied
like the picture), as `lowtide.golden.network.costs.bookkeeping` counts them; those of weights that are not zero are
``M count(W != 0)``. Biases are no multiplications and not counted as weights.

Source: Sze, Chen, Yang, Emer, *Efficient Processing of Deep Neural Networks*, Proc. IEEE 2017, section VII.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from ..network.floating.graph import Graph
from ..network.quantised.steps import WEIGHTED

__all__ = ["LayerCount", "count_layers", "tensor_shapes", "total_count"]


@dataclass(frozen=True, kw_only=True)
class LayerCount:
    """Counts of one layer, or of all, per sample.

    Parameters
    ----------
    name, op : str
        Of the layer.
    multiplications, weights : int
    kept_multiplications, kept_weights : int
        Of weights that are not zero.
    """

    name: str
    op: str
    multiplications: int
    kept_multiplications: int
    weights: int
    kept_weights: int

    @property
    def kept_share(self) -> float:
        """Multiplications that are left where zero weights are skipped, 0..1."""
        return self.kept_multiplications / self.multiplications if self.multiplications else 0.0


def tensor_shapes(graph: Graph) -> dict[str, tuple[int, ...]]:
    """``{tensor: shape of one sample}`` of a `lowtide.golden.network.floating.graph.Graph`, the input included."""
    shapes: dict[str, tuple[int, ...]] = {}
    graph.run(np.zeros((1, *graph.shape), np.float32), lambda name, tensor: shapes.update({name: tensor.shape[1:]}))
    return shapes


def count_layers(graph: Graph, nodes: Collection[str] | None = None) -> list[LayerCount]:
    """The counts of every linear, conv and batch_norm node, in order, or of those that ``nodes`` names."""
    shapes, counts = tensor_shapes(graph), []
    for node in graph.nodes:
        if node.op not in WEIGHTED or (nodes is not None and node.name not in nodes):
            continue
        rows, kept = math.prod(shapes[node.name][:-1]), int(np.count_nonzero(node.kernel))
        counts.append(
            LayerCount(
                name=node.name,
                op=node.op,
                multiplications=rows * node.kernel.size,
                kept_multiplications=rows * kept,
                weights=node.kernel.size,
                kept_weights=kept,
            )
        )
    return counts


def total_count(graph: Graph) -> LayerCount:
    """The sum of `count_layers` as one `LayerCount`."""
    counts = count_layers(graph)
    fields = ("multiplications", "kept_multiplications", "weights", "kept_weights")
    return LayerCount(name="total", op="", **{name: sum(getattr(count, name) for count in counts) for name in fields})
