"""Errors of weights as the layer's data see them: quadratic forms, one for each group of a convolution.

A layer computes ``X W``; the error of weights Q instead of W over the calibration data is ::

    mean |X (W - Q)|^2  =  sum over columns of  e^T H e,      e = w - q,  H = X^T X / samples

with one H for all columns of a linear layer or convolution. A convolution in groups has one for each, B in all, [B, K,
K]; the columns of [K, C] belong to them in B equal runs.

Source: LeCun, Denker, Solla, Optimal Brain Damage, 1990; Hassibi, Stork, Optimal Brain Surgeon, 1993.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["damped", "diagonal", "errors", "times"]


def times(forms: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """``H e`` of every column: forms [B, i, j], columns [j, C]; float64 [i, C]."""
    if len(forms) == 1:
        return forms[0] @ columns
    batches = columns.reshape(columns.shape[0], len(forms), -1)
    return np.einsum("bij,jbn->ibn", forms, batches, optimize=True).reshape(forms.shape[1], columns.shape[1])


def errors(forms: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """``e^T H e`` of every column: float64 [C]."""
    return np.einsum("kc,kc->c", columns, times(forms, columns))


def diagonal(forms: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The diagonals of [B, K, K] for each of ``count`` columns: float64 [K, C]."""
    return np.repeat(np.diagonal(forms, axis1=1, axis2=2).T, count // len(forms), axis=1)


def damped(forms: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """``H + share mean(diag H) I``, so that few samples or dead inputs leave no direction without cost: [B, K, K].

    An input that is always zero keeps the weight that it has; where all are, the form is the identity.
    """
    level = np.trace(forms, axis1=1, axis2=2) / forms.shape[1]
    added = np.where(level > 0, share * level, 1.0)
    return forms + added[:, None, None] * np.eye(forms.shape[1])
