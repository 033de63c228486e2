"""The ISCA tutorial's summary table of reduced precision, re-measured on small networks.

Every method of `lowtide.experiments.training.published_methods` on a convolutional network for MNIST and for
Fashion-MNIST: accuracy of the float network, after rounding only, and after fine-tuning with the method in the loop.
The quick form rounds the digits perceptron and trains nothing.

Source: Emer, Sze, Chen, Yang, ISCA tutorial 2019; the methods' papers are named beside the methods.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...framework.experiment import Column, Experiment, Series
from ...training import small_cnn
from ...training.published_methods import METHODS
from ...training.recipe import Recipe
from ..reduction.trained_further import NETWORKS
from .summary_rows import SummaryPoint, SummaryRow, load, measure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EXPERIMENT", "rows"]


def points(quick: bool) -> list[SummaryPoint]:
    """Every method on every network."""
    tasks = ("digits",) if quick else ("cnn_mnist", "cnn_fashion")
    return [SummaryPoint(task, method.name, not quick) for task in tasks for method in METHODS]


def prepare(task: str) -> None:
    """Makes sure that `load` finds data and network; trains it if need be. `DataMissing`."""
    load(task)


def rows(quick: bool) -> list[SummaryRow]:
    """All rows of an experiment as `SummaryRow`."""
    return [SummaryRow(**measure(point)) for point in points(quick)]


def notes(rows: Sequence[SummaryRow]) -> list[str]:
    """For every network: what fine-tuning wins back, what it leaves, and where the order differs from the source's."""
    found = []
    for task, mine in _by_task(rows).items():
        begin = f"{NETWORKS[task].title} ({_percent(mine[0].float_score)} in floating point)"
        worst = max(mine, key=lambda row: row.rounded_loss)
        found.append(
            f"{begin}: after rounding only, {worst.method} loses most, "
            f"{worst.rounded_loss:.1f} points; "
            f"{sum(row.rounded_loss <= 0.5 for row in mine)} of {len(mine)} methods lose at most "
            f"0.5 points."
        )
        trained = [row for row in mine if row.tuned_score is not None]
        if trained:
            worst = max(trained, key=_tuned)
            found.append(
                f"{begin}: after fine-tuning, {sum(_tuned(row) <= 0.5 for row in trained)} of "
                f"{len(trained)} lose at most 0.5 points, {worst.method} loses most, "
                f"{_tuned(worst):.2f} points."
            )
            stated = [(row.published, row) for row in trained if row.published is not None and row.published_tuned]
            ours = sorted((row for _, row in stated), key=_tuned, reverse=True)[:2]
            theirs = [row for _, row in sorted(stated, key=lambda each: -each[0])[:2]]
            found.append(
                f"{begin}: the two that lose most are {_names(ours)} here and {_names(theirs)} in the source, "
                f"whose losses are of AlexNet on ImageNet, a far harder task."
            )
    return found


def plot(rows: Sequence[SummaryRow]) -> "Figure":
    """A panel for each network: points lost by every method, rounded and fine-tuned, and the source's."""
    from ...framework.plots import COLOURS, panels

    figure, axes = panels([NETWORKS[task].title for task in _by_task(rows)])
    for mine, place in zip(_by_task(rows).values(), axes, strict=True):
        bars: list[tuple[str, list[float | None]]] = [
            ("after rounding only", [row.rounded_loss for row in mine]),
            ("after fine-tuning", [row.tuned_loss for row in mine]),
            ("AlexNet, in the source", [row.published for row in mine]),
        ]
        bars = [(label, values) for label, values in bars if any(value is not None for value in values)]
        for number, (label, values) in enumerate(bars):
            places = [line + 0.27 * number for line in range(len(mine))]
            place.barh(places, [max(value or 0, 0) for value in values], 0.25, label=label, color=COLOURS[number])
        place.set_yticks([line + 0.27 for line in range(len(mine))], [row.method for row in mine], fontsize=8)
        place.invert_yaxis()
        place.set_xscale("symlog", linthresh=1)
        place.set_xlim(left=0)
        place.xaxis.set_major_formatter("{x:g}")
        place.set(xlabel="points of accuracy lost")
    axes[0].legend(fontsize=8)
    return figure


def _by_task(rows: Sequence[SummaryRow]) -> dict[str, list[SummaryRow]]:
    return {task: [row for row in rows if row.task == task] for task in dict.fromkeys(row.task for row in rows)}


def _tuned(row: SummaryRow) -> float:
    """Points that a row which was fine-tuned has lost."""
    assert row.tuned_loss is not None
    return row.tuned_loss


def _names(rows: Sequence[SummaryRow]) -> str:
    return " and ".join(row.method for row in rows)


def _percent(score: float | None, error: float | None = None) -> str | None:
    """A score, ± the standard error of its loss."""
    if score is None:
        return None
    return f"{100 * score:.2f} %" if error is None else f"{100 * score:.2f} ± {100 * error:.2f} %"


def _published(row: SummaryRow) -> str | None:
    return None if row.published is None else f"{row.published:g}" + " (not tuned)" * (not row.published_tuned)


EXPERIMENT = Experiment(
    name="summary",
    description="The ISCA tutorial's summary of reduced precision, re-measured with and without fine-tuning",
    about=__doc__,
    series=(Series(points=points, row=measure, read=lambda stated: SummaryRow(**stated)),),
    prepare=prepare,
    notes=notes,
    plot=plot,
    seeds={"order of fine-tuning": Recipe().seed, "first weights": small_cnn.SEED},
    columns=(
        Column("network", lambda row: row.task, left=True),
        Column("method", lambda row: row.method, left=True),
        Column("weight bits", lambda row: row.weight_bits),
        Column("data bits", lambda row: row.data_bits),
        Column("first, last", lambda row: row.ends, left=True),
        Column("float", lambda row: _percent(row.float_score)),
        Column("n", lambda row: row.units),
        Column("rounded", lambda row: _percent(row.rounded_score, row.rounded_error)),
        Column("fine-tuned", lambda row: _percent(row.tuned_score, row.tuned_error)),
        Column("points lost in the source", _published),
        Column("source", lambda row: row.source, left=True),
    ),
)
