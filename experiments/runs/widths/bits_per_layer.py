"""Bits per layer: the smallest width of each layer for a loss of 1, 2, 5 and 10 % of the accuracy.

Everything else at 8 bits, the widths of one layer are tried alone (`lowtide.experiments.runs.widths.layer_alone`); from
there the widths of all layers together are searched (`lowtide.experiments.runs.widths.layers_together`).

Source: Emer, Sze, Chen, Yang, DNN Model and Hardware Co-Design, ISCA tutorial 2019 (AlexNet's bits per layer), after
Judd et al., arXiv 1511.05236: 4 to 10 bits a layer.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ...framework.experiment import Column, Experiment, Selection, Series
from ..tasks import SEEDS, TASKS, prepare
from .layer_alone import Alone, AloneRow, alone
from .layer_widths import OPERANDS, WIDEST
from .layers_together import TOLERANCES, Together, TogetherRow, together

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EXPERIMENT", "LAYERS"]

Row = AloneRow | TogetherRow
#: Layers by task, stated so that points can be listed without the networks.
LAYERS = {
    "digits": ("linear0", "linear1", "linear2"),
    "mnist_mlp": ("linear0", "linear1"),
    "mnist_cnn": ("Plus30_Output_0", "Plus112_Output_0", "Plus214_Output_0"),
    "efficientnet": ("stem", *(f"block{number}" for number in range(16)), "head", "classifier"),
}


def layers(quick: bool) -> list[Alone]:
    """Every layer alone."""
    return [Alone(task, operand, layer) for task in _tasks(quick) for operand in OPERANDS for layer in LAYERS[task]]


def networks(quick: bool) -> list[Together]:
    """Every network at every tolerance."""
    return [
        Together(task, operand, tolerance) for task in _tasks(quick) for operand in OPERANDS for tolerance in TOLERANCES
    ]


def _tasks(quick: bool) -> tuple[str, ...]:
    return ("digits",) if quick else tuple(LAYERS)


def notes(rows: Sequence[Row]) -> list[str]:
    """How many bits are saved on average at each tolerance, alone and together."""
    found = []
    for row in _together(rows):
        alone, together = (sum(widths.values()) / len(widths) for widths in (row.alone, row.together))
        narrow = min(row.together.values())
        found.append(
            f"{TASKS[row.task].title}, {row.operand}, {100 * row.tolerance:g} %: mean of layers alone "
            f"{alone:.2f} bits, together {together:.2f} (smallest {narrow}), accuracy {100 * row.score:.2f} % of "
            f"{100 * row.float_score:.2f} %, ± {100 * row.loss_error:.2f} on {row.units} pictures, after "
            f"{row.steps} raised bits."
        )
    return found


def plot(rows: Sequence[Row]) -> "Figure":
    """A panel for each task and operand: the widths of every layer together, a line for each tolerance."""
    from ...framework.plots import COLOURS, panels

    series = list(dict.fromkeys((row.task, row.operand) for row in _together(rows)))
    figure, axes = panels([f"{TASKS[task].title}: bits of {operand}" for task, operand in series], height=3.4)
    for (task, operand), place in zip(series, axes, strict=True):
        mine = [row for row in _together(rows) if (row.task, row.operand) == (task, operand)]
        layers = list(mine[0].together)
        for number, row in enumerate(mine):
            place.bar(
                [place_of + 0.2 * (number - 1.5) for place_of in range(len(layers))],
                list(row.together.values()),
                width=0.18,
                color=COLOURS[number],
                label=f"{100 * row.tolerance:g} % tolerance",
            )
        place.set_xticks(range(len(layers)), layers, rotation=60 if len(layers) > 6 else 0, fontsize=8)
        place.set_ylim(0, WIDEST + 0.5)
        place.set_ylabel("bits")
    if axes:
        axes[0].legend(fontsize=8)
    return figure


def _together(rows: Sequence[Row]) -> list[TogetherRow]:
    return [row for row in rows if isinstance(row, TogetherRow)]


def _widths(of: Callable[[TogetherRow], Mapping[str, int]]) -> Callable[[Row], str | None]:
    return lambda row: "-".join(map(str, of(row).values())) if isinstance(row, TogetherRow) else None


def _layer_or_tolerance(row: Row) -> str:
    return row.layer if isinstance(row, AloneRow) else f"{100 * row.tolerance:g} %"


def _scores(row: Row) -> str:
    if isinstance(row, AloneRow):
        return ", ".join(f"{bits}: {100 * score:.1f}" for bits, score in row.scores)
    return f"{100 * row.score:.2f} ± {100 * row.loss_error:.2f} % (n = {row.units})"


EXPERIMENT = Experiment(
    name="bits_per_layer",
    description="The smallest width of each layer for a loss of 1, 2, 5 and 10 % of the accuracy",
    about=__doc__,
    series=(
        Series(points=layers, row=alone, read=lambda stated: AloneRow(**stated)),
        Series(points=networks, row=together, read=lambda stated: TogetherRow(**stated)),
    ),
    prepare=prepare,
    notes=notes,
    plot=plot,
    seeds=SEEDS,
    shown=Selection("all layers together", _together),
    columns=(
        Column("network", lambda row: row.task, left=True),
        Column("operand", lambda row: row.operand, left=True),
        Column("layer or tolerance", _layer_or_tolerance, left=True),
        Column("bits, alone", _widths(lambda row: row.alone)),
        Column("bits, together", _widths(lambda row: row.together)),
        Column("accuracy (alone: by bits, %)", _scores),
    ),
)
