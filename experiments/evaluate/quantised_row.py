"""What every evaluation tells of a network: its formats, its score, and what it loses against the float one."""

from dataclasses import dataclass
from typing import Any

from ..framework.experiment import Column
from .quantised_point import QuantisedPoint

__all__ = ["COLUMNS", "ROUNDINGS", "QuantisedRow", "percent", "said_of"]

#: By how compensation chooses terms: what tables call it.
ROUNDINGS = {None: "plain", "least error": "compensated", "largest terms": "compensated, largest terms"}


@dataclass(frozen=True, kw_only=True)
class QuantisedRow:
    """A network on some data; None where it is the float one. A derived class says more of its score.

    Parameters
    ----------
    task, weights, rounding : str
        Names of the network, of the format of its weights and of the way of rounding.
    x_bits, data_terms : int or None
        Of data; 0 terms are all.
    score : float
    outcome, float_outcome, units, loss, loss_error : object
        Those of a `lowtide.experiments.runs.measures.paired.Comparison`.
    """

    task: str
    weights: str
    rounding: str
    x_bits: int | None
    data_terms: int | None
    score: float
    outcome: dict[str, Any]
    float_outcome: dict[str, Any]
    units: int
    loss: float
    loss_error: float


#: The first columns of a table.
COLUMNS = (
    Column("weights", lambda row: row.weights, left=True),
    Column("rounding", lambda row: row.rounding, left=True),
    Column("data bits", lambda row: row.x_bits),
    Column("data terms", lambda row: row.data_terms or None),
)


def said_of(point: QuantisedPoint) -> dict[str, Any]:
    """The fields of a row that follow from its point alone."""
    is_float = point.weights is None
    return {
        "task": point.task,
        "weights": point.word,
        "rounding": "-" if is_float else ROUNDINGS[point.selection],
        "x_bits": None if is_float else point.x_bits,
        "data_terms": None if is_float else point.data_terms,
    }


def percent(mean: float, error: float, *, places: int = 1) -> str:
    """A share with its standard error, in hundredths."""
    return f"{100 * mean:.{places}f} ± {100 * error:.{places}f}"
