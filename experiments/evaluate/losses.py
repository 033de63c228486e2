"""The picture of what each format loses."""

from collections.abc import Sequence
from typing import Any

from .quantised_row import ROUNDINGS, QuantisedRow

__all__ = ["picture"]


def picture(rows: Sequence[QuantisedRow], title: str, label: str, *, linear_to: float | None = None) -> Any:
    """A line for each row, a colour for each way of rounding, in hundredths.

    Parameters
    ----------
    rows : sequence of QuantisedRow
        The lines.
    title, label : str
        Of the picture, and of its axis.
    linear_to : float or None
        From where on the axis is logarithmic; None: nowhere.

    Returns
    -------
    matplotlib.figure.Figure
        The picture.
    """
    from ..framework.plots import COLOURS, panels

    figure, (place,) = panels([title], across=1)
    for number, rounding in enumerate(ROUNDINGS.values()):
        mine = [(line, row) for line, row in enumerate(rows) if row.rounding == rounding]
        if mine:
            place.errorbar(
                [100 * row.loss for _, row in mine],
                [line for line, _ in mine],
                fmt="o",
                xerr=[100 * row.loss_error for _, row in mine],
                color=COLOURS[number],
                label=rounding,
            )
    place.set_yticks(range(len(rows)), [row.weights for row in rows], fontsize=8)
    place.invert_yaxis()
    if linear_to is not None:
        place.set_xscale("symlog", linthresh=linear_to)
        place.xaxis.set_major_formatter("{x:g}")
    place.set_xlabel(label)
    place.legend(fontsize=8)
    return figure
