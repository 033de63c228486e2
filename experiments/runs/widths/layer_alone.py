"""One layer at every width, all others at 8 bits: 8 bits downwards until a fifth of the accuracy is lost."""

from dataclasses import asdict, dataclass
from typing import Any

from .layer_widths import WIDEST, float_score, score

__all__ = ["Alone", "AloneRow", "alone"]

_NARROWEST = 2
_GIVEN_UP = 0.8  # share of the accuracy below which no narrower width is tried


@dataclass(frozen=True)
class Alone:
    """What a row is of.

    Parameters
    ----------
    task : str
        Name of the network.
    operand : str
        One of `lowtide.experiments.runs.widths.layer_widths.OPERANDS`.
    layer : str
        Name of the layer.
    """

    task: str
    operand: str
    layer: str


@dataclass(frozen=True, kw_only=True)
class AloneRow:
    """One layer at every width.

    Parameters
    ----------
    task, operand, layer : str
        Those of the point.
    float_score : float
        Accuracy of the float network.
    scores : list of (int, float)
        Width and accuracy, the widest first.
    """

    task: str
    operand: str
    float_score: float
    layer: str
    scores: list[tuple[int, float]]


def alone(point: Alone) -> dict[str, Any]:
    """The row of an `Alone`, a dictionary with the fields of an `AloneRow`."""
    exact, scores = float_score(point.task), []
    for width in range(WIDEST, _NARROWEST - 1, -1):
        scores.append((width, score(point.task, point.operand, ((point.layer, width),))))
        if scores[-1][1] < _GIVEN_UP * exact:
            break
    return asdict(AloneRow(task=point.task, operand=point.operand, float_score=exact, layer=point.layer, scores=scores))
