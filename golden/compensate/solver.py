"""Error-compensated rounding of a weight matrix: blocks in turn, each one's error carried into those to come.

Rounding the block G of w to q changes the layer's outputs; the weights R that are still free can make good a part of
it. With the inverse Hessian ``P = H^-1`` of what is still free, the best they can do is ::

    w_R  <-  w_R - P_RG P_GG^-1 (w_G - q_G)          and what remains is   (w_G - q_G)^T P_GG^-1 (w_G - q_G)

so ``A = P_GG^-1`` is the metric in which G is rounded. With the upper Cholesky factor ``H^-1 = U^T U`` no inverse needs
to be brought up to date: ``P_GG = U_GG^T U_GG`` and ``P_RG = U_GR^T U_GG``.

`carry` does that once, from first to last. `descend` then goes back: with everything else fixed, block G is best near
``w_G + H_GG^-1 H_GE e_E``, and becomes what is chosen there wherever that is better. No column's error ever grows.

Source: Frantar et al., GPTQ, arXiv 2210.17323, sections 3.2 and 3.3; blocks as in Frantar, Alistarh, Optimal Brain
Compression, arXiv 2208.11580; cyclic descent: Behdin et al., QuantEase, arXiv 2309.01885. Blocks that share terms are
Lowtide's own.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .metric import errors, times
from .selection import Selection

__all__ = ["carry", "descend"]

_WIDE = 128  # values whose errors are carried beyond them together


def carry(weights: NDArray[np.float64], forms: NDArray[np.float64], selection: Selection) -> NDArray[np.float64]:
    """The rounded weights.

    Parameters
    ----------
    weights : ndarray of float64 [K, C]
    forms : ndarray of float64 [B, K, K]
        H, positive definite, with C / B columns each.
    selection : Selection
        Its ``block`` values are rounded together.

    Returns
    -------
    ndarray of float64 [K, C]
    """
    free, rounded = weights.copy(), np.empty_like(weights)
    upper = np.linalg.cholesky(np.linalg.inv(forms)).transpose(0, 2, 1)
    for outer, stop, inner in _blocks(len(weights), selection.block):
        carried = np.empty((stop - outer, weights.shape[1]))
        for here in inner:
            factor = upper[:, here, here]
            rounded[here] = selection.choose(free[here], np.linalg.inv(factor.transpose(0, 2, 1) @ factor))
            back = np.linalg.inv(factor).transpose(0, 2, 1)
            carried[here.start - outer : here.stop - outer] = error = times(back, free[here] - rounded[here])
            free[here.stop : stop] -= times(upper[:, here, here.stop : stop].transpose(0, 2, 1), error)
        free[stop:] -= times(upper[:, outer:stop, stop:].transpose(0, 2, 1), carried)
    return rounded


def descend(
    weights: NDArray[np.float64],
    forms: NDArray[np.float64],
    selection: Selection,
    rounded: NDArray[np.float64],
    sweeps: int,
) -> NDArray[np.float64]:
    """Rounded weights, improved over all blocks.

    Parameters
    ----------
    weights, forms, selection
        As of `carry`.
    rounded : ndarray of float64 [K, C]
        What `carry` found.
    sweeps : int
        How often to go over all blocks.

    Returns
    -------
    ndarray of float64 [K, C]
    """
    rounded = rounded.copy()
    error = weights - rounded
    gradient: NDArray[np.float64] = times(forms, error)
    for outer, stop, inner in _blocks(len(weights), selection.block, sweeps):
        before, near = rounded[outer:stop].copy(), gradient[outer:stop].copy()
        for here in inner:
            form, local = forms[:, here, here], slice(here.start - outer, here.stop - outer)
            inverse = np.linalg.inv(form).astype(np.float64, copy=False)
            shift = times(inverse, near[local])  # from rounded to the best real numbers
            targets = rounded[here] + shift
            chosen = selection.refine(selection.choose(targets, form), targets, form)
            better = errors(form, targets - chosen) < errors(form, shift)
            chosen = np.where(better, chosen, rounded[here])
            near += times(forms[:, outer:stop, here], rounded[here] - chosen)
            rounded[here] = chosen
        gradient += times(forms[:, :, outer:stop], before - rounded[outer:stop])
    return rounded


def _blocks(length: int, block: int, rounds: int = 1) -> Iterator[tuple[int, int, list[slice]]]:
    """(start, stop, blocks) of wide blocks, whose blocks are slices: all of ``length``, ``rounds`` times."""
    wide = max(block, _WIDE // block * block)
    for start in list(range(0, length, wide)) * rounds:
        stop = min(start + wide, length)
        yield start, stop, [slice(first, min(first + block, stop)) for first in range(start, stop, block)]
