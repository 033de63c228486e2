"""A quantised model's graph with every rounding where a step of a quantised network has it: directly behind a layer.

Three things are the same in another order, and are put in that order here:

- a batch norm behind a layer whose sums are not rounded scales its columns and changes its bias;
- values that are moved, limited and then rounded can be limited and rounded before they are moved;
- an input that is limited and then rounded can be rounded first: rounding and limits are both monotone.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lowtide.golden.network.floating.folding import fold_batch_norm
from lowtide.golden.network.floating.graph import Graph, Node
from lowtide.golden.network.quantised.integer_steps import SAME
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser

from ..graph.grids import Columns

__all__ = ["folded", "rounded_early"]

_LIMITS = ("relu", "relu6", "clip")
_MOVED = tuple(op for op in SAME if op != "pad")  # limits may change the zeros of padding
Quantisers = dict[str, FixedPointQuantiser]


def folded(
    graph: Graph, quantisers: Mapping[str, FixedPointQuantiser], grids: Mapping[str, Columns]
) -> tuple[Graph, dict[str, Columns]]:
    """The graph with batch norms in the layers before them, and the grids of its weights.

    Parameters
    ----------
    graph : Graph
    quantisers : mapping of str to FixedPointQuantiser
        Of the tensors that are rounded: a batch norm behind one of them stays.
    grids : mapping of str to Columns
        Of weights, by name of the node.
    """
    after, columns = fold_batch_norm(graph, kept=quantisers), dict(grids)
    layers = {node.name for node in after.nodes if node.op != "batch_norm"}
    for node in graph.nodes:
        if node.op == "batch_norm" and node.name in layers and node.inputs[0] in columns:
            before, factor = columns[node.inputs[0]], np.abs(node.kernel)
            columns[node.name] = replace(before, scale=before.scale * np.where(factor > 0, factor, 1.0))
    return after, columns


def rounded_early(graph: Graph, quantisers: Quantisers) -> tuple[Graph, Quantisers]:
    """The graph and its quantisers with roundings behind layers rather than behind what moves or limits values.

    Parameters
    ----------
    graph : Graph
    quantisers : dict of str to FixedPointQuantiser
        Of the tensors that are rounded.
    """
    nodes, quantisers, uses = list(graph.nodes), dict(quantisers), graph.uses()
    places = {node.name: place for place, node in enumerate(nodes)}
    for place, node in enumerate(graph.nodes):
        if node.name not in quantisers:
            continue
        chain = [place] if node.op in _MOVED else []
        name = node.inputs[0]
        while name in places and name not in quantisers and uses[name] == 1 and nodes[places[name]].op in _MOVED:
            chain.insert(0, places[name])
            name = nodes[places[name]].inputs[0]
        if name in quantisers or uses[name] != 1 or (not chain and name != graph.input):
            continue
        if node.op in _MOVED or (name == graph.input and not chain and node.op in _LIMITS):
            quantisers[name] = quantisers[node.name] if node.op in _LIMITS else quantisers.pop(node.name)
        elif node.op in _LIMITS:
            _limited_first(nodes, [*chain, place], name)
            quantisers[nodes[chain[0]].name] = quantisers.pop(node.name)
    return Graph(tuple(nodes), graph.shape, graph.input), quantisers


def _limited_first(nodes: list[Node], places: list[int], source: str) -> None:
    """Put the last of these nodes, a chain from ``source``, first; tensors take the names of their places."""
    *chain, last = (nodes[place] for place in places)
    name = source
    for place, node in zip(places, (last, *chain), strict=True):
        nodes[place] = replace(node, name=nodes[place].name, inputs=(name,))
        name = nodes[place].name
