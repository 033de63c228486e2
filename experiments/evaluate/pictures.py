"""EfficientNet-Lite0 on a folder of labelled pictures: what is measured, and what a reader is told of it.

Every row is compared with the float network on the same pictures, with all layers quantised. Points lost are paired
differences.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lowtide.golden.number_formats import Format, TermRevealed

from ..framework.experiment import Column, Experiment
from .losses import picture
from .picture_rows import Folder, PicturePoint, PictureRow, measure, network

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["experiment", "points"]


def points(
    words: Mapping[str, Format | None],
    folder: Folder,
    *,
    x_bits: int = 8,
    data_terms: int = 0,
    selections: Sequence[str | None] = (None,),
) -> list[PicturePoint]:
    """What is measured: the float network first, then each format rounded in each way. Only term revealing has
    terms to be chosen by their size.

    Parameters
    ----------
    words : mapping of str to Format or None
        Formats of weights by what the table calls them.
    folder : Folder
        The pictures.
    x_bits, data_terms : int
        Of data; 0 terms are all.
    selections : sequence of str or None
        How compensation chooses terms, None rounds plainly.

    Returns
    -------
    list of PicturePoint
        In the order of the table.
    """
    shared: dict[str, Any] = {"x_bits": x_bits, "data_terms": data_terms, "folder": folder}
    return [PicturePoint(word="float", weights=None, selection=None, **shared)] + [
        PicturePoint(word=word, weights=format, selection=selection, **shared)
        for word, format in words.items()
        if format is not None
        for selection in selections
        if selection != "largest terms" or isinstance(format, TermRevealed)
    ]


def experiment(chosen: Sequence[PicturePoint]) -> Experiment:
    """The `lowtide.experiments.framework.experiment.Experiment` of some points."""
    return Experiment(
        name="pictures",
        description="EfficientNet-Lite0 on labelled pictures, every layer quantised",
        about=__doc__,
        points=lambda quick: chosen,
        prepare=lambda task: network(),
        row=measure,
        read=lambda stated: PictureRow(**stated),
        notes=_notes,
        plot=_plot,
        columns=(
            Column("weights", lambda row: row.weights, left=True),
            Column("rounding", lambda row: row.rounding, left=True),
            Column("data bits", lambda row: row.x_bits),
            Column("data terms", lambda row: row.data_terms or None),
            Column("n", lambda row: row.units),
            Column("accuracy, %", lambda row: _percent(row.score, row.score_error)),
            Column("points lost", lambda row: _percent(row.loss, row.loss_error) if row.x_bits else None),
            Column("agreement, %", lambda row: _percent(row.agreement, row.agreement_error)),
            Column("SNR, dB", lambda row: f"{row.signal_to_noise:.1f}" if row.signal_to_noise else None),
        ),
    )


def _percent(mean: float, error: float) -> str:
    return f"{100 * mean:.1f} ± {100 * error:.1f}"


def _notes(rows: Sequence[PictureRow]) -> list[str]:
    exact = rows[0]
    return [
        f"{exact.units} pictures, each once; the float network has "
        f"{_percent(exact.score, exact.score_error)} %. Points lost are paired with it; ± is one standard "
        "error."
    ]


def _plot(rows: Sequence[PictureRow]) -> "Figure":
    title = "EfficientNet-Lite0, every layer: points lost, ± one standard error"
    return picture(rows, title, "points lost", linear_to=5)
