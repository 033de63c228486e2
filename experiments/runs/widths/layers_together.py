"""The search for the widths of all layers of a network at once.

A tolerance t allows a loss of t of the float network's accuracy; the smallest width of a layer alone is the smallest
that keeps it, with all wider ones. Together such layers lose more than t, so widths are raised again, greedily: one bit
for the layer that alone is worst at the width that it has, until the network keeps the tolerance or all layers have 8
bits. Each step takes one evaluation.

Source: Judd et al., Reduced-Precision Strategies for Bounded Memory in Deep Neural Nets, arXiv 1511.05236, with the
same tolerances; the search is a plain one.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ...framework.rows import made
from .layer_alone import Alone, AloneRow, alone
from .layer_widths import WIDEST, float_score, layers_of, score, uncertainty

__all__ = ["TOLERANCES", "Together", "TogetherRow", "raised", "smallest", "together"]

TOLERANCES = (0.01, 0.02, 0.05, 0.1)


@dataclass(frozen=True)
class Together:
    """What a row is of.

    Parameters
    ----------
    task : str
        Name of the network.
    operand : str
        One of `lowtide.experiments.runs.widths.layer_widths.OPERANDS`.
    tolerance : float
        Share of the accuracy that may be lost.
    """

    task: str
    operand: str
    tolerance: float


@dataclass(frozen=True, kw_only=True)
class TogetherRow:
    """All layers of a network.

    Parameters
    ----------
    task, operand, tolerance : str, str, float
        Those of the point.
    float_score, score : float
        Accuracy of the float network, and with the widths ``together``.
    alone, together : dict of str to int
        Width by layer: the smallest alone, and after the search.
    steps : int
        Bits that were raised.
    units, loss_error : int, float
        Independent samples, and the standard error of the loss.
    """

    task: str
    operand: str
    float_score: float
    tolerance: float
    alone: dict[str, int]
    together: dict[str, int]
    score: float
    steps: int
    units: int
    loss_error: float


def together(point: Together) -> dict[str, Any]:
    """The row of a `Together`, a dictionary with the fields of a `TogetherRow`; takes the rows of its layers alone from
    where rows are kept."""
    task, operand = point.task, point.operand
    rows = [AloneRow(**made(alone, Alone(task, operand, layer))) for layer in layers_of(task)]
    scores = {row.layer: dict(row.scores) for row in rows}
    exact = float_score(task)
    least = exact * (1 - point.tolerance)
    smallest_alone = {layer: smallest(scores[layer], least) for layer in scores}
    widths, found, steps = raised(
        smallest_alone, scores, least, lambda widths: score(task, operand, tuple(widths.items()))
    )
    units, error = uncertainty(task, operand, tuple(widths.items()))
    return asdict(
        TogetherRow(
            task=task,
            operand=operand,
            float_score=exact,
            tolerance=point.tolerance,
            alone=smallest_alone,
            together=widths,
            score=found,
            steps=steps,
            units=units,
            loss_error=error,
        )
    )


def smallest(scores: Mapping[int, float], least: float) -> int:
    """The smallest width that keeps a score, and so do all wider ones.

    Parameters
    ----------
    scores : mapping of int to float
        Score by width.
    least : float
        The score that is to be kept.

    Returns
    -------
    int
        The widest if none keeps it.
    """
    kept = WIDEST
    for width in sorted(scores, reverse=True):
        if scores[width] < least:
            break
        kept = width
    return kept


def raised(
    alone: Mapping[str, int],
    scores: Mapping[str, Mapping[int, float]],
    least: float,
    score: Callable[[dict[str, int]], float],
) -> tuple[dict[str, int], float, int]:
    """Greedily widened layers: the layer whose own score is lowest gets one more bit until the score is good enough,
    or all are widest.

    Parameters
    ----------
    alone : mapping of str to int
        Where to begin: width by layer.
    scores : mapping of str to (mapping of int to float)
        Score by width of each layer alone.
    least : float
        The score that is to be reached.
    score
        Of the widths of all layers: the score.

    Returns
    -------
    (dict of str to int, float, int)
        Width by layer, their score, and how many bits were raised.
    """
    widths, steps = dict(alone), 0
    found = score(widths)
    while found < least and min(widths.values()) < WIDEST:
        worst = min((layer for layer in widths if widths[layer] < WIDEST), key=lambda name: scores[name][widths[name]])
        widths[worst] += 1
        found, steps = score(widths), steps + 1
    return widths, found, steps
