"""Range choices: the largest value that a format shall represent, the rest saturates.

========================  =========================================================================================
`Largest`                 ``max v``
`Percentile`              the value that ``percent`` of all values do not exceed, interpolated linearly
`LeastSquaredError`       ``max v * i / steps``, i = 1..steps, with the least ``sum (round(v) - v)^2``; the largest of
                          equals
`AverageRange`            ``share * sum_b r_b max_b / sum_b r_b``: ``max_b`` of part b of the calibration data, axis 0
                          cut into ``parts``; the weights ``r_b`` go linearly from ``first`` to ``last``
========================  =========================================================================================

Symmetric formats apply the choice to magnitudes, asymmetric ones to ``v`` and to ``-v``. With `AverageRange` an
asymmetric range is therefore ``low = share * sum_b r_b min_b / sum_b r_b``, and ``high`` likewise.

The ramp from the first to the last layer (`layer_ramp`): the share of the averaged range that is kept goes linearly
with the layer's number. Averages of maxima lie inside the whole range; a share above one gives back headroom, below
one clips more, and errors of early layers pass through all later ones. This is our reading of a lecture that names the
ramp without a formula.

Source: Redfern, xNN Implementation, 2018 (averaged minima and maxima, ramp); Krishnamoorthi, arXiv 1806.08342
(percentile, moving averages); least squared error: Sung et al., arXiv 1511.06488 (L2 error minimisation).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...checks import check_integer
from ...quantise import finite_array
from ..format import Quantiser
from .scales import reduced

__all__ = [
    "AverageRange",
    "Largest",
    "LeastSquaredError",
    "Percentile",
    "RangeChoice",
    "average_end",
    "chosen_magnitude",
    "layer_ramp",
    "squared_error",
]


Error = Callable[[NDArray[np.float64]], NDArray[np.float64]]  #: of the end of a range: the squared error it makes


class RangeChoice(ABC):
    """How the end of a range is chosen."""

    @property
    def label(self) -> str:
        """What names of formats append."""
        return ""

    @abstractmethod
    def end(self, values: NDArray[np.float64], axis: tuple[int, ...] | None, error: Error) -> NDArray[np.float64]:
        """The upper end of the range.

        Parameters
        ----------
        values : ndarray of float64
        axis : tuple of int, or None
            The axes that share an end, all if None.
        error : callable
            Of an end: the squared error that the format then makes, of the same shape.

        Returns
        -------
        ndarray of float64
            Of the shape that a reduction over ``axis`` with kept dimensions has.
        """


@dataclass(frozen=True)
class Largest(RangeChoice):
    """The largest value: nothing saturates."""

    def end(self, values: NDArray[np.float64], axis: tuple[int, ...] | None, error: Error) -> NDArray[np.float64]:
        return reduced(np.max, values, axis)


@dataclass(frozen=True)
class Percentile(RangeChoice):
    """The value that ``percent`` of all values do not exceed, > 0, <= 100."""

    percent: float = 99.9

    def __post_init__(self) -> None:
        _check_positive("percent", self.percent, 100)

    @property
    def label(self) -> str:
        return f"p{self.percent:g}"

    def end(self, values: NDArray[np.float64], axis: tuple[int, ...] | None, error: Error) -> NDArray[np.float64]:
        return np.asarray(np.percentile(values, self.percent, axis=axis, keepdims=axis is not None))


@dataclass(frozen=True)
class LeastSquaredError(RangeChoice):
    """Of ``steps`` shares of the largest value the one with the least squared error; each costs a rounding."""

    steps: int = 40

    def __post_init__(self) -> None:
        check_integer("steps", self.steps, 2)

    @property
    def label(self) -> str:
        return "least squares"

    def end(self, values: NDArray[np.float64], axis: tuple[int, ...] | None, error: Error) -> NDArray[np.float64]:
        largest = best = reduced(np.max, values, axis)
        least = error(largest)
        for step in reversed(range(1, self.steps)):
            trial = largest * (step / self.steps)
            found = error(trial)
            best, least = np.where(found < least, trial, best), np.minimum(found, least)
        return best


@dataclass(frozen=True)
class AverageRange(RangeChoice):
    """The weighted average of the parts' largest values, times ``share``.

    Parameters
    ----------
    parts : int
        1 to the length of axis 0, which is cut into parts of almost equal length.
    first, last : float
        Weights of the first and the last part, > 0.
    share : float
        > 0.
    """

    parts: int
    first: float = 1.0
    last: float = 1.0
    share: float = 1.0

    def __post_init__(self) -> None:
        check_integer("parts", self.parts, 1)
        for name in ("first", "last", "share"):
            _check_positive(name, getattr(self, name))

    @property
    def label(self) -> str:
        return f"average of {self.parts}" + (f" x {self.share:g}" if self.share != 1 else "")

    def end(self, values: NDArray[np.float64], axis: tuple[int, ...] | None, error: Error) -> NDArray[np.float64]:
        if values.ndim == 0 or values.shape[0] < self.parts or (axis is not None and 0 not in axis):
            raise ValueError(
                f"values has shape {values.shape} and axis {axis}, allowed are >= {self.parts} values along axis 0 "
                "that share a scale"
            )
        parts = np.array_split(values, self.parts)
        ends = np.stack([reduced(np.max, part, axis) for part in parts])
        return self.share * average_end(ends, first=self.first, last=self.last)


def average_end(ends: ArrayLike, *, first: float = 1.0, last: float = 1.0) -> NDArray[np.float64]:
    """``sum_b r_b ends[b] / sum_b r_b`` over axis 0, r_b linear from ``first`` to ``last``.

    For calibration data of which only the batches' minima and maxima were kept.

    Parameters
    ----------
    ends : array_like of real numbers [batches, ...]
        The largest (or smallest) values of batches, at least one.
    first, last : float
        > 0.

    Returns
    -------
    ndarray of float64 [...]
    """
    ends = finite_array("ends", ends)
    if ends.ndim == 0 or ends.shape[0] == 0:
        raise ValueError(f"ends has shape {ends.shape}, allowed is at least one batch along axis 0")
    ramp = np.linspace(_check_positive("first", first), _check_positive("last", last), ends.shape[0])
    return np.tensordot(ramp / ramp.sum(), ends, axes=1)


def layer_ramp(choice: AverageRange, layers: int, *, first: float, last: float) -> tuple[AverageRange, ...]:
    """A tuple of ``layers`` `AverageRange` like ``choice``, whose shares go linearly from ``first`` to ``last``."""
    ends = _check_positive("first", first), _check_positive("last", last)
    shares = np.linspace(*ends, check_integer("layers", layers, 1))
    return tuple(replace(choice, share=float(share)) for share in shares)


def squared_error(
    values: NDArray[np.float64], quantiser: Quantiser, axis: tuple[int, ...] | None
) -> NDArray[np.float64]:
    """``sum (round(v) - v)^2`` over ``axis``, which stays with length one; a scalar array if None."""
    return reduced(np.sum, np.square(quantiser.round(values) - values), axis)


def chosen_magnitude(
    choice: RangeChoice,
    values: NDArray[np.float64],
    axis: tuple[int, ...] | None,
    quantiser_at: Callable[[NDArray[np.float64]], Quantiser],
) -> NDArray[np.float64]:
    """The end that a choice finds for the magnitudes of values; where it finds zero, the largest magnitude.

    Parameters
    ----------
    choice : RangeChoice
    values : ndarray of float64
    axis : tuple of int, or None
    quantiser_at : callable
        Of an end: the `Quantiser` with that range.
    """
    magnitudes = np.abs(values)
    end = choice.end(magnitudes, axis, lambda trial: squared_error(magnitudes, quantiser_at(trial), axis))
    return end if (end > 0).all() else np.where(end > 0, end, reduced(np.max, magnitudes, axis))


def _check_positive(name: str, value: object, most: float = np.inf) -> float:
    number = np.asarray(value)
    if number.ndim or number.dtype.kind not in "iuf" or not 0 < number <= most or np.isinf(number):
        allowed = "numbers > 0" if np.isinf(most) else f"numbers > 0, <= {most}"
        raise ValueError(f"{name} is {value!r}, allowed are {allowed}")
    return float(number)
