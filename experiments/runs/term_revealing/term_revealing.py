"""Term revealing against conventional quantisation: accuracy or perplexity over term pairs per multiplication.

Term revealing of 8-bit weights with g, k and data terms s in HESE, binary and Booth terms, against fixed point of every
pair of widths; plain and compensated. Booth terms have no prefix property: they are revealed once, and not compensated.

What it saves at equal accuracy, in one unit and in the paper's way:
`lowtide.experiments.runs.term_revealing.term_reductions`.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389, sections on the evaluation of term revealing.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from lowtide.golden.number_formats import FixedPoint, TermRevealed

from ...framework.experiment import Column, Experiment, Selection, Series
from ..configurations.columns import LOSS
from ..configurations.configuration import Configuration
from ..configurations.configuration_rows import measure
from ..configurations.measured_rows import ConfigurationRow
from ..tasks import SEEDS, TASKS, prepare
from .term_reductions import cheapest, in_one_unit, kind_of, papers_way, reference, sentence

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EXPERIMENT", "budgets"]

COMPENSATED = "least error"
ALPHAS = (0.5, 0.75, 1, 1.25, 1.5, 2)
FEW = (0.25, 0.375)  # that compensation alone leaves anything of
GROUPS = (1, 2, 4, 8, 16, 32)
ALL = 0  # data terms
SMALL = ("digits", "mnist_mlp", "mnist_cnn")
_KINDS = {  # of rows: label, colour
    ("fixed", False): ("fixed point", 0),
    ("fixed", True): ("fixed point, compensated", 0),
    ("hese", False): ("TR, HESE", 1),
    ("hese", True): ("TR, HESE, compensated", 1),
    ("binary", False): ("TR, binary", 2),
    ("binary", True): ("TR, binary, compensated", 2),
    ("booth", False): ("TR, Booth", 3),
}


def points(quick: bool) -> list[Configuration]:
    """The configurations, those of the digits perceptron first."""
    if quick:
        made = [*_fixed("digits", (3, 4, 5, 8), (4, 8)), *_fixed("digits", (4,), (8,), COMPENSATED)]
        for selection in (None, COMPENSATED):
            made += _revealed("digits", (1, 8), (0.5, 1, 2), (2, ALL), selection)
        made += _revealed("digits", (8,), (1, 2), (2,), None, "binary")
        return list(dict.fromkeys(made + _revealed("digits", (8,), (1, 2), (2,), None, "booth")))
    made = []
    for task in SMALL:
        made += _fixed(task, range(2, 9), (2, 3, 4, 5, 6, 8))
        made += _fixed(task, range(2, 7), (2, 3, 4, 5, 6, 8), COMPENSATED)
        for selection in (None, COMPENSATED):
            made += _revealed(task, (4, 8, 16, 32), ALPHAS, (1, 2, 3), selection)
        made += _revealed(task, (4, 8, 16, 32), FEW, (1, 2), COMPENSATED)
        made += _revealed(task, (8,), ALPHAS, (ALL,), None)
        for encoding in ("binary", "booth"):
            made += _revealed(task, (8,), ALPHAS, (1, 2, 3), None, encoding)
    return list(dict.fromkeys(made + _language() + _imagenet()))


def budgets(group: int, alphas: Iterable[float]) -> list[int]:
    """The budgets k = alpha g that are integers, of 1 and more."""
    return [int(alpha * group) for alpha in alphas if alpha * group >= 1 and float(alpha * group).is_integer()]


def notes(rows: Sequence[ConfigurationRow]) -> list[str]:
    """The reduction in term pairs of each task."""
    found, tasks = [], list(dict.fromkeys(row.task for row in rows))
    for task in tasks:
        for reduction in (in_one_unit(rows, task, compensated) for compensated in (False, True)):
            found += [f"One unit. {sentence(reduction)}"] if reduction else []
        found += [f"The paper's way. {sentence(each)}" for each in papers_way(rows, task)]
        found += _encodings(rows, task)
    if "mnist_cnn" in tasks:
        found.append("The network mnist-8 was trained on the digits that it is tested on.")
    return [
        *found,
        "Pairs are those that the arithmetic reserves; a row's other number counts the pairs of terms that "
        "are not zero. A term pair adds two exponents, a bit pair of a multiplier is an AND gate and a full adder: "
        "equal numbers of them are not equal areas. Configurations are chosen on the even units of the data, the "
        "losses are those on the odd ones, paired with 8-bit fixed point, ± one standard error.",
    ]


def plot(rows: Sequence[ConfigurationRow]) -> "Figure":
    """A panel for each task: the frontier of every kind."""
    from ...framework.plots import curve, frontier, panels

    tasks = list(dict.fromkeys(row.task for row in rows))
    figure, axes = panels([TASKS[task].title for task in tasks])
    for task, place in zip(tasks, axes, strict=True):
        shown_as = TASKS[task].measure
        for kind, (label, colour) in _KINDS.items():
            some = [
                (row.pair_bound, shown_as.scale * row.score)
                for row in rows
                if row.task == task and kind_of(row) == kind
            ]
            curve(place, frontier(some, shown_as.sign), label, colour, dashed=not kind[1])
        mine = [row for row in rows if row.task == task]
        exact = mine[0].float_score
        place.axhline(shown_as.scale * exact, color="0.5", linewidth=1)
        place.set_ylim(*shown_as.shown(exact, [row.score for row in mine]))
        place.set_xscale("log", base=2)
        place.xaxis.set_major_formatter("{x:g}")
        place.set(
            xlabel="term pairs per multiplication, signed digits in both operands",
            ylabel=shown_as.axis,
        )
    axes[0].legend(fontsize=8)
    return figure


def _language() -> list[Configuration]:
    made = [point for bits in range(3, 9) for point in _fixed("lstm", (bits,), {bits, 8})]
    made += _fixed("lstm", (3, 4, 5), (4, 5, 6), COMPENSATED)
    for selection in (None, COMPENSATED):
        made += _revealed("lstm", (8,), (0.75, 1, 1.25, 1.5, 2), (2, 3), selection)
    made += _revealed("lstm", (8,), (0.5, 0.75, 1), (1, 2), COMPENSATED)
    for encoding in ("binary", "booth"):
        made += _revealed("lstm", (8,), (1, 1.5, 2), (3,), None, encoding)
    return made


def _imagenet() -> list[Configuration]:
    made = _fixed("efficientnet", (4, 5, 6, 7, 8), (8,)) + _fixed("efficientnet", (6, 8), (6,))
    made += _fixed("efficientnet", (4, 5, 6), (6, 8), COMPENSATED)
    made += _revealed("efficientnet", (8,), (1.25, 1.5, 2), (3, ALL), None)
    return made + _revealed("efficientnet", (8,), (1, 1.25, 1.5), (3, ALL), COMPENSATED)


def _fixed(
    task: str, w_bits: Iterable[int], x_bits: Collection[int], selection: str | None = None
) -> list[Configuration]:
    return [
        Configuration(task=task, weights=FixedPoint(w), x_bits=x, selection=selection)
        for w in w_bits
        for x in sorted(x_bits)
    ]


def _revealed(
    task: str,
    groups: Iterable[int],
    alphas: Iterable[float],
    data_terms: Iterable[int],
    selection: str | None,
    encoding: str = "hese",
) -> list[Configuration]:
    return [
        Configuration(
            task=task,
            weights=TermRevealed(group=group, budget=budget, encoding=encoding),
            data_terms=terms,
            encoding=encoding,
            selection=selection,
        )
        for group in groups
        for budget in budgets(group, alphas)
        for terms in data_terms
    ]


def _encodings(rows: Sequence[ConfigurationRow], task: str) -> list[str]:
    """Which encodings reach the score of 8 bits with how many pairs, plain, at g = 8."""
    eight = reference(rows, task)
    if eight is None:
        return []
    some = [row for row in rows if row.group == 8]
    least = {
        kind: cheapest(some, eight, (kind, False), TASKS[task].measure.tolerance)
        for kind in ("hese", "booth", "binary")
    }
    parts = [f"{kind} " + (f"{row.pair_bound:g}" if row else "none here") for kind, row in least.items()]
    return [
        f"{TASKS[task].title}, g = 8, plain: the least term pairs at equal accuracy by encoding: {', '.join(parts)}."
    ]


def _shown(rows: Sequence[ConfigurationRow]) -> list[ConfigurationRow]:
    """Rows near the float network that no row of their task and kind beats, with fewer pairs and a better score."""

    def beaten(row: ConfigurationRow) -> bool:
        return any(
            other.task == row.task
            and kind_of(other) == kind_of(row)
            and other is not row
            and other.pair_bound <= row.pair_bound
            and TASKS[row.task].measure.sign * (other.score - row.score) >= 0
            for other in rows
        )

    return [row for row in rows if TASKS[row.task].measure.is_near(row.score, row.float_score) and not beaten(row)]


EXPERIMENT = Experiment(
    name="term_revealing",
    description="Term revealing against conventional quantisation, by term pairs per multiplication",
    about=__doc__,
    series=(Series(points=points, row=measure, read=ConfigurationRow.read),),
    prepare=prepare,
    notes=notes,
    plot=plot,
    seeds=SEEDS,
    shown=Selection(
        "what is near the float network and has no better row of its kind with as few term pairs",
        _shown,
    ),
    columns=(
        Column("network", lambda row: row.task, left=True),
        Column("weights x data", lambda row: row.name, left=True),
        Column("", lambda row: "compensated" if row.compensated else "plain", left=True),
        Column("term pairs reserved", lambda row: f"{row.pair_bound:g}"),
        Column("bit pairs", lambda row: None if row.bit_bound is None else f"{row.bit_bound:g}"),
        Column("term pairs counted", lambda row: f"{row.pairs:.2f}"),
        Column("score", lambda row: TASKS[row.task].measure.text(row.score)),
        Column("float", lambda row: TASKS[row.task].measure.text(row.float_score)),
        *LOSS,
    ),
)
