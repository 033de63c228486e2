"""How far an approximation is from its reference.

``mean_squared = mean (a - r)^2``, ``signal_to_noise = 10 log10(sum r^2 / sum (a - r)^2)`` in dB, ``largest = max|a -
r|``, ``cosine = sum a r / sqrt(sum a^2 sum r^2)``. Without noise the ratio is infinite, also of an all-zero reference;
with noise that of an all-zero reference is minus infinity. The cosine of two all-zero tensors is 1, of one 0.

Source: signal to quantisation noise: Lin, Talathi, Annapureddy, arXiv 1511.06393.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .fitting.scales import checked_values

__all__ = ["Errors", "errors"]


@dataclass(frozen=True)
class Errors:
    """Errors of an approximation.

    Parameters
    ----------
    mean_squared, largest : float
        In the unit of the values, mean_squared in its square.
    signal_to_noise : float
        In dB.
    cosine : float
        -1..1.
    """

    mean_squared: float
    signal_to_noise: float
    largest: float
    cosine: float


def errors(reference: ArrayLike, approximation: ArrayLike) -> Errors:
    """How far an approximation is from its reference.

    Parameters
    ----------
    reference, approximation : array_like of real numbers
        Of one shape, at least one.

    Returns
    -------
    Errors

    Raises
    ------
    ValueError
        For other shapes, NaN and infinities.
    """
    r, a = checked_values(reference), checked_values(approximation)
    if r.shape != a.shape:
        raise ValueError(f"approximation has shape {a.shape}, allowed is {r.shape}")
    unit = max(np.abs(r).max(), np.abs(a).max()) or 1.0  # squares neither overflow nor vanish
    difference, r, a = (a - r) / unit, r / unit, a / unit
    noise, signal, power = (float(np.vdot(part, part)) for part in (difference, r, a))
    return Errors(
        mean_squared=noise / r.size * unit * unit,
        signal_to_noise=_decibels(signal, noise),
        largest=float(np.abs(difference).max() * unit),
        cosine=_cosine(float(np.vdot(r, a)), signal, power),
    )


def _decibels(signal: float, noise: float) -> float:
    if noise == 0:
        return float("inf")
    return float(10 * np.log10(signal / noise)) if signal else float("-inf")


def _cosine(product: float, first: float, second: float) -> float:
    if first == 0 or second == 0:
        return float(first == second)
    return float(np.clip(product / np.sqrt(first * second), -1, 1))
