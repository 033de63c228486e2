"""Accuracy against the share of multiplications left: pruning, low rank, structure, smaller networks, early exits.

What each kind takes away and how it is counted is told in `lowtide.experiments.runs.reduction.reduction_kinds`. The
quick form reduces the digits perceptron and trains nothing.

Source: Wang et al., ACM CSUR 2019, arXiv 1901.06955 (the taxonomy); the papers in `lowtide.golden.reduce`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lowtide.common.pareto import front

from ...framework.experiment import Column, Experiment, Selection, Series
from ...training.recipe import Recipe
from .reduced_networks import ReductionRow, load, measure
from .reduction_kinds import KINDS, NARROW_SEED
from .smaller_networks import ReductionPoint
from .trained_further import NETWORKS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EXPERIMENT", "points", "rows"]

_KINDS = {  # that fit a network
    "digits": ("magnitude", "N:M", "filters", "channels", "low rank", "circulant"),
    "mnist_mlp": ("magnitude", "N:M", "filters", "channels", "low rank", "circulant", "narrow"),
    "cnn_fashion": ("magnitude", "filters", "channels", "low rank", "circulant", "early exit"),
}
_POINTS = 0.005  # of accuracy that may be lost


def points(quick: bool) -> list[ReductionPoint]:
    """Every kind and setting, with and without retraining; quick: without."""
    return [
        ReductionPoint(task, kind, setting, retrained)
        for task in (("digits",) if quick else ("mnist_mlp", "cnn_fashion"))
        for kind in _KINDS[task]
        for retrained in ((False, True) if KINDS[kind].retrained and not quick else (False,))
        for setting in KINDS[kind].settings
    ]


def prepare(task: str) -> None:
    """Makes sure that `load` finds data and network of a task; trains it if need be. `DataMissing`."""
    load(task)


def rows(quick: bool) -> list[ReductionRow]:
    """All rows of the experiment as `ReductionRow`."""
    return [ReductionRow(**measure(point)) for point in points(quick)]


def notes(rows: Sequence[ReductionRow]) -> list[str]:
    """The fewest multiplications at which each way loses at most half a point."""
    found = []
    for task in dict.fromkeys(row.task for row in rows):
        parts = []
        for label, mine in _series(rows, task).items():
            good = [row.multiplications for row in mine if row.score >= row.float_score - _POINTS]
            parts.append(f"{label} {100 * min(good):.0f} %" if good else f"{label} at no setting")
        found.append(f"{NETWORKS[task].title}, fewest multiplications within 0.5 points of float: {'; '.join(parts)}.")
    return found


def plot(rows: Sequence[ReductionRow]) -> "Figure":
    """A panel for each network, a line for each kind; dashed without retraining."""
    from ...framework.plots import curve, panels

    tasks = list(dict.fromkeys(row.task for row in rows))
    figure, axes = panels([NETWORKS[task].title for task in tasks])
    for task, place in zip(tasks, axes, strict=True):
        for label, mine in _series(rows, task).items():
            curve(
                place,
                [(100 * row.multiplications, 100 * row.score) for row in mine],
                label,
                list(KINDS).index(mine[0].kind),
                dashed=not mine[0].retrained,
            )
        exact = 100 * next(row.float_score for row in rows if row.task == task)
        place.axhline(exact, color="0.5", linewidth=1)
        place.set_xscale("log")
        place.xaxis.set_major_formatter("{x:g}")
        place.xaxis.set_minor_formatter("{x:g}")
        place.tick_params(axis="x", which="minor", labelsize=6)
        place.set_ylim(max(0, exact - 25), exact + 1.5)
        place.set(xlabel="multiplications left (%)", ylabel="accuracy (%)")
        place.legend(fontsize=7)
    return figure


def _series(rows: Sequence[ReductionRow], task: str) -> dict[str, list[ReductionRow]]:
    """Rows of a network by what a legend calls them."""
    found: dict[str, list[ReductionRow]] = {}
    for row in rows:
        if row.task == task:
            word = KINDS[row.kind].retrained
            found.setdefault(row.kind + f", {word}" * row.retrained, []).append(row)
    return found


def _shown(rows: Sequence[ReductionRow]) -> list[ReductionRow]:
    """With and without retraining: the rows of each network that no other with as few multiplications beats."""
    found = []
    for task in dict.fromkeys(row.task for row in rows):
        for retrained in (False, True):
            mine = [row for row in rows if (row.task, row.retrained) == (task, retrained)]
            found += front(mine, lambda row: (row.multiplications, -row.score))
    return found


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


EXPERIMENT = Experiment(
    name="reduction",
    description="Accuracy against the share of multiplications left, with and without retraining",
    about=__doc__,
    series=(Series(points=points, row=measure, read=lambda stated: ReductionRow(**stated)),),
    prepare=prepare,
    notes=notes,
    plot=plot,
    seeds={"order of retraining": Recipe().seed, "first weights of narrow networks": NARROW_SEED},
    shown=Selection(
        "of every network, with and without retraining, what no row with as few multiplications beats", _shown
    ),
    columns=(
        Column("network", lambda row: row.task, left=True),
        Column("kind", lambda row: row.kind, left=True),
        Column("setting", lambda row: row.setting),
        Column("retrained", lambda row: "yes" if row.retrained else "no", left=True),
        Column("multiplications left", lambda row: _percent(row.multiplications)),
        Column("weights left", lambda row: _percent(row.weights)),
        Column("n", lambda row: row.units),
        Column("accuracy", lambda row: _percent(row.score)),
        Column("float", lambda row: _percent(row.float_score)),
        Column("± of the loss", lambda row: None if row.loss_error is None else _percent(row.loss_error)),
    ),
)
