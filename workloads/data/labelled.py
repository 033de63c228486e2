"""Labelled pictures of one size, split into those to train with and those to test with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Split", "stratified"]


@dataclass(frozen=True, eq=False)
class Split:
    """Labelled pictures.

    Parameters
    ----------
    train, test : ndarray of uint8 [pictures, height, width, channels]
        To train and to test with.
    train_labels, test_labels : ndarray of int64 [pictures]
        Classes from 0.
    """

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray


def stratified(pictures: NDArray[np.uint8], labels: ArrayLike, test: int, seed: int) -> Split:
    """A split with every class in proportion, both parts in random order.

    The classes with the largest remainders get what rounding down leaves.

    Parameters
    ----------
    pictures : ndarray of uint8 [pictures, height, width, channels]
        All of them.
    labels : array_like of int [pictures]
        Classes from 0.
    test : int
        How many there are to test with.
    seed : int
        Of the order.

    Raises
    ------
    ValueError
        Unless ``0 < test < pictures``.
    """
    if not 0 < test < len(pictures):
        raise ValueError(f"test is {test}, allowed are 1..{len(pictures) - 1}")
    rng = np.random.default_rng(seed)
    labels = np.asarray(labels, np.int64)
    classes, counts = np.unique(labels, return_counts=True)
    shares, remainders = np.divmod(counts * test, len(pictures))
    shares[np.argsort(-remainders, kind="stable")[: test - shares.sum()]] += 1
    chosen = np.zeros(len(pictures), bool)
    for label, share in zip(classes, shares, strict=True):
        chosen[rng.permutation(np.flatnonzero(labels == label))[:share]] = True
    first, others = (rng.permutation(np.flatnonzero(part)) for part in (~chosen, chosen))
    return Split(pictures[first], labels[first], pictures[others], labels[others])
