"""How near a quantised network's scores are to the float network's, whatever the labels say.

The logit signal-to-noise ratio is ``10 log10(sum y^2 / sum (y - y_q)^2)`` dB.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Agreement", "agreement", "signal_to_noise"]


@dataclass(frozen=True)
class Agreement:
    """Scores beside the float network's.

    Parameters
    ----------
    agreement : float
        The share of samples with the same largest score, 0 to 1.
    signal_to_noise : float or None
        Of all scores, dB; None without noise.
    """

    agreement: float
    signal_to_noise: float | None


def agreement(exact: NDArray[Any], found: NDArray[Any]) -> Agreement:
    """The `Agreement` of scores of the float and of the quantised network, [samples, classes] each."""
    same = exact.argmax(axis=1) == found.argmax(axis=1)
    return Agreement(float(same.mean()), signal_to_noise(exact, found))


def signal_to_noise(exact: ArrayLike, found: NDArray[Any]) -> float | None:
    """Signal-to-noise ratio of scores, in dB.

    Parameters
    ----------
    exact, found : array_like of float
        Scores of the float and of the quantised network, of one shape.

    Returns
    -------
    float or None
        None if the two are equal.
    """
    exact, noise = np.asarray(exact, np.float64), np.square(np.asarray(exact, np.float64) - found).sum()
    return float(10 * np.log10(np.square(exact).sum() / noise)) if noise else None
