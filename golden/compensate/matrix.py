"""One weight matrix in a number format, its errors compensated, its scales searched.

    Q = argmin  sum over columns of (w - q)^T H (w - q)      over q that the format has

is solved in three steps: for each of several shares of the range the errors are carried from block to block
(`lowtide.golden.compensate.solver.carry`), then for shares near the best one, each time half as far; each column keeps
the share under which its error, as the layer's data see it, is least; cyclic descent improves what was found.

Source: Frantar et al., GPTQ, arXiv 2210.17323; the search of the scale under the format's own error is Lowtide's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..checks import check_integer
from ..number_formats.format import Format, Quantiser
from ..pe.fields import check_choice
from ..quantise import finite_array
from .metric import damped, errors
from .selection import SELECTIONS, selection_of
from .solver import carry, descend

__all__ = ["Compensation", "CompensatedMatrix", "compensate"]

_NEAR = 1.08  # first factor between a share and those that are tried beside it


@dataclass(frozen=True, kw_only=True)
class Compensation:
    """How weights are compensated.

    Parameters
    ----------
    selection : str
        How a group's terms are chosen, "least error" or "largest terms"; see `lowtide.golden.compensate.selection`.
    shares : tuple of float
        Of the range that scales may cover, > 0, each tried for every column.
    nearer : int
        How often shares on both sides of a column's best one are tried, each time half as far away; 0 for never.
    damping : float
        Share of the mean diagonal of H that is added to it, > 0.
    sweeps : int
        Of cyclic descent after errors have been carried; 0 for none.
    """

    selection: str = "least error"
    shares: tuple[float, ...] = (1.9, 1.6, 1.35, 1.15, 1.0, 0.85)
    nearer: int = 0
    damping: float = 0.01
    sweeps: int = 1

    def __post_init__(self) -> None:
        check_choice("selection", self.selection, SELECTIONS)
        check_integer("nearer", self.nearer, 0)
        check_integer("sweeps", self.sweeps, 0)
        for name, values in (("shares", self.shares), ("damping", (self.damping,))):
            if not values or not all(np.isfinite(value) and value > 0 for value in values):
                raise ValueError(f"{name} is {getattr(self, name)!r}, allowed are numbers > 0, at least one")


@dataclass(frozen=True, kw_only=True, eq=False)
class CompensatedMatrix:
    """Weights that were compensated.

    Parameters
    ----------
    values : ndarray of float64 [K, C]
        Numbers of the format.
    quantiser : Quantiser
        The one that has them, a scale a column.
    error : ndarray of float64 [C]
        ``(w - q)^T H (w - q)`` with the damped H.
    share : ndarray of float64 [C]
        Of its range that a scale covers.
    """

    values: NDArray[np.float64]
    quantiser: Quantiser
    error: NDArray[np.float64]
    share: NDArray[np.float64]


def compensate(
    weights: NDArray[np.float64], forms: NDArray[np.float64], format: Format, options: Compensation | None = None
) -> CompensatedMatrix:
    """A weight matrix in a number format, compensated.

    Parameters
    ----------
    weights : ndarray of float64 [K, C]
    forms : ndarray of float64 [K, K] or [B, K, K]
        H = X^T X / samples of the layer's data, symmetric; B for a convolution of B groups, whose C / B columns each
        lie side by side.
    format : Format
    options : Compensation, optional

    Returns
    -------
    CompensatedMatrix

    Raises
    ------
    ValueError
        For other shapes, NaN and infinities.
    """
    options = options or Compensation()
    weights, forms = finite_array("weights", weights), finite_array("forms", forms)
    forms = forms[None] if forms.ndim == 2 else forms
    if weights.ndim != 2 or weights.size == 0:
        raise ValueError(f"weights has shape {weights.shape}, allowed are [K, C], each >= 1")
    length, columns = weights.shape
    if forms.ndim != 3 or forms.shape[1:] != (length, length) or columns % len(forms):
        raise ValueError(f"forms has shape {forms.shape}, allowed are [B, {length}, {length}], B dividing {columns}")
    forms = damped(forms, options.damping)
    share, error, values = np.ones(columns), np.full(columns, np.inf), np.zeros_like(weights)

    def attempt(shares: NDArray[np.float64]) -> None:
        found = carry(weights, forms, selection_of(options.selection, format, weights, shares))
        here = errors(forms, weights - found)
        better = here < error
        share[better], error[better], values[:, better] = shares[better], here[better], found[:, better]

    for number in options.shares:
        attempt(np.full(columns, number))
    for step in range(options.nearer):
        best, factor = share.copy(), _NEAR ** (0.5**step)
        attempt(best * factor)
        attempt(best / factor)
    selection = selection_of(options.selection, format, weights, share)
    if options.sweeps:
        values = descend(weights, forms, selection, values, options.sweeps)
        error = errors(forms, weights - values)
    return CompensatedMatrix(values=values, quantiser=selection.quantiser, error=error, share=share)
