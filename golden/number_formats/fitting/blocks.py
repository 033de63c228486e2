"""Blocks of consecutive values along axis 0, each with parameters of its own.

``[K, ...]`` is cut into ``ceil(K / block)`` blocks; the last may be shorter. Parameters are arrays
``[blocks, ...]``.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


def cut(values: NDArray[Number], block: int) -> NDArray[Number]:
    """``values`` [K, ...] as [blocks, block, ...], filled up with zeros; ValueError for a rank of 0."""
    if values.ndim == 0:
        raise ValueError("values has 0 dimensions, allowed are 1 or more")
    length = values.shape[0]
    blocks = -(-length // block)
    padded = np.zeros((blocks * block, *values.shape[1:]), values.dtype)
    padded[:length] = values
    return padded.reshape(blocks, block, *values.shape[1:])


def split_exponents(
    codes: NDArray[np.int32], block: int, exponent_bits: int, limit: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Codes as integers times a power of two for each block: (integers, exponents), the smallest exponents.

    codes: int [K, ...]. exponent_bits: of an exponent. limit: the largest magnitude of an integer. Returns int32
    [K, ...] and int32 [blocks, ...], ``codes = integers 2^exponent``; ValueError where there are none.
    """
    blocks, most = cut(codes, block), (1 << exponent_bits) - 1
    exponents = np.full((len(blocks), *codes.shape[1:]), -1, np.int32)
    for exponent in reversed(range(most + 1)):
        fits = ((blocks & (1 << exponent) - 1) == 0) & (np.abs(blocks) >> exponent <= limit)
        exponents[fits.all(axis=1)] = exponent
    if exponents.size and exponents.min() < 0:
        raise ValueError(
            f"codes has blocks that are no integers of magnitude {limit} times one of 1 to {1 << most}, allowed are "
            "such blocks"
        )
    return (codes >> spread(exponents, block, codes, "codes")).astype(np.int32), exponents


def spread(
    parameters: NDArray[Number], block: int, array: NDArray[np.integer | np.floating], name: str = "values"
) -> NDArray[Number]:
    """``parameters`` [blocks, ...] for every value of ``array`` [K, ...]; ValueError if the shapes do not match."""
    expected = None if array.ndim == 0 else (-(-array.shape[0] // block), *array.shape[1:])
    if expected != parameters.shape:
        raise ValueError(
            f"{name} has shape {array.shape}, allowed are shapes of {parameters.shape} blocks of {block} along axis 0"
        )
    return np.repeat(parameters, block, axis=0)[: array.shape[0]]
