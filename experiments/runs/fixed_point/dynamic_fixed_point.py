"""Dynamic fixed point: a binary point for each layer against one for all, with batch norms folded or kept apart.

What is measured is told in `lowtide.experiments.runs.fixed_point.binary_points`. Weights and data have equal widths;
nothing is fine-tuned.

Source: Courbariaux et al., arXiv 1412.7024; Gysel, Ristretto, arXiv 1605.06402; Emer et al., ISCA tutorial 2019.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...framework.experiment import Column, Experiment, Selection, Series
from ..configurations.columns import LOSS
from ..configurations.measured_rows import BinaryPointRow
from ..tasks import SEEDS, TASKS, prepare
from .binary_points import NORMS, POINTS, BinaryPoint, measure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EXPERIMENT"]


def points(quick: bool) -> list[BinaryPoint]:
    """Every width, binary points and norms."""
    widths = (
        {"digits": range(2, 9)}
        if quick
        else {"digits": range(2, 9), "mnist_mlp": range(2, 9), "mnist_cnn": range(2, 9), "efficientnet": (6, 8)}
    )
    return [
        BinaryPoint(task, points, norms, bits)
        for task, every in widths.items()
        for norms in NORMS
        for points in POINTS
        for bits in every
    ]


def notes(rows: Sequence[BinaryPointRow]) -> list[str]:
    """The smallest width within 0.5 points of the float network, by scheme."""
    found = []
    for task in dict.fromkeys(row.task for row in rows):
        parts = []
        for norms in NORMS:
            for points in POINTS:
                mine = _series(rows, task, points, norms)
                if not mine:
                    continue
                least = next(
                    (
                        row.bits
                        for row in mine
                        if all(
                            TASKS[task].measure.good_enough(other.score, other.float_score)
                            for other in mine
                            if other.bits >= row.bits
                        )
                    ),
                    None,
                )
                needs = f"{least} bits" if least else f"more than {mine[-1].bits} bits"
                parts.append(f"binary point of {points}, norms {norms}: {needs}")
        found.append(f"{TASKS[task].title}, within 0.5 points of float: {'; '.join(parts)}.")
    return found


def plot(rows: Sequence[BinaryPointRow]) -> "Figure":
    """A panel for each task, a line for each scheme."""
    from matplotlib.ticker import MaxNLocator

    from ...framework.plots import curve, panels

    tasks = list(dict.fromkeys(row.task for row in rows))
    figure, axes = panels([TASKS[task].title for task in tasks])
    for task, place in zip(tasks, axes, strict=True):
        for number, points in enumerate(POINTS):
            for norms in NORMS:
                mine = _series(rows, task, points, norms)
                curve(
                    place,
                    [(row.bits, 100 * row.score) for row in mine],
                    f"binary point of {points}, norms {norms}",
                    number,
                    dashed=norms == "apart",
                )
        place.axhline(100 * next(row.float_score for row in rows if row.task == task), color="0.5", linewidth=1)
        place.xaxis.set_major_locator(MaxNLocator(integer=True))
        place.set(xlabel="bits of weights and data", ylabel="accuracy (%)")
    axes[0].legend(fontsize=8)
    return figure


def _series(rows: Sequence[BinaryPointRow], task: str, points: str, norms: str) -> list[BinaryPointRow]:
    return sorted(
        (row for row in rows if (row.task, row.points, row.norms) == (task, points, norms)),
        key=lambda row: row.bits,
    )


def _shown(rows: Sequence[BinaryPointRow]) -> list[BinaryPointRow]:
    """Even widths from four bits on."""
    return [row for row in rows if row.bits in (4, 6, 8)]


EXPERIMENT = Experiment(
    name="dynamic_fixed_point",
    description="A binary point for each layer against one for all, batch norms folded or kept apart",
    about=__doc__,
    series=(Series(points=points, row=measure, read=BinaryPointRow.read),),
    prepare=prepare,
    notes=notes,
    plot=plot,
    seeds=SEEDS,
    shown=Selection("4, 6 and 8 bits", _shown),
    columns=(
        Column("network", lambda row: row.task, left=True),
        Column("binary point of", lambda row: row.points, left=True),
        Column("batch norms", lambda row: row.norms, left=True),
        Column("bits", lambda row: row.bits),
        Column("accuracy", lambda row: f"{100 * row.score:.2f} %"),
        Column("float", lambda row: f"{100 * row.float_score:.2f} %"),
        *LOSS,
        Column("SNR, dB", lambda row: None if row.signal_to_noise is None else f"{row.signal_to_noise:.1f}"),
    ),
)
