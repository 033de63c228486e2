"""Blocks of consecutive values along axis 0, each with parameters of its own.

``[K, ...]`` is cut into ``ceil(K / block)`` blocks; the last may be shorter. Parameters are arrays
``[blocks, ...]``.
"""

import numpy as np


def cut(values, block):
    """``values`` [K, ...] as [blocks, block, ...], filled up with zeros; ValueError for a rank of 0."""
    if values.ndim == 0:
        raise ValueError("values has 0 dimensions, allowed are 1 or more")
    length = values.shape[0]
    blocks = -(-length // block)
    padded = np.zeros((blocks * block, *values.shape[1:]), values.dtype)
    padded[:length] = values
    return padded.reshape(blocks, block, *values.shape[1:])


def spread(parameters, block, array, name="values"):
    """``parameters`` [blocks, ...] for every value of ``array`` [K, ...]; ValueError if the shapes do not match."""
    expected = None if array.ndim == 0 else (-(-array.shape[0] // block), *array.shape[1:])
    if expected != parameters.shape:
        raise ValueError(
            f"{name} has shape {array.shape}, allowed are shapes of {parameters.shape} blocks of {block} along axis 0"
        )
    return np.repeat(parameters, block, axis=0)[: array.shape[0]]
