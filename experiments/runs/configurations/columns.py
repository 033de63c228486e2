"""Columns that tables of several experiments share."""

from ...framework.experiment import Column
from ..tasks import TASKS
from .measured_rows import PairedRow

__all__ = ["LOSS"]


def _lost(row: PairedRow) -> str:
    """Points of accuracy, or per cent of perplexity."""
    return f"{100 * row.loss:.2f} ± {100 * row.loss_error:.2f} {TASKS[row.task].measure.loss_unit}"


#: How many independent units (pictures, digits, streams of words), and the loss beside the float network, paired, with
#: one standard error.
LOSS = (Column("n", lambda row: row.units), Column("lost", _lost))
