"""How sure a measured loss is: paired differences of two networks on the same data, with a standard error.

A *unit* is what was drawn independently: a picture (the mean over its views, which are alike), a digit, or a stream of
words. Of each unit a row keeps what its network made of it, so that any two rows of a task are compared on the same
units::

    loss = mean_u d_u      error = sqrt(sum_u (d_u - loss)^2 / (U (U - 1)))      d_u = value of one - value of the other

Values are shares of right answers, 0..1, or mean log losses of a stream, so that a difference of 0.01 is one per cent
of perplexity. Configurations are chosen on the even units and reported on the odd ones: the best of many looks better
than it is on the data that it was chosen on.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "ALL",
    "CHOICE",
    "REPORT",
    "Answers",
    "Comparison",
    "Difference",
    "LogLosses",
    "Outcome",
    "compared",
    "difference",
    "outcome",
    "stated_outcome",
    "standard_error",
]

ALL, CHOICE, REPORT = slice(None), slice(0, None, 2), slice(1, None, 2)  #: parts of the units


class Outcome(ABC):
    """What a network made of each unit; a dataclass whose fields JSON can hold."""

    @abstractmethod
    def units(self) -> NDArray[np.float64]:
        """A value for each unit, float64 [units]."""

    @abstractmethod
    def score(self, part: slice = ALL) -> float:
        """Accuracy, 0 to 1, or perplexity on a part of the units: ALL, CHOICE or REPORT."""

    @abstractmethod
    def worse(self, other: NDArray[np.float64]) -> NDArray[np.float64]:
        """By how much each unit is worse than another network's, float64 [units]."""


@dataclass(frozen=True)
class Answers(Outcome):
    """Which answers of a classifier are right.

    Parameters
    ----------
    right : str
        A bit for each sample, in hexadecimal digits.
    samples : int
        How many there are.
    views : int
        Consecutive samples that are one unit.
    """

    right: str
    samples: int
    views: int

    def units(self) -> NDArray[np.float64]:
        bits = np.unpackbits(np.frombuffer(bytes.fromhex(self.right), np.uint8), count=self.samples)
        return bits.reshape(-1, self.views).mean(axis=1)

    def score(self, part: slice = ALL) -> float:
        return float(self.units()[part].mean())

    def worse(self, other: NDArray[np.float64]) -> NDArray[np.float64]:
        return other - self.units()


@dataclass(frozen=True)
class LogLosses(Outcome):
    """How well a language model predicts.

    Parameters
    ----------
    log_losses : tuple of float
        The mean of each stream of words.
    """

    log_losses: tuple[float, ...]

    def units(self) -> NDArray[np.float64]:
        return np.array(self.log_losses)

    def score(self, part: slice = ALL) -> float:
        return float(np.exp(self.units()[part].mean()))

    def worse(self, other: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.units() - other


@dataclass(frozen=True)
class Difference:
    """The difference of two networks on the same units.

    Parameters
    ----------
    loss : float
        Larger than 0 where the first network is worse, 0 to 1 or of log loss.
    error : float
        Its standard error.
    units : int
        How many there are.
    """

    loss: float
    error: float
    units: int


@dataclass(frozen=True)
class Comparison:
    """A quantised network beside the float one: what every row keeps.

    Parameters
    ----------
    outcome, float_outcome : Outcome
        Of the two networks.
    units : int
        How many there are.
    loss, loss_error : float
        Of the quantised network against the float one, and its standard error.
    """

    outcome: Outcome
    float_outcome: Outcome
    units: int
    loss: float
    loss_error: float

    def entries(self) -> dict[str, Any]:
        """The fields as entries of a row, what JSON can hold."""
        return asdict(self)


def compared(found: ArrayLike, exact: ArrayLike, *, views: int = 1) -> Comparison:
    """A quantised network beside the float one.

    Parameters
    ----------
    found, exact : bool [samples] or float [streams]
        Of the quantised and of the float network: which answers are right, or the mean log loss of each stream.
    views : int
        Consecutive samples that are one unit.
    """
    mine, theirs = outcome(found, views), outcome(exact, views)
    lost = difference(mine, theirs)
    return Comparison(mine, theirs, lost.units, lost.loss, lost.error)


def outcome(values: ArrayLike, views: int = 1) -> Outcome:
    """The outcome of one network.

    Parameters
    ----------
    values : array_like of bool [samples] or float [streams]
        Which answers are right, or the mean log loss of each stream.
    views : int
        Consecutive samples that are one unit.
    """
    values = np.asarray(values)
    if values.dtype == bool:
        return Answers(np.packbits(values).tobytes().hex(), values.size, views)
    return LogLosses(tuple(values.astype(float).tolist()))


def stated_outcome(stated: Mapping[str, Any]) -> Outcome:
    """The `Outcome` that a row holds as JSON: the fields of `Answers` or of `LogLosses`."""
    if set(stated) == {"log_losses"}:
        return LogLosses(tuple(stated["log_losses"]))
    return Answers(**stated)


def difference(one: Outcome, other: Outcome, part: slice = ALL) -> Difference:
    """The `Difference` of a network against another one.

    Parameters
    ----------
    one, other : Outcome
        Of the same task.
    part : slice
        Which units: ALL, CHOICE or REPORT.

    Raises
    ------
    ValueError
        For outcomes of other units.
    """
    mine, theirs = one.units(), other.units()
    if mine.shape != theirs.shape:
        raise ValueError(f"rows have {mine.size} and {theirs.size} units, allowed are rows of one task")
    worse = one.worse(theirs)[part]
    return Difference(float(worse.mean()), standard_error(worse), worse.size)


def standard_error(values: NDArray[Any]) -> float:
    """Of the mean of independent values [n]; 0 of one value."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
