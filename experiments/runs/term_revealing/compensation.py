"""Error compensation: what it gives back, by format, by how terms are chosen, by which layers, by which lanes.

Data have 8 bits. Weights are rounded plainly or compensated; terms are chosen by "largest terms", as published, or
"least error". "products" quantises 1x1 convolutions and linear layers, the others keep 8 bits; "all" every layer.
Structured lanes, in order of freedom: any term of the group; a lane for every value and four for the group; windows of
four and of two values, each with lanes of its own.

Accuracy is that on labelled views, agreement and signal-to-noise those of the float network's scores, there and on
photographs that serve nothing else.

Source: lowtide.golden.compensate; the term revealing paper rounds plainly.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from lowtide.golden.mode import Array
from lowtide.golden.number_formats import FixedPoint, TermRevealed

from ...framework.experiment import Column, Experiment, Series
from ..configurations.columns import LOSS
from ..configurations.configuration import Configuration
from ..configurations.configuration_rows import measure
from ..configurations.measured_rows import ConfigurationRow
from ..tasks import SEEDS, TASKS, prepare
from .term_revealing import COMPENSATED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EXPERIMENT", "GOALS"]

LARGEST = "largest terms"
GOALS = {10: 0.5, 8: 1.5}  #: points that TR g=8 of a budget may lose, compensated


def _lanes(lanes: int, **rule: Any) -> TermRevealed:
    return TermRevealed(group=8, budget=lanes, rule=Array(kind="term", rows=1, cols=1, lanes=lanes, group=8, **rule))


DEDICATED, WINDOWS_OF_4, WINDOWS_OF_2 = _lanes(12, dedicated=True), _lanes(10, window=4), _lanes(12, window=2)
REVEALED = tuple(TermRevealed(group=8, budget=budget) for budget in (8, 10, 12))
TABLE: tuple[FixedPoint | TermRevealed, ...] = (*REVEALED, FixedPoint(4), FixedPoint(5), DEDICATED)


def points(quick: bool) -> list[Configuration]:
    """The configurations."""
    if quick:
        return _of("digits", ("all",))
    return _of("mnist_cnn", ("all",)) + _of("efficientnet", ("products", "all"))


def notes(rows: Sequence[ConfigurationRow]) -> list[str]:
    """What compensation gains, the goals, and what each variant costs."""
    found = []
    for task in dict.fromkeys(row.task for row in rows):
        mine = [row for row in rows if row.task == task]
        pairs = [
            (plain, row)
            for plain in mine
            for row in mine
            if not plain.compensated and row.selection == COMPENSATED and _same(plain, row)
        ]
        found += [
            f"{_title(row)}: {_points(plain)} plain, {_points(row)} compensated, {100 * row.float_score:.1f} float."
            for plain, row in pairs
        ]
        found += [
            _goal(row)
            for _, row in pairs
            if task == "efficientnet" and row.scope == "all" and row.weights in _goal_names()
        ]
        found += [
            f"{_title(row)}: {_points(largest)} with the largest terms, {_points(row)} with those of least error "
            "(both compensated)."
            for largest in mine
            for row in mine
            if largest.selection == LARGEST and row.selection == COMPENSATED and _same(largest, row)
        ]
    return found


def plot(rows: Sequence[ConfigurationRow]) -> "Figure":
    """A panel for each task and scope: the accuracy of every format."""
    from ...framework.plots import COLOURS, panels

    series = list(dict.fromkeys((row.task, row.scope) for row in rows))
    figure, axes = panels([f"{TASKS[task].title}, {_scope(scope)}" for task, scope in series])
    for (task, scope), place in zip(series, axes, strict=True):
        mine = [row for row in rows if (row.task, row.scope) == (task, scope)]
        names = list(dict.fromkeys(row.weights for row in mine))
        for number, selection in enumerate((None, LARGEST, COMPENSATED)):
            some = [row for row in mine if row.selection == selection]
            lines = [names.index(row.weights) for row in some]
            place.plot(
                [100 * row.score for row in some],
                lines,
                "osD"[number],
                color=COLOURS[number],
                alpha=0.8,
                label=f"compensated, {selection}" if selection else "plain",
            )
        place.axvline(100 * mine[0].float_score, color="0.5", linewidth=1)
        place.set_yticks(range(len(names)), names, fontsize=8)
        place.invert_yaxis()
        place.set_xlabel("accuracy (%)")
    axes[0].legend(fontsize=8)
    return figure


def _of(task: str, scopes: Iterable[str]) -> list[Configuration]:
    made = []
    for scope in scopes:
        made += [
            Configuration(task=task, weights=weights, selection=selection, scope=scope)
            for weights in TABLE
            for selection in (None, COMPENSATED)
        ]
    made += [Configuration(task=task, weights=weights, selection=LARGEST) for weights in REVEALED]
    made += [
        Configuration(task=task, weights=weights, selection=selection)
        for weights in (WINDOWS_OF_4, WINDOWS_OF_2)
        for selection in (None, COMPENSATED)
    ]
    return made


def _same(first: ConfigurationRow, second: ConfigurationRow) -> bool:
    return (first.weights, first.scope) == (second.weights, second.scope)


def _goal(row: ConfigurationRow) -> str:
    assert row.budget is not None  # the goals are of revealed terms
    most = GOALS[row.budget]
    lost, error = 100 * row.loss, 100 * row.loss_error
    verdict = "reached" if lost + error <= most else "missed" if lost - error > most else "left open"
    return (
        f"{_title(row)}: {lost:.2f} ± {error:.2f} points lost on {row.units} pictures, the goal of at most "
        f"{most:g} is {verdict}."
    )


def _goal_names() -> list[str]:
    return [format.name for format in REVEALED if format.budget in GOALS]


def _title(row: ConfigurationRow) -> str:
    return f"{TASKS[row.task].title}, {row.weights}, {_scope(row.scope)}"


def _scope(scope: str) -> str:
    return {"all": "all layers", "products": "1x1 and linear layers"}[scope]


def _points(row: ConfigurationRow) -> str:
    return f"{100 * row.score:.1f}"


def _share(of: Callable[[ConfigurationRow], float | None]) -> Callable[[ConfigurationRow], str | None]:
    return lambda row: None if (share := of(row)) is None else f"{100 * share:.1f} %"


def _decibels(of: Callable[[ConfigurationRow], float | None]) -> Callable[[ConfigurationRow], str | None]:
    return lambda row: None if of(row) is None else f"{of(row):.1f}"


EXPERIMENT = Experiment(
    name="compensation",
    description="Plain and error-compensated rounding of weights, 8-bit data",
    about=__doc__,
    series=(Series(points=points, row=measure, read=ConfigurationRow.read),),
    prepare=prepare,
    notes=notes,
    plot=plot,
    seeds=SEEDS,
    columns=(
        Column("network", lambda row: row.task, left=True),
        Column("weights", lambda row: row.weights, left=True),
        Column("layers", lambda row: row.scope, left=True),
        Column("terms chosen by", lambda row: row.selection or "plain rounding", left=True),
        Column("accuracy", _share(lambda row: row.score)),
        Column("float", _share(lambda row: row.float_score)),
        *LOSS,
        Column("agreement", _share(lambda row: row.agreement)),
        Column("SNR, dB", _decibels(lambda row: row.signal_to_noise)),
        Column("agreement, photographs", _share(lambda row: row.others_agreement)),
        Column("SNR, photographs, dB", _decibels(lambda row: row.others_signal_to_noise)),
    ),
)
