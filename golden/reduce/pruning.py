"""Pruning: the weights of least magnitude become zero, one by one, N of every M, or filter by filter.

================================  =====================================================================================
`magnitude_mask`                  of one array: the ``round(share * size)`` smallest ``|w|`` go
`magnitude_masks`                 of a network: the share of all weights together, or of every layer
`structured_mask`                 N:M, at most N of M consecutive weights along the reduction axis stay
`remove_filters`                  whole filters: those of least ``sum |w|`` leave the network, the layers after them
                                  lose the inputs
`cubic_share`                     iterative pruning: ``s(t) = s_f + (s_i - s_f) (1 - t / n)^3``
================================  =====================================================================================

A mask is True where a weight stays. Ties go to the weight that comes first in memory, which stays.

Source: Han, Pool, Tran, Dally, arXiv 1506.02626 (magnitude); Mishra et al., arXiv 2104.08378 (2:4); Li et al.,
*Pruning Filters for Efficient ConvNets*, arXiv 1608.08710 (L1 norm of filters); Zhu, Gupta, arXiv 1710.01878 (cubic).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import check_integer
from ..network.floating.graph import Graph, Node
from ..number_formats.fitting.blocks import cut
from ..pe.fields import check_choice
from ..quantise import finite_array
from .removal import channel_groups, remove_channels

__all__ = [
    "PRUNABLE",
    "SCOPES",
    "apply_masks",
    "check_share",
    "cubic_share",
    "magnitude_mask",
    "magnitude_masks",
    "prunable",
    "remove_filters",
    "structured_mask",
    "strongest",
]

SCOPES = ("global", "layer")
PRUNABLE = ("linear", "conv")


def check_share(name: str, share: float) -> float:
    """``share`` as a float in 0..1, else ValueError."""
    value = finite_array(name, share)
    if value.ndim or not 0 <= value <= 1:
        raise ValueError(f"{name} is {share!r}, allowed are numbers 0..1")
    return float(value)


def magnitude_mask(weights: ArrayLike, share: float) -> NDArray[np.bool_]:
    """The mask that leaves out the ``round(share * size)`` smallest magnitudes, ties to even.

    Parameters
    ----------
    weights : array_like of real numbers
        Any shape.
    share : float
        0..1.

    Returns
    -------
    ndarray of bool
        The shape of ``weights``; True where a weight stays.

    Raises
    ------
    ValueError
        For NaN, infinities and other shares.
    """
    magnitudes = np.abs(finite_array("weights", weights))
    mask = np.ones(magnitudes.size, bool)
    falling = np.argsort(-magnitudes, axis=None, kind="stable")
    mask[falling[magnitudes.size - round(check_share("share", share) * magnitudes.size) :]] = False
    return mask.reshape(magnitudes.shape)


def prunable(graph: Graph, layers: Iterable[str] | None = None) -> list[Node]:
    """The linear and conv nodes of a graph, or those named ``layers``; ValueError for a name of none."""
    nodes = {node.name: node for node in graph.nodes if node.op in PRUNABLE}
    unknown = [name for name in layers or () if name not in nodes]
    if unknown or not nodes:
        raise ValueError(f"layer is {unknown[0] if unknown else None!r}, allowed are {', '.join(nodes) or 'none'}")
    return [nodes[name] for name in (nodes if layers is None else layers)]


def magnitude_masks(
    graph: Graph, share: float, *, scope: str = "global", layers: Iterable[str] | None = None
) -> dict[str, NDArray[np.bool_]]:
    """Masks of the linear and conv nodes of a network.

    Parameters
    ----------
    graph : Graph
    share : float
        Of zeros, 0..1.
    scope : str
        "global": of all weights together; "layer": of every layer's.
    layers : iterable of str, optional
        Names, all if None.

    Returns
    -------
    dict of str to ndarray of bool
        Of the shape of each weight.
    """
    check_choice("scope", scope, SCOPES)
    nodes = prunable(graph, layers)
    if scope == "layer":
        return {node.name: magnitude_mask(node.kernel, share) for node in nodes}
    mask = magnitude_mask(np.concatenate([node.kernel.reshape(-1) for node in nodes]), share)
    ends = np.cumsum([node.kernel.size for node in nodes])[:-1]
    return {node.name: part.reshape(node.kernel.shape) for node, part in zip(nodes, np.split(mask, ends), strict=True)}


def structured_mask(weights: ArrayLike, kept: int, of: int) -> NDArray[np.bool_]:
    """The N:M mask: of every ``of`` consecutive weights of an output channel the ``kept`` of largest magnitude stay.

    Parameters
    ----------
    weights : array_like of real numbers [K, N] or [height, width, channels, N]
        Consecutive in the order of the flattened reduction axes; the last group of a column may be shorter.
    kept : int
        0..of.
    of : int
        1 or more.

    Returns
    -------
    ndarray of bool
        The shape of ``weights``.
    """
    array = finite_array("weights", weights)
    kept = check_integer("kept", kept, 0, check_integer("of", of, 1))
    if array.ndim < 2:
        raise ValueError(f"weights has {array.ndim} dimensions, allowed are 2 or more")
    matrix = np.abs(array.reshape(-1, array.shape[-1]))
    rank = np.argsort(np.argsort(-cut(matrix, of), axis=1, kind="stable"), axis=1)
    return (rank < kept).reshape(-1, matrix.shape[1])[: len(matrix)].reshape(array.shape)


def apply_masks(graph: Graph, masks: Mapping[str, ArrayLike]) -> Graph:
    """A new `Graph` whose weights are zero where ``masks``, `{layer: bool like its weight}`, are False."""
    allowed = {node.name: node.kernel.shape for node in prunable(graph, list(masks))}
    for name, mask in masks.items():
        if np.shape(mask) != allowed[name] or np.asarray(mask).dtype != bool:
            raise ValueError(f"mask of {name} has shape {np.shape(mask)}, allowed is bool of shape {allowed[name]}")
    nodes = tuple(
        replace(node, weight=np.where(masks[node.name], node.kernel, 0.0)) if node.name in masks else node
        for node in graph.nodes
    )
    return Graph(nodes, graph.shape, graph.input)


def strongest(scores: NDArray[np.float64], share: float) -> NDArray[np.int64]:
    """Ascending indices of what stays of ``scores`` [n]: ``int(share * n)`` of the smallest go, never the last one."""
    gone = min(int(check_share("share", share) * len(scores)), len(scores) - 1)
    return np.sort(np.argsort(-finite_array("scores", scores), kind="stable")[: len(scores) - gone])


def remove_filters(graph: Graph, share: float, *, layers: Iterable[str] | None = None) -> Graph:
    """A smaller network, without ``int(share * channels)`` of the filters of each layer, those of least ``sum |w|``.

    Channels that are added to each other are judged by the sum over their layers and go together.

    Parameters
    ----------
    graph : Graph
    share : float
        0..1.
    layers : iterable of str, optional
        Names, all whose channels can be removed if None.

    Raises
    ------
    ValueError
        For a named layer that cannot lose filters, with the node that keeps it, see `lowtide.golden.reduce.removal`.
    """
    groups, kept = channel_groups(graph), {}
    for node in prunable(graph, layers):
        group = groups.of_maker(node.name)
        if layers is None and (group is None or group.obstacle is not None):
            continue
        makers = (node.name,) if group is None else group.makers
        columns = node.kernel.shape[-1]
        norms = np.stack([np.abs(graph.node(name).kernel.reshape(-1, columns)).sum(axis=0) for name in makers])
        kept[node.name] = strongest(norms.sum(axis=0), share)
    return remove_channels(graph, kept)


def cubic_share(step: int, steps: int, final: float, *, initial: float = 0.0) -> float:
    """The share of zeros after ``step`` of ``steps``: ``final + (initial - final) (1 - step / steps)^3``.

    Parameters
    ----------
    step : int
        0..steps.
    steps : int
        1 or more.
    final, initial : float
        0..1.
    """
    step = check_integer("step", step, 0, check_integer("steps", steps, 1))
    initial, final = check_share("initial", initial), check_share("final", final)
    return final + (initial - final) * (1 - step / steps) ** 3
