"""What calibration data show: values of every tensor, few enough to keep.

Of each sample of a tensor the smallest and the largest value are kept, and between them values at equal distances in
memory order, `KEPT` at most in all. Ranges from the largest values, and averages of them over parts of the data, are
those of all values; percentiles and least squares are estimates.
"""

import numpy as np

__all__ = ["KEPT", "observe"]

KEPT = 4096  #: values of a sample and tensor, the two extremes included
_BATCH = 16  # samples that run at a time


def observe(graph, x):
    """``{tensor: float64 [samples, values]}`` of a float run of ``x [samples, *shape]``, the input included.

    ValueError as `lowtide.golden.network.graph.Graph.run`.
    """
    x, seen = graph.checked(x), {}
    for start in range(0, x.shape[0], _BATCH):
        graph.run(x[start : start + _BATCH], lambda name, tensor: seen.setdefault(name, []).append(_thinned(tensor)))
    return {name: np.concatenate(parts) for name, parts in seen.items()}


def _thinned(tensor):
    flat = tensor.reshape(tensor.shape[0], -1)
    if flat.shape[1] > KEPT:
        spread = np.linspace(0, flat.shape[1] - 1, KEPT - 2).astype(np.int64)
        extremes = flat.min(axis=1, keepdims=True), flat.max(axis=1, keepdims=True)
        flat = np.concatenate([*extremes, flat[:, spread]], axis=1)
    return flat.astype(np.float64)
