"""Channels removed for what data show of them: quiet channels leave the network.

The activity of a channel is the mean of ``|x|`` over calibration samples and pixels, in the tensors that layers with
weights read it from (after activation functions and pools). A channel of activity 0 is zero on all calibration data:
without it the network computes the same there.

Source: Hu, Peng, Tai, Tang, *Network Trimming*, arXiv 1607.03250; Molchanov et al., arXiv 1611.06440, section 2.2.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..network.floating.graph import Graph
from ..network.quantised.steps import WEIGHTED
from .pruning import check_share, strongest
from .removal import channel_groups, remove_channels

__all__ = ["channel_activity", "remove_dead_channels", "remove_quiet_channels"]

_BATCH = 64  # samples that run at a time


def channel_activity(graph: Graph, calibration: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """The activity of every channel that can be removed.

    Channels of a group that layers read from several tensors have the mean over these.

    Parameters
    ----------
    graph : Graph
    calibration : array_like of real numbers [samples, *shape]

    Returns
    -------
    dict of str to ndarray of float64 [channels]
        By name of the first layer of each group.

    Raises
    ------
    ValueError
        As `lowtide.golden.network.floating.graph.Graph.run`.
    """
    groups = channel_groups(graph)
    read = {node.inputs[0] for node in graph.nodes if node.op in WEIGHTED and node.op != "batch_norm"}
    sums: dict[int, NDArray[np.float64]] = {}
    parts: dict[int, int] = {}
    samples = graph.checked(calibration)

    def record(name: str, tensor: NDArray[np.floating]) -> None:
        if name not in read:
            return
        total = np.abs(tensor).sum(axis=tuple(range(tensor.ndim - 1)), dtype=np.float64)
        places = tensor[..., 0].size
        start = 0
        for group in groups.rows[name]:
            end = start + groups.groups[group].channels
            sums[group] = sums.get(group, 0.0) + total[start:end]
            parts[group] = parts.get(group, 0) + places
            start = end

    for start in range(0, len(samples), _BATCH):
        graph.run(samples[start : start + _BATCH], record)
    return {
        groups.groups[number].makers[0]: sums[number] / parts[number]
        for number in sorted(sums)
        if groups.groups[number].obstacle is None
    }


def remove_quiet_channels(
    graph: Graph, calibration: ArrayLike, share: float, *, layers: Iterable[str] | None = None
) -> Graph:
    """A smaller network, without ``int(share * channels)`` of each layer's channels, those of least activity.

    Parameters
    ----------
    graph : Graph
    calibration : array_like of real numbers [samples, *shape]
    share : float
        0..1; at least one channel stays.
    layers : collection of str, optional
        Names as `channel_activity` has them, all if None; ValueError for others.
    """
    check_share("share", share)
    activity = channel_activity(graph, calibration)
    unknown = [name for name in layers or () if name not in activity]
    if unknown:
        raise ValueError(f"layer is {unknown[0]!r}, allowed are {', '.join(activity)}")
    return remove_channels(graph, {name: strongest(activity[name], share) for name in layers or activity})


def remove_dead_channels(graph: Graph, calibration: ArrayLike) -> Graph:
    """A smaller network, without the channels of activity 0; one stays in a layer that has no others."""
    kept = {name: np.flatnonzero(activity) for name, activity in channel_activity(graph, calibration).items()}
    return remove_channels(graph, {name: indices if indices.size else np.array([0]) for name, indices in kept.items()})
