"""Weights of few bits with an exponent for each group, plain and compensated.

Integers of 4 bits, two free radix-4 digits, or FP4 (E2M1). A group of 8, 16 or 32 weights shares an exponent of 1 to 3
bits, so ``v = s q 2^e``. Beside them the same integers without exponents, and fixed point of 5 and 8 bits. Data have 8
bits, every layer has the format. The picture shows what is compensated; some that is rounded plainly lies outside.

Source: Rouhani et al., arXiv 2310.10537 (shared exponents); `lowtide.golden.number_formats.floating.group_exponent`.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lowtide.golden.number_formats import E2M1, FixedPoint, SmallFloat, TwoDigits

from ...framework.experiment import Column, Experiment, Selection, Series
from ..configurations.columns import LOSS
from ..tasks import SEEDS, TASKS, prepare
from .exponent_rows import ExponentPoint, ExponentRow, measure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EXPERIMENT"]

BASES: tuple[FixedPoint | SmallFloat, ...] = (FixedPoint(4), TwoDigits(), E2M1)
GROUPS, EXPONENT_BITS = (8, 16, 32), (1, 2, 3)
_WITHOUT = (*BASES, FixedPoint(5), FixedPoint(8))  #: formats that are measured without exponents
_SMALL = ("digits", "mnist_mlp", "mnist_cnn")


def points(quick: bool) -> list[ExponentPoint]:
    """The points."""
    if quick:
        return _of("digits", (8,), (2,))
    made = [point for task in _SMALL for point in _of(task, GROUPS, EXPONENT_BITS)]
    return made + _of("lstm", (8, 32), (1, 2)) + _of("efficientnet", (8, 32), (1, 2))


def notes(rows: Sequence[ExponentRow]) -> list[str]:
    """For each network and way of rounding what an exponent of two bits for eight values gives each kind of integer."""
    found = []
    for (task, base, compensated), mine in _series(rows).items():
        alone = [row for row in mine if not row.exponent_bits]
        with_exponent = [row for row in mine if (row.group, row.exponent_bits) == (8, 2)]
        if alone and with_exponent:
            measured = TASKS[task].measure
            found.append(
                f"{TASKS[task].title}, {base}, {'compensated' if compensated else 'plain'}: "
                f"{measured.text(alone[0].score)} alone, {measured.text(with_exponent[0].score)} with an exponent of 2 "
                f"bits for 8 weights, {measured.text(alone[0].float_score)} float."
            )
    return found


def plot(rows: Sequence[ExponentRow]) -> "Figure":
    """A panel for each task: the score over the stored bits of a weight, groups of 8 with each exponent; as much of the
    axis as holds what is compensated."""
    from ...framework.plots import curve, panels

    tasks = list(dict.fromkeys(row.task for row in rows))
    figure, axes = panels([TASKS[task].title for task in tasks])
    bases = list(dict.fromkeys(row.base for row in rows))
    for task, place in zip(tasks, axes, strict=True):
        shown_as = TASKS[task].measure
        for (_, base, compensated), mine in _series([row for row in rows if row.task == task]).items():
            line = sorted((row.stored_bits, shown_as.scale * row.score) for row in mine if row.group in (1, 8))
            label = base + ", compensated" * compensated
            curve(place, line, label, bases.index(base), dashed=not compensated)
        place.axhline(
            shown_as.scale * next(row.float_score for row in rows if row.task == task), color="0.5", linewidth=1
        )
        low, high = _visible(rows, task)
        margin = 0.15 * (high - low)
        place.set(xlabel="stored bits of a weight", ylabel=shown_as.axis, ylim=(low - margin, high + margin))
    axes[0].legend(fontsize=8)
    return figure


def _visible(rows: Sequence[ExponentRow], task: str) -> tuple[float, float]:
    """The least and the largest score of what is compensated: some that is rounded plainly lies far from it."""
    scores = [row.score for row in rows if row.task == task and row.compensated]
    scores += [row.float_score for row in rows if row.task == task]
    scale = TASKS[task].measure.scale
    return scale * min(scores), scale * max(scores)


def _of(task: str, groups: Iterable[int], exponent_bits: Iterable[int]) -> list[ExponentPoint]:
    made = []
    for compensated in (False, True):
        made += [ExponentPoint(task=task, base=base, compensated=compensated) for base in _WITHOUT]
        made += [
            ExponentPoint(task=task, base=base, group=group, exponent_bits=bits, compensated=compensated)
            for base in BASES
            for group in groups
            for bits in exponent_bits
        ]
    return made


def _series(rows: Sequence[ExponentRow]) -> dict[tuple[str, str, bool], list[ExponentRow]]:
    """Rows by (task, base, compensated), in the order of the rows."""
    found: dict[tuple[str, str, bool], list[ExponentRow]] = {}
    for row in rows:
        found.setdefault((row.task, row.base, row.compensated), []).append(row)
    return found


def _shown(rows: Sequence[ExponentRow]) -> list[ExponentRow]:
    return [row for row in rows if row.compensated and row.group in (1, 8)]


EXPERIMENT = Experiment(
    name="group_exponents",
    description="Weights of few bits with an exponent for each group, plain and compensated",
    about=__doc__,
    series=(Series(points=points, row=measure, read=ExponentRow.read),),
    prepare=prepare,
    notes=notes,
    plot=plot,
    seeds=SEEDS,
    shown=Selection("what is compensated, without exponents and in groups of eight", _shown),
    columns=(
        Column("network", lambda row: row.task, left=True),
        Column("weights", lambda row: row.base, left=True),
        Column("", lambda row: "compensated" if row.compensated else "plain", left=True),
        Column("group", lambda row: row.group if row.exponent_bits else None),
        Column("exponent bits", lambda row: row.exponent_bits or None),
        Column("stored bits", lambda row: f"{row.stored_bits:g}"),
        Column("score", lambda row: TASKS[row.task].measure.text(row.score)),
        Column("float", lambda row: TASKS[row.task].measure.text(row.float_score)),
        Column("SNR (dB)", lambda row: None if row.signal_to_noise is None else f"{row.signal_to_noise:.1f}"),
        *LOSS,
    ),
)
