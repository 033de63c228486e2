"""The rows of the comparison: arrays and the modes that run on them. One more family is one more `Family` here."""

from dataclasses import dataclass

import golden
from hw import Mode

__all__ = ["FAMILIES", "Family", "Row"]

GROUP = 8
BUDGETS = (24, 16, 12, 8, 6, 4)

QT = Mode(x_signed=False)  # unsigned 8-bit data, signed 8-bit weights
QT_TERM = QT.change(hese=True, group=GROUP, budget=GROUP * golden.max_terms("hese", QT.w_bits, QT.w_signed))


@dataclass(frozen=True)
class Family:
    """An array and its modes. label: for the plot's legend. config: name of a configuration. modes: label to mode."""

    label: str
    config: str
    modes: dict


FAMILIES = (
    Family("conventional multipliers (parallel)", "parallel_8x8_l8", {"QT parallel": QT}),
    Family("every term by shift and add (term)", "term_8x8_g8_l8", {"QT term": QT_TERM}),
    Family("term revealing (term)", "term_8x8_g8_l8",
           {f"TR g={GROUP} k={budget}": QT_TERM.change(select=True, budget=budget) for budget in BUDGETS}),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was measured in one mode; None where a column means nothing for it.

    mode: the row's label. family: that of the `Family`. configuration, kind, lanes, group, budget: array and mode.
    accuracy: 0..1. cycles_per_inference: of all layers. pairs_per_mac: term pairs that a multiplication reserves, as
    the term revealing paper counts (64 for a conventional 8-bit multiplier). measured_pairs_per_mac: pairs of terms
    that are not zero, counted on the operands. multiplications_per_cycle_per_pe: while the array is busy.
    bit_exact: whether every accumulator of every layer, and the cycles, equal those of the golden model.
    """

    mode: str
    family: str
    accuracy: float
    configuration: str | None = None
    kind: str | None = None
    lanes: int | None = None
    group: int | None = None
    budget: int | None = None
    cycles_per_inference: float | None = None
    pairs_per_mac: float | None = None
    measured_pairs_per_mac: float | None = None
    multiplications_per_cycle_per_pe: float | None = None
    bit_exact: bool | None = None
