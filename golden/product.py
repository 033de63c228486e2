"""Exact matrix products: of integers, and of blocks of integers that share exponents.

``product`` is ``Y = X @ W`` modulo 2^64.

``block_product`` is block floating point: blocks of ``values`` along K, block ``b`` of row ``m`` lies ``dx[m, b]``
binary places below the largest exponent of the job, block ``b`` of column ``n`` ``dw[b, n]``::

    y[m, n] = sum_b floor( P_b 2^(guard_bits - dx[m, b] - dw[b, n]) + 1/2 )

with ``P_b`` the exact dot product of the integers of the block. The unit of y is ``2^-guard_bits``.

Source: integer arithmetic; Wang et al., ACM CSUR 2019, arXiv 1901.06955, on block floating point.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import integer_array

_BLOCK = 1 << 22  # elements of X converted to floating point at a time
_FAR = 62  # a block that lies so far down rounds to 0, whatever 16-bit operands it has


def product(x: NDArray[np.integer], w: NDArray[np.integer]) -> NDArray[np.int64]:
    """x[M, K] @ w[K, N] modulo 2^64 as int64; by floating point, far faster, where every partial sum is exact."""

    largest = max(abs(int(x.min())), abs(int(x.max()))) * int(np.abs(w.astype(np.int64)).sum(axis=0).max())
    if largest >= 1 << 53:
        return x.astype(np.int64) @ w.astype(np.int64)
    exact: type[np.floating] = np.float32 if largest < 1 << 24 else np.float64
    weights = w.astype(exact)
    y = np.empty((x.shape[0], w.shape[1]), np.int64)
    step = max(1, _BLOCK // x.shape[1])
    for start in range(0, x.shape[0], step):
        y[start : start + step] = x[start : start + step].astype(exact) @ weights
    return y


def block_product(
    x: NDArray[np.integer],
    w: NDArray[np.integer],
    x_exponents: NDArray[np.integer],
    w_exponents: NDArray[np.integer],
    *,
    values: int,
    guard_bits: int,
) -> NDArray[np.int64]:
    """The product in block floating point, the formula above.

    Parameters
    ----------
    x : ndarray of int [M, K]
        Of 16 bits at most.
    w : ndarray of int [K, N]
    x_exponents : ndarray of int [M, blocks]
        0 or more; blocks = ceil(K / values).
    w_exponents : ndarray of int [blocks, N]
    values : int
        Of a block, along K.
    guard_bits : int
        0..63.

    Returns
    -------
    ndarray of int64 [M, N]
        Modulo 2^64, in units of ``2^-guard_bits``.
    """
    y = np.zeros((x.shape[0], w.shape[1]), np.int64)
    for block, start in enumerate(range(0, x.shape[1], values)):
        part = product(x[:, start : start + values], w[start : start + values])
        up = guard_bits - x_exponents[:, block, None].astype(np.int64) - w_exponents[block].astype(np.int64)
        down = np.clip(-up, 1, _FAR)
        y += np.where(up >= 0, part << np.maximum(up, 0), (part + (np.int64(1) << down - 1)) >> down)
    return y


def check_exponents(
    name: str, exponents: ArrayLike | None, shape: tuple[int, int], exponent_bits: int
) -> NDArray[np.integer]:
    """``exponents`` as an integer array of the shape, each 0..2^exponent_bits - 1, else ValueError."""
    if exponents is None:
        raise ValueError(f"{name} is None, allowed in this mode are integers of shape {shape}")
    exponents = integer_array(name, exponents)
    if exponents.shape != shape:
        raise ValueError(f"{name} has shape {exponents.shape}, allowed is {shape}")
    largest = (1 << exponent_bits) - 1
    bad = exponents[(exponents < 0) | (exponents > largest)]
    if bad.size:
        raise ValueError(
            f"{name} has values from {bad.min()} to {bad.max()}, allowed are 0..{largest} "
            f"({exponent_bits} exponent bits)"
        )
    return exponents
