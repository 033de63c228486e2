"""Bits per layer: the smallest width of each layer for a loss of 1, 2, 5 and 10 % of the accuracy.

The search is that of `lowtide.experiments.runs.layer_widths`.

Source: Emer, Sze, Chen, Yang, DNN Model and Hardware Co-Design, ISCA tutorial 2019 (AlexNet's bits per layer), after
Judd et al., arXiv 1511.05236: 4 to 10 bits a layer.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..framework.experiment import Column, Experiment, Selection
from .layer_widths import OPERANDS, TOLERANCES, WIDEST, Alone, Together, search
from .measured_rows import AloneRow, TogetherRow, width_row
from .tasks import SEEDS, TASKS, prepare

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


def points(quick: bool) -> list[Alone | Together]:
    """Layers alone first, for their rows are what the joint searches start from."""
    tasks = ("digits",) if quick else tuple(LAYERS)
    alone: list[Alone | Together] = [
        Alone(task, operand, layer) for task in tasks for operand in OPERANDS for layer in LAYERS[task]
    ]
    return alone + [
        Together(task, operand, tolerance) for task in tasks for operand in OPERANDS for tolerance in TOLERANCES
    ]


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
    from ..framework.plots import COLOURS, panels

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
    points=points,
    prepare=prepare,
    row=search,
    read=width_row,
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
