"""Diagonal chunks of weights: one weight of each column a chunk, so that every column sees a datum of its own.

A chunk of X has V values, one of W a single weight of each column. Column c of the array multiplies it by value
``c mod V``::

    Y[m, n] = sum over chunks t of X[m, t V + l] W[t, n]        l = (n mod cols) mod V

with X [M, K], W [chunks, N] and chunks = ceil(K / V); X counts as 0 beyond K. This is the plain product of X and a
matrix [K, N] that is zero but for ``W[t, n]`` in row ``t V + l``: `on_diagonal` makes it, and everything else that
golden states of weights holds of it. With a tap of V channels as the chunk of X it is a depthwise convolution of V
channels.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["diagonal_places", "on_diagonal"]


def diagonal_places(shape: tuple[int, ...], values: int, cols: int) -> NDArray[np.int64]:
    """The row of X's reduction axis that each weight is multiplied by, perhaps beyond its end.

    Parameters
    ----------
    shape : (int, int)
        Of W: chunks, N.
    values : int
        V, of a chunk.
    cols : int
        Columns of the array.

    Returns
    -------
    ndarray of int64 [chunks, N]
    """
    chunks, columns = shape
    return np.arange(chunks)[:, None] * values + np.arange(columns) % cols % values


def on_diagonal(w: NDArray[np.integer], k: int, values: int, cols: int) -> NDArray[np.integer]:
    """The weights as rows of a plain product.

    Parameters
    ----------
    w : ndarray of int [chunks, N]
    k : int
        Length of the reduction axis of X.
    values : int
        V, of a chunk.
    cols : int
        Columns of the array.

    Returns
    -------
    ndarray of int [K, N]
        Zero but for one weight in each chunk of each column; a weight whose place is beyond K is left out.
    """
    places = diagonal_places(w.shape, values, cols)
    plain = np.zeros((len(w) * values, w.shape[1]), w.dtype)
    np.put_along_axis(plain, places, w, axis=0)
    return plain[:k]
