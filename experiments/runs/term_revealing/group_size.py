"""Group size against accuracy at a fixed mean number of terms alpha = k / g, plain and compensated, three data terms.

A larger group spends its terms where the large values are; the paper finds most of the gain at g = 8.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389, section on the group size (ResNet-18, s = 3: alpha = 1.5: 69.20
at g = 1, 69.27 at 8, 69.37 at 32; alpha = 1: 62.72, 67.25 and, at 16, 67.41).
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lowtide.golden.number_formats import TermRevealed

from ...framework.experiment import Column, Experiment, Selection, Series
from ..configurations.columns import LOSS
from ..configurations.configuration import Configuration
from ..configurations.configuration_rows import measure
from ..configurations.measured_rows import ConfigurationRow
from ..tasks import SEEDS, TASKS, prepare
from .term_revealing import COMPENSATED, GROUPS, SMALL, budgets

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EXPERIMENT"]

ALPHAS = (1, 1.25, 1.5)
_DATA_TERMS = 3


def points(quick: bool) -> list[Configuration]:
    """The configurations."""
    if quick:
        return _of("digits", (1, 8, 32), (1, 1.5))
    made = [point for task in SMALL for point in _of(task, GROUPS, ALPHAS)]
    made += _of("lstm", (1, 4, 8, 32), (1,))
    return made + _of("efficientnet", (1, 4, 8, 32), (1,)) + _of("efficientnet", (8, 32), (1.25,))


def notes(rows: Sequence[ConfigurationRow]) -> list[str]:
    """What the largest group gains over the smallest, for each network, alpha and way of rounding."""
    found = []
    for (task, alpha, compensated), mine in _series(rows).items():
        first, last = mine[0], mine[-1]
        measured = TASKS[task].measure
        best = max(mine, key=lambda row: measured.sign * row.score)
        found.append(
            f"{TASKS[task].title}, alpha = {alpha:g}, {'compensated' if compensated else 'plain'}: "
            f"{measured.text(first.score)} at g = {first.group}, {measured.text(last.score)} at g = {last.group}, "
            f"the best {measured.text(best.score)} at g = {best.group}."
        )
    return found


def plot(rows: Sequence[ConfigurationRow]) -> "Figure":
    """A panel for each task, a line for each alpha."""
    from ...framework.plots import curve, panels

    tasks = list(dict.fromkeys(row.task for row in rows))
    figure, axes = panels([TASKS[task].title for task in tasks])
    for task, place in zip(tasks, axes, strict=True):
        shown_as = TASKS[task].measure
        for (_, alpha, compensated), mine in _series([row for row in rows if row.task == task]).items():
            curve(
                place,
                [(_terms(row)[0], shown_as.scale * row.score) for row in mine],
                f"alpha = {alpha:g}" + ", compensated" * compensated,
                ALPHAS.index(alpha),
                dashed=not compensated,
            )
        place.axhline(
            shown_as.scale * next(row.float_score for row in rows if row.task == task), color="0.5", linewidth=1
        )
        place.set_xscale("log", base=2)
        place.xaxis.set_major_formatter("{x:g}")
        place.set(xlabel="group size", ylabel=shown_as.axis)
    axes[0].legend(fontsize=8)
    return figure


def _of(task: str, groups: Iterable[int], alphas: Iterable[float]) -> list[Configuration]:
    return [
        Configuration(
            task=task, weights=TermRevealed(group=group, budget=budget), data_terms=_DATA_TERMS, selection=selection
        )
        for alpha in alphas
        for selection in (None, COMPENSATED)
        for group in groups
        for budget in budgets(group, (alpha,))
    ]


def _terms(row: ConfigurationRow) -> tuple[int, int]:
    """(group, budget): every row here reveals terms."""
    assert row.group is not None and row.budget is not None
    return row.group, row.budget


def _alpha(row: ConfigurationRow) -> float:
    group, budget = _terms(row)
    return budget / group


def _series(rows: Sequence[ConfigurationRow]) -> dict[tuple[str, float, bool], list[ConfigurationRow]]:
    """Rows by (task, alpha, compensated), each in order of their groups."""
    found: dict[tuple[str, float, bool], list[ConfigurationRow]] = {}
    for row in sorted(rows, key=_terms):
        found.setdefault((row.task, _alpha(row), row.compensated), []).append(row)
    order = list(dict.fromkeys(row.task for row in rows))
    return dict(sorted(found.items(), key=lambda entry: (order.index(entry[0][0]), *entry[0][1:])))


def _shown(rows: Sequence[ConfigurationRow]) -> list[ConfigurationRow]:
    """Of each series the smallest group, the largest one, and that of eight values."""
    found = []
    for mine in _series(rows).values():
        found += [row for row in mine if row.group in (mine[0].group, 8, mine[-1].group)]
    return found


EXPERIMENT = Experiment(
    name="group_size",
    description="Group size against accuracy at a fixed mean number of terms, three data terms",
    about=__doc__,
    series=(Series(points=points, row=measure, read=ConfigurationRow.read),),
    prepare=prepare,
    notes=notes,
    plot=plot,
    seeds=SEEDS,
    shown=Selection("of every series the smallest group, the largest one, and that of eight values", _shown),
    columns=(
        Column("network", lambda row: row.task, left=True),
        Column("", lambda row: "compensated" if row.compensated else "plain", left=True),
        Column("alpha", lambda row: f"{_alpha(row):g}"),
        Column("group", lambda row: row.group),
        Column("budget", lambda row: row.budget),
        Column("score", lambda row: TASKS[row.task].measure.text(row.score)),
        Column("float", lambda row: TASKS[row.task].measure.text(row.float_score)),
        *LOSS,
    ),
)
