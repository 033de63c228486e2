"""Low rank: a layer W[K, N] as two, ``W ~ A B`` with A[K, r] and B[r, N], by singular value decomposition.

``A = U_r sqrt(S_r)``, ``B = sqrt(S_r) V_r'``: of all matrices of rank r the nearest in least squares, the squared error
is the sum of the squares of the singular values left out. A linear layer becomes two; a convolution one with r filters
of the same geometry and one of 1x1. The multiplications of an output pixel fall from ``K N`` to ``r (K + N)``.

Source: Denton et al., arXiv 1404.0736; Zhang et al., arXiv 1411.4229 (r filters, then 1x1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import check_integer
from ..network.floating.graph import Graph, Node
from ..quantise import finite_array
from .counts import LayerCount, count_layers
from .pruning import check_share, prunable

__all__ = ["energy_ranks", "factorise", "low_rank", "multiplication_ranks", "rank_of_energy", "rank_of_share"]

_HALVINGS = 100  # of the interval of prices
BASIS = ".basis"  #: what the first of the two layers is called behind the name of the layer


def factorise(weights: ArrayLike, rank: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two matrices whose product is the nearest to one.

    Parameters
    ----------
    weights : array_like of real numbers [K, N]
    rank : int
        1..min(K, N).

    Returns
    -------
    A : ndarray of float64 [K, rank]
        The largest magnitude of every column is positive.
    B : ndarray of float64 [rank, N]

    Raises
    ------
    ValueError
        For NaN, infinities and other shapes.
    """
    matrix = _matrix(weights)
    rank = check_integer("rank", rank, 1, min(matrix.shape))
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    left, right, root = left[:, :rank], right[:rank], np.sqrt(values[:rank])
    largest = np.take_along_axis(left, np.abs(left).argmax(axis=0)[None], axis=0)[0]
    signs = np.where(largest < 0, -1.0, 1.0) * root
    return left * signs, signs[:, None] * right


def rank_of_energy(weights: ArrayLike, share: float) -> int:
    """The smallest rank >= 1 whose singular values hold ``share`` of the sum of squares of all, 0..1."""
    energy = np.cumsum(_energies(_matrix(weights)))
    return min(int(np.searchsorted(energy, check_share("share", share) * energy[-1])) + 1, energy.size)


def rank_of_share(weights: ArrayLike, share: float) -> int:
    """The largest rank r with ``r (K + N) <= share K N``, 0 if there is none; at most min(K, N)."""
    rows, columns = _matrix(weights).shape
    return min(int(check_share("share", share) * rows * columns / (rows + columns)), rows, columns)


def energy_ranks(graph: Graph, share: float, *, layers: Iterable[str] | None = None) -> dict[str, int]:
    """Ranks by `rank_of_energy` of the layers that two smaller ones make cheaper, by name; ``layers``: all if None."""
    ranks = {node.name: rank_of_energy(_flat(node), share) for node in _dense(graph, layers)}
    return {name: rank for name, rank in ranks.items() if _cheaper(graph.node(name), rank)}


def multiplication_ranks(graph: Graph, share: float, *, layers: Iterable[str] | None = None) -> dict[str, int]:
    """Ranks with which the network has at most a share of its multiplications.

    They minimise ``sum of the layers' shares of energy left out + price * multiplications`` at the lowest price that
    fits: no other ranks with as few multiplications leave out less. Layers that rank makes no cheaper stay as they are.

    Parameters
    ----------
    graph : Graph
    share : float
        0..1.
    layers : iterable of str, optional
        Names, all if None.

    Returns
    -------
    dict of str to int

    Raises
    ------
    ValueError
        If even rank 1 everywhere is too many.
    """
    counts = count_layers(graph)
    full = sum(count.multiplications for count in counts)
    limit = check_share("share", share) * full
    options = {
        node.name: _options(node, next(count for count in counts if count.name == node.name))
        for node in _dense(graph, layers)
    }
    fixed = sum(count.multiplications for count in counts if count.name not in options)

    def at(price: float) -> tuple[dict[str, int], int]:
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


def _options(node: Node, count: LayerCount) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(share of energy left out, multiplications) of the ranks that make a layer cheaper, from 1 on, and of the layer
    as it is, which comes last."""
    energy = _energies(_flat(node))
    ranks = np.arange(1, energy.size + 1)
    ranks = ranks[ranks * sum(_flat(node).shape) < node.kernel.size]
    left_out = 1 - np.cumsum(energy)[: ranks.size] / (energy.sum() or 1.0)
    places = count.multiplications // count.weights
    used = np.append(ranks * sum(_flat(node).shape), node.kernel.size) * places
    return np.append(np.maximum(left_out, 0.0), 0.0), used


def low_rank(graph: Graph, ranks: Mapping[str, int]) -> Graph:
    """A network with some layers as two: NAME.basis without a bias, then NAME.

    Parameters
    ----------
    graph : Graph
    ranks : mapping of str to int
        Rank of each of these layers, 1..min(K, N).

    Raises
    ------
    ValueError
        For layers that are no linear or dense conv nodes and for ranks beyond min(K, N).
    """
    named = {node.name for node in _dense(graph, list(ranks))}
    nodes = [part for node in graph.nodes for part in (_two(node, ranks[node.name]) if node.name in named else [node])]
    return Graph(tuple(nodes), graph.shape, graph.input)


def _two(node: Node, rank: int) -> list[Node]:
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
            weight=first.reshape(*node.kernel.shape[:-1], rank),
        ),
        replace(node, inputs=(basis,), attributes={}, weight=second.reshape(1, 1, *second.shape)),
    ]


def _flat(node: Node) -> NDArray[np.float64]:
    return node.kernel.reshape(-1, node.kernel.shape[-1])


def _cheaper(node: Node, rank: int) -> bool:
    return rank * sum(_flat(node).shape) < node.kernel.size


def _dense(graph: Graph, layers: Iterable[str] | None) -> list[Node]:
    nodes = prunable(graph, layers)
    grouped = [node.name for node in nodes if node.attributes.get("groups", 1) > 1]
    if layers and grouped:
        raise ValueError(f"layer {grouped[0]} is a convolution in groups, allowed are linear and dense conv layers")
    return [node for node in nodes if node.name not in grouped]


def _energies(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The squares of the singular values, falling."""
    singular: NDArray[np.float64] = np.linalg.svd(matrix, full_matrices=False)[1]
    return np.square(singular)


def _matrix(weights: ArrayLike) -> NDArray[np.float64]:
    matrix = finite_array("weights", weights)
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise ValueError(f"weights has shape {matrix.shape}, allowed are [K, N], each >= 1")
    return matrix
