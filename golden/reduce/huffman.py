"""Huffman codes: the shortest prefix code of a histogram, and the bound that no code beats.

Symbols that occur n_i times of n get lengths l_i; ``sum n_i l_i`` bits are the least of all prefix codes and lie
between the entropy ``sum n_i log2(n / n_i)`` and the entropy plus n. A single symbol takes one bit. Only the lengths
need to be stored: canonical codes follow from them.

Source: Huffman, 1952; Han, Mao, Dally, Deep Compression, arXiv 1510.00149, section 4.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..checks import integer_array

__all__ = ["LENGTH_BITS", "coded_bits", "entropy_bits", "huffman_lengths", "table_bits"]

LENGTH_BITS = 8  #: stored bits of a length in the table of a canonical code


def huffman_lengths(counts: ArrayLike) -> NDArray[np.int64]:
    """The code length of each symbol, 0 for those that do not occur.

    Parameters
    ----------
    counts : array_like of int [symbols]
        How often each occurs, 0 or more.

    Returns
    -------
    ndarray of int64 [symbols]
    """
    checked = _checked(counts)
    lengths = np.zeros(checked.size, np.int64)
    heap: list[tuple[int, int, tuple[int, ...]]]
    heap = [(int(checked[symbol]), int(symbol), (int(symbol),)) for symbol in np.flatnonzero(checked)]
    if len(heap) == 1:
        lengths[heap[0][2][0]] = 1
    heapq.heapify(heap)
    order = checked.size
    while len(heap) > 1:
        (few, _, symbols), (more, _, others) = heapq.heappop(heap), heapq.heappop(heap)
        lengths[list(symbols + others)] += 1
        heapq.heappush(heap, (few + more, order, symbols + others))
        order += 1
    return lengths


def coded_bits(counts: ArrayLike) -> int:
    """Bits of all symbols in the Huffman code, without its table."""
    return int((_checked(counts) * huffman_lengths(counts)).sum())


def entropy_bits(counts: ArrayLike) -> float:
    """The entropy bound of all symbols, in bits: float."""
    used = _checked(counts)
    used = used[used > 0]
    return float((used * np.log2(used.sum() / used)).sum()) if used.size else 0.0


def table_bits(counts: ArrayLike, symbol_bits: int) -> int:
    """Bits of the table: a symbol of ``symbol_bits`` and a length of 8 for each that occurs."""
    return int(np.count_nonzero(_checked(counts))) * (symbol_bits + LENGTH_BITS)


def _checked(counts: ArrayLike) -> NDArray[np.int64]:
    checked = integer_array("counts", counts).astype(np.int64)
    if checked.ndim != 1 or (checked < 0).any():
        raise ValueError(f"counts has shape {checked.shape}, allowed are integers >= 0 in one dimension")
    return checked
