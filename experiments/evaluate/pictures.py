"""EfficientNet-Lite0 on a folder of labelled pictures, every layer quantised, weights in several formats.

``fixed:BITS`` are integers; ``tr:GROUP:BUDGET`` keeps so many terms of a group; ``group:BITS:GROUP:EXPONENT`` are
integers with an exponent of so many bits for each group, ``digits:GROUP:EXPONENT`` and ``e2m1:GROUP:EXPONENT`` two free
radix-4 digits and FP4 with one. Every row is compared with the float network on the same pictures; points lost are
paired differences.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..framework.experiment import Column, Experiment, Series
from .losses import picture
from .picture_rows import PicturePoint, PictureRow, measure, network
from .quantised_row import COLUMNS, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["experiment"]


def experiment(chosen: Sequence[PicturePoint]) -> Experiment:
    """The `lowtide.experiments.framework.experiment.Experiment` of some points."""
    return Experiment(
        name="pictures",
        heading="EfficientNet-Lite0 on labelled pictures",
        description="EfficientNet-Lite0 on labelled pictures, every layer quantised",
        about=__doc__,
        series=(Series(points=lambda quick: chosen, row=measure, read=lambda stated: PictureRow(**stated)),),
        prepare=lambda task: network(),
        notes=_notes,
        plot=_plot,
        columns=(
            *COLUMNS,
            Column("n", lambda row: row.units),
            Column("accuracy, %", lambda row: percent(row.score, row.score_error)),
            Column("points lost", lambda row: percent(row.loss, row.loss_error) if row.x_bits else None),
            Column("agreement, %", lambda row: percent(row.agreement, row.agreement_error)),
            Column("SNR, dB", lambda row: f"{row.signal_to_noise:.1f}" if row.signal_to_noise else None),
        ),
    )


def _notes(rows: Sequence[PictureRow]) -> list[str]:
    exact = rows[0]
    return [
        f"{exact.units} pictures, each once; the float network has "
        f"{percent(exact.score, exact.score_error)} %. Points lost are paired with it; ± is one standard "
        "error."
    ]


def _plot(rows: Sequence[PictureRow]) -> "Figure":
    title = "EfficientNet-Lite0, every layer: points lost, ± one standard error"
    return picture(rows, title, "points lost", linear_to=5)
