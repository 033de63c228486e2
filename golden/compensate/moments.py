"""What calibration says of a layer: second moments of its data, and of its data with the outputs it should have.

The layer sees data X of the quantised network and is to make the outputs Y of the float one. With ``n`` rows::

    H = (X - mx)^T (X - mx) / n          G = (X - mx)^T (Y - my) / n          mx, my: means of the columns

The means are left to the bias, which costs no terms: ``b = my - mx Q`` makes the mean error of every output zero. The
best real weights are those of a regression that leans towards the trained ones w where the data say little::

    w* = (H + l I)^-1 (G + l w)          l = lean * mean(diag H)

They already make good what earlier layers have lost. All of this is per group of a convolution.

Source: Frantar et al., GPTQ, arXiv 2210.17323 (H); regression on the quantised network's own data: Nagel et al., arXiv
1906.04721 (bias), Li et al., GPTAQ, arXiv 2504.02692 (weights).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moments"]


class Moments:
    """Sums over rows, added to piece by piece.

    Parameters
    ----------
    groups : int
        B, of the convolution.
    """

    def __init__(self, groups: int = 1) -> None:
        self.groups, self.rows = groups, 0
        nothing = np.zeros(())  # becomes as large as what is added
        self._second = self._cross = self._x = self._y = self._power = nothing

    def add(self, x: NDArray[np.floating], y: NDArray[np.floating]) -> None:
        """Take in rows: x [B, rows, K] data of each group, y [rows, C] outputs without bias, group by group."""
        y = np.moveaxis(y.reshape(len(y), self.groups, -1), 1, 0)
        transposed = np.swapaxes(x, 1, 2)
        self.rows += x.shape[1]
        self._second = self._second + np.matmul(transposed, x).astype(np.float64)
        self._cross = self._cross + np.matmul(transposed, y).astype(np.float64)
        self._x = self._x + x.sum(axis=1, dtype=np.float64)
        self._y = self._y + y.sum(axis=1, dtype=np.float64)
        self._power = self._power + np.square(y).sum(dtype=np.float64)

    @property
    def forms(self) -> NDArray[np.float64]:
        """H: float64 [B, K, K]."""
        mean = self._x / self.rows
        return self._second / self.rows - mean[:, :, None] * mean[:, None, :]

    def regression(self, weights: NDArray[np.float64], lean: float) -> NDArray[np.float64]:
        """The best real weights w*: float64 [K, C], of the trained ones [K, C] and lean > 0."""
        forms = self.forms
        trained, cross = self._by_group(weights), self._centred_cross()
        mean = np.trace(forms, axis1=1, axis2=2) / len(weights)
        level = np.where(mean > 0, lean * mean, 1.0)[:, None, None]
        solved = np.linalg.solve(forms + level * np.eye(len(weights)), cross + level * trained)
        return np.moveaxis(solved, 0, 1).reshape(weights.shape).astype(np.float64, copy=False)

    def bias(self, rounded: NDArray[np.float64]) -> NDArray[np.float64]:
        """What to add to outputs ``X Q`` so that their means are right: float64 [C], of rounded weights Q [K, C]."""
        made = np.matmul((self._x / self.rows)[:, None, :], self._by_group(rounded))[:, 0]
        return (self._y / self.rows - made).reshape(-1)

    def signal_to_noise(self, rounded: NDArray[np.float64]) -> float:
        """Variance of Y over that of ``Y - X Q``, dB; infinite if they are equal."""
        columns = self._by_group(rounded)
        signal = self._power / self.rows - np.square(self._y / self.rows).sum()
        gained = 2 * self._centred_cross() - np.matmul(self.forms, columns)
        noise = signal - (columns * gained).sum()
        return float(10 * np.log10(signal / noise)) if noise > 0 else np.inf

    def _centred_cross(self) -> NDArray[np.float64]:
        return self._cross / self.rows - (self._x / self.rows)[:, :, None] * (self._y / self.rows)[:, None, :]

    def _by_group(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.moveaxis(weights.reshape(len(weights), self.groups, -1), 1, 0)
