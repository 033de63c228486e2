"""What calibration data show: values of every tensor, few enough to keep.

Of each sample of a tensor the smallest and the largest value are kept, and between them values at equal distances in
memory order, `KEPT` at most in all. Ranges from the largest values, and averages of them over parts of the data, are
those of all values; percentiles and least squares are estimates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .graph import Graph

__all__ = ["KEPT", "observe"]

KEPT = 4096  #: values of a sample and tensor, the two extremes included
_BATCH = 16  # samples that run at a time


def observe(graph: Graph, x: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """Values of every tensor of a float run, the input included.

    Parameters
    ----------
    graph : Graph
    x : array_like of real numbers [samples, *shape]

    Returns
    -------
    dict of str to ndarray of float64 [samples, values]
        By name of the tensor.

    Raises
    ------
    ValueError
        As `lowtide.golden.network.floating.graph.Graph.run`.
    """
    samples = graph.checked(x)
    seen: dict[str, list[NDArray[np.float64]]] = {}

    def record(name: str, tensor: NDArray[np.floating]) -> None:
        seen.setdefault(name, []).append(_thinned(tensor))

    for start in range(0, samples.shape[0], _BATCH):
        graph.run(samples[start : start + _BATCH], record)
    return {name: np.concatenate(parts) for name, parts in seen.items()}


def _thinned(tensor: NDArray[np.floating]) -> NDArray[np.float64]:
    flat = tensor.reshape(tensor.shape[0], -1)
    if flat.shape[1] > KEPT:
        spread = np.linspace(0, flat.shape[1] - 1, KEPT - 2).astype(np.int64)
        extremes = flat.min(axis=1, keepdims=True), flat.max(axis=1, keepdims=True)
        flat = np.concatenate([*extremes, flat[:, spread]], axis=1)
    return flat.astype(np.float64)
