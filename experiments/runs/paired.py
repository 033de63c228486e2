"""How sure a measured loss is: paired differences of two networks on the same data, with a standard error.

A *unit* is what was drawn independently: a picture (the mean over its views, which are alike), a digit, or a stream of
words. Of each unit a row keeps what its network made of it, so that any two rows of a task are compared on the same
units::

    loss = mean_u d_u      error = sqrt(sum_u (d_u - loss)^2 / (U (U - 1)))      d_u = value of one - value of the other

Values are shares of right answers, 0..1, or mean log losses of a stream, so that a difference of 0.01 is one per cent
of perplexity. Configurations are chosen on the even units and reported on the odd ones: the best of many looks better
than it is on the data that it was chosen on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "ALL",
    "CHOICE",
    "REPORT",
    "Difference",
    "difference",
    "outcome",
    "packed",
    "score",
    "standard_error",
    "units",
]

ALL, CHOICE, REPORT = slice(None), slice(0, None, 2), slice(1, None, 2)  #: parts of the units


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


def outcome(found: ArrayLike, exact: ArrayLike, *, views: int = 1) -> dict[str, Any]:
    """The entries of a row that later comparisons need.

    Parameters
    ----------
    found, exact : bool [samples] or float [streams]
        Of the quantised and of the float network: which answers are right, or the mean log loss of each stream.
    views : int
        Consecutive samples that are one unit.

    Returns
    -------
    dict
        ``outcome`` and ``float_outcome``: for `units`, JSON. ``units``: how many there are. ``loss``, ``loss_error``:
        of the quantised network against the float one.
    """
    row = {"outcome": packed(found, views), "float_outcome": packed(exact, views)}
    beside_float = difference(row)
    return row | {"units": beside_float.units, "loss": beside_float.loss, "loss_error": beside_float.error}


def packed(values: ArrayLike, views: int = 1) -> dict[str, Any]:
    """Outcomes of one network as JSON: right answers as hexadecimal digits, log losses as they are.

    Parameters
    ----------
    values : array_like of bool [samples] or float [streams]
        Which answers are right, or the mean log loss of each stream.
    views : int
        Consecutive samples that are one unit.

    Returns
    -------
    dict
        What `units` reads.
    """
    values = np.asarray(values)
    if values.dtype == bool:
        return {"right": np.packbits(values).tobytes().hex(), "samples": values.size, "views": views}
    return {"log_losses": values.astype(float).tolist()}


def units(outcome: Mapping[str, Any]) -> NDArray[np.float64]:
    """float64 [units] of what `packed` made."""
    if "log_losses" in outcome:
        return np.array(outcome["log_losses"])
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(outcome["right"]), np.uint8), count=outcome["samples"])
    return bits.reshape(-1, outcome["views"]).mean(axis=1)


def score(row: Mapping[str, Any], part: slice = ALL, *, name: str = "outcome") -> float:
    """Accuracy, 0 to 1, or perplexity of a row on a part of its units.

    Parameters
    ----------
    row : mapping
        With the entries of `outcome`.
    part : slice
        Which units: ALL, CHOICE or REPORT.
    name : str
        Of the entry: "outcome", or "float_outcome" for the float network's.
    """
    mean = float(units(row[name])[part].mean())
    return float(np.exp(mean)) if "log_losses" in row[name] else mean


def difference(row: Mapping[str, Any], other: Mapping[str, Any] | None = None, part: slice = ALL) -> Difference:
    """The `Difference` of a row against another one of the same task.

    Parameters
    ----------
    row, other : mapping
        With the entries of `outcome`; without the other one, against the float network.
    part : slice
        Which units: ALL, CHOICE or REPORT.

    Raises
    ------
    ValueError
        For rows with other units.
    """
    mine, theirs = units(row["outcome"]), units(row["float_outcome"] if other is None else other["outcome"])
    if mine.shape != theirs.shape:
        raise ValueError(f"rows have {mine.size} and {theirs.size} units, allowed are rows of one task")
    worse = (mine - theirs if "log_losses" in row["outcome"] else theirs - mine)[part]
    return Difference(float(worse.mean()), standard_error(worse), worse.size)


def standard_error(values: NDArray[Any]) -> float:
    """Of the mean of independent values [n]; 0 of one value."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
