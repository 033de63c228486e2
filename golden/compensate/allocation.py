"""The terms of a group where they count most: the integers of least weighted error that a budget allows.

    minimise  sum_i d_i (t_i - q_i)^2      over integers q whose numbers of terms fit the slots

Of each value the best integer with 0, 1, 2, ... terms is known (`lowtide.golden.compensate.few_terms`), so what is left
is a knapsack, solved exactly by dynamic programming over the values of a window::

    best_i(u) = min over c of  best_(i-1)(u - max(0, c - own_i)) + d_i (t_i - nearest(t_i, c))^2

for u slots used. Term revealing as published keeps the largest terms instead, whatever they are worth.

Source: Lowtide's own; dynamic programming of a knapsack with several items a class, Dudzinski and Walukiewicz 1987.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .few_terms import FewTerms
from .slots import Slots

__all__ = ["least_error_integers"]


def least_error_integers(
    targets: NDArray[np.float64], importance: NDArray[np.float64], slots: Slots, integers: FewTerms
) -> NDArray[np.float64]:
    """The integers q of the least error above.

    Parameters
    ----------
    targets : ndarray of float64 [g, C]
        t, a column a group.
    importance : ndarray of float64 [g, C] or [g, 1]
        d > 0.
    slots : Slots
        Of g values.
    integers : FewTerms

    Returns
    -------
    ndarray of float64 [g, C]
    """
    chosen = np.empty_like(targets)
    for first, end, shared in slots.windows:
        some = slice(first, end)
        chosen[some] = _window(
            targets[some], np.broadcast_to(importance, targets.shape)[some], slots.own[some], shared, integers
        )
    return chosen


def _window(
    targets: NDArray[np.float64],
    importance: NDArray[np.float64],
    own: tuple[int, ...] | tuple[int, int, int] | tuple[int],
    shared: int,
    integers: FewTerms,
) -> NDArray[np.float64]:
    values, columns = targets.shape
    counts = range(min(integers.most, shared + max(own)) + 1)
    nearest = np.stack([integers.nearest(targets, count) for count in counts])
    errors = importance * (targets - nearest) ** 2
    best, choices = np.zeros((shared + 1, columns)), []
    for value in range(values):
        free = min(own[value], counts[-1])  # fewer terms than the value has slots for are never better
        choice = np.full((shared + 1, columns), free, np.int8)
        total = best + errors[free, value]
        for count in range(free + 1, counts[-1] + 1):
            cost = count - own[value]
            if cost > shared:
                break
            candidate = best[: shared + 1 - cost] + errors[count, value]
            better = candidate < total[cost:]
            np.copyto(total[cost:], candidate, where=better)
            choice[cost:][better] = count
        best = total
        choices.append(choice)
    left, everywhere = np.full(columns, shared), np.arange(columns)
    found = np.empty_like(targets)
    for value in reversed(range(values)):
        count = choices[value][left, everywhere].astype(np.intp)
        found[value] = nearest[count, value, everywhere]
        left -= np.maximum(count - own[value], 0)
    return found
