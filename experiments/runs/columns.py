"""Columns that tables of several experiments share."""

from ..framework.experiment import Column

__all__ = ["LOSS"]


def _lost(row):
    """Points of accuracy, or per cent of perplexity."""
    unit = "%" if "log_losses" in row["outcome"] else "points"
    return f"{100 * row['loss']:.2f} ± {100 * row['loss_error']:.2f} {unit}"


#: How many independent units (pictures, digits, streams of words), and the loss beside the float network, paired, with
#: one standard error.
LOSS = (Column("n", lambda row: row["units"]), Column("lost", _lost))
