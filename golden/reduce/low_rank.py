"""Low rank: a layer W[K, N] as two, ``W ~ A B`` with A[K, r] and B[r, N], by singular value decomposition.

``A = U_r sqrt(S_r)``, ``B = sqrt(S_r) V_r'``: of all matrices of rank r the nearest in least squares, the squared error
is the sum of the squares of the singular values left out. A linear layer becomes two; a convolution one with r filters
of the same geometry and one of 1x1. The multiplications of an output pixel fall from ``K N`` to ``r (K + N)``.

Source: Denton et al., arXiv 1404.0736; Zhang et al., arXiv 1411.4229 (r filters, then 1x1).
"""

from dataclasses import replace

import numpy as np

from ..network.graph import Graph, Node
from ..quantise import finite_array
from ..terms import check_integer
from .counts import count_layers
from .pruning import check_share, prunable

__all__ = ["energy_ranks", "factorise", "low_rank", "multiplication_ranks", "rank_of_energy", "rank_of_share"]

_HALVINGS = 100  # of the interval of prices
BASIS = ".basis"  #: what the first of the two layers is called behind the name of the layer


def factorise(weights, rank):
    """(A, B): float64 [K, rank], [rank, N], whose product is the nearest to ``weights`` [K, N].

    rank: 1..min(K, N). The largest magnitude of every column of A is positive. ValueError for NaN, infinities and other
    shapes.
    """
    matrix = _matrix(weights)
    rank = check_integer("rank", rank, 1, min(matrix.shape))
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    left, right, root = left[:, :rank], right[:rank], np.sqrt(values[:rank])
    largest = np.take_along_axis(left, np.abs(left).argmax(axis=0)[None], axis=0)[0]
    signs = np.where(largest < 0, -1.0, 1.0) * root
    return left * signs, signs[:, None] * right


def rank_of_energy(weights, share):
    """The smallest rank >= 1 whose singular values hold ``share`` of the sum of squares of all, 0..1."""
    energy = np.cumsum(np.square(np.linalg.svd(_matrix(weights), compute_uv=False)))
    return min(int(np.searchsorted(energy, check_share("share", share) * energy[-1])) + 1, energy.size)


def rank_of_share(weights, share):
    """The largest rank r with ``r (K + N) <= share K N``, 0 if there is none; at most min(K, N)."""
    rows, columns = _matrix(weights).shape
    return min(int(check_share("share", share) * rows * columns / (rows + columns)), rows, columns)


def energy_ranks(graph, share, *, layers=None):
    """``{layer: rank}`` by `rank_of_energy`, of the layers that two smaller ones make cheaper."""
    ranks = {node.name: rank_of_energy(_flat(node), share) for node in _dense(graph, layers)}
    return {name: rank for name, rank in ranks.items() if _cheaper(graph.node(name), rank)}


def multiplication_ranks(graph, share, *, layers=None):
    """``{layer: rank}`` with which the network has at most ``share`` of its multiplications, 0..1.

    The ranks minimise ``sum of the layers' shares of energy left out + price * multiplications`` at the lowest price
    that fits: no other ranks with as few multiplications leave out less. Layers that rank makes no cheaper stay as they
    are. ValueError if even rank 1 everywhere is too many.
    """
    counts = count_layers(graph)
    full = sum(count.multiplications for count in counts)
    limit = check_share("share", share) * full
    options = {
        node.name: _options(node, next(count for count in counts if count.name == node.name))
        for node in _dense(graph, layers)
    }
    fixed = sum(count.multiplications for count in counts if count.name not in options)

    def at(price):
        ranks = {name: int(np.argmin(lost + price * used)) for name, (lost, used) in options.items()}
        return ranks, fixed + sum(int(options[name][1][rank]) for name, rank in ranks.items())

    low, high = 0.0, 2.0  # at 2 a multiplication costs more than all energy
    if at(high)[1] > limit:
        raise ValueError(f"share is {share}, allowed are numbers {at(high)[1] / full}..1")
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if at(middle)[1] <= limit else (middle, high)
    ranks = at(0.0 if at(0.0)[1] <= limit else high)[0]
    return {name: rank + 1 for name, rank in ranks.items() if rank + 1 < len(options[name][0])}


def _options(node, count):
    """(share of energy left out, multiplications) of the ranks that make a layer cheaper, from 1 on, and of the layer
    as it is, which comes last."""
    energy = np.square(np.linalg.svd(_flat(node), compute_uv=False))
    ranks = np.arange(1, energy.size + 1)
    ranks = ranks[ranks * sum(_flat(node).shape) < node.weight.size]
    left_out = 1 - np.cumsum(energy)[: ranks.size] / (energy.sum() or 1.0)
    places = count.multiplications // count.weights
    used = np.append(ranks * sum(_flat(node).shape), node.weight.size) * places
    return np.append(np.maximum(left_out, 0.0), 0.0), used


def low_rank(graph, ranks):
    """The `Graph` with each layer of ``ranks``, ``{layer: rank}``, as two: NAME.basis without a bias, then NAME.

    ValueError for layers that are no linear or dense conv nodes and for ranks beyond min(K, N).
    """
    named = {node.name for node in _dense(graph, list(ranks))}
    nodes = [part for node in graph.nodes for part in (_two(node, ranks[node.name]) if node.name in named else [node])]
    return Graph(tuple(nodes), graph.shape, graph.input)


def _two(node, rank):
    first, second = factorise(_flat(node), rank)
    basis = node.name + BASIS
    if node.op == "linear":
        return [
            Node(name=basis, op="linear", inputs=node.inputs, weight=first),
            replace(node, inputs=(basis,), weight=second),
        ]
    return [
        Node(
            name=basis,
            op="conv",
            inputs=node.inputs,
            attributes=node.attributes,
            weight=first.reshape(*node.weight.shape[:-1], rank),
        ),
        replace(node, inputs=(basis,), attributes={}, weight=second.reshape(1, 1, *second.shape)),
    ]


def _flat(node):
    return node.weight.reshape(-1, node.weight.shape[-1])


def _cheaper(node, rank):
    return rank * sum(_flat(node).shape) < node.weight.size


def _dense(graph, layers):
    nodes = prunable(graph, layers)
    grouped = [node.name for node in nodes if node.attributes.get("groups", 1) > 1]
    if layers and grouped:
        raise ValueError(f"layer {grouped[0]} is a convolution in groups, allowed are linear and dense conv layers")
    return [node for node in nodes if node.name not in grouped]


def _matrix(weights):
    matrix = finite_array("weights", weights)
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise ValueError(f"weights has shape {matrix.shape}, allowed are [K, N], each >= 1")
    return matrix
