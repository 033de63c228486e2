"""How many times fewer term pairs: the cheapest term revealing against the cheapest fixed point of equal quality.

Two comparisons, each in the rows of one task with one way of rounding::

    one unit       signed-digit term pairs on both sides      k / g * s  against  t(weight bits) * t(data bits)
    paper's way    term pairs against bit pairs, plain        k / g * s  against  weight bits * data bits

In the paper's way fixed point has 8-bit data (6 bits for perceptrons), as in its result files, and only the width of
the weights falls; terms are those of groups of 8 weights and 3 of each datum. In one unit both widths fall, and groups
and terms of data are free. Equal quality: at most the tolerance below 8-bit fixed point, points of
accuracy or log loss. Both sides are chosen on the even units of the data; losses are those on the odd units.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..configurations.measured_rows import ConfigurationRow
from ..measures.paired import CHOICE, REPORT, Difference
from ..tasks import TASKS

__all__ = [
    "PERCEPTRONS",
    "Kind",
    "Reduction",
    "Side",
    "bit_pairs",
    "cheapest",
    "in_one_unit",
    "kind_of",
    "papers_way",
    "reference",
    "sentence",
    "term_pairs",
]

PERCEPTRONS = ("digits", "mnist_mlp")
#: "fixed" or the encoding of revealed terms, and whether rounding was compensated.
Kind = tuple[str, bool]


def term_pairs(row: ConfigurationRow) -> float | None:
    """Term pairs per multiplication that the arithmetic of a row reserves."""
    return row.pair_bound


def bit_pairs(row: ConfigurationRow) -> float | None:
    """Bit pairs per multiplication that it reserves; None where terms are revealed."""
    return row.bit_bound


@dataclass(frozen=True)
class Side:
    """The row chosen, its pairs per multiplication, and its difference to 8-bit fixed point on the units that nothing
    was chosen on."""

    row: ConfigurationRow
    cost: float
    loss: Difference


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """The cheapest of both sides.

    Parameters
    ----------
    task, compensated, tolerance : str, bool, float
        Of the rows, and how much they may lose.
    unit : str
        Of the fixed point's pairs, "term pairs" or "bit pairs".
    fixed, terms : Side or None
        None if no row is good enough.
    """

    task: str
    compensated: bool
    tolerance: float
    unit: str
    fixed: Side | None
    terms: Side | None

    @property
    def times(self) -> float | None:
        """How many times fewer; None where a side is missing."""
        return self.fixed.cost / self.terms.cost if self.fixed and self.terms else None


def kind_of(row: ConfigurationRow) -> Kind:
    """The kind of a row."""
    return row.encoding if row.revealed else "fixed", row.compensated


def reference(rows: Iterable[ConfigurationRow], task: str) -> ConfigurationRow | None:
    """The row of plain 8-bit fixed point, None if there is none."""
    return next(
        (
            row
            for row in rows
            if row.task == task and kind_of(row) == ("fixed", False) and row.w_bits == row.x_bits == 8
        ),
        None,
    )


def cheapest(
    rows: Iterable[ConfigurationRow],
    eight: ConfigurationRow,
    kind: Kind,
    tolerance: float,
    *,
    cost: Callable[[ConfigurationRow], float | None] = term_pairs,
    suits: Callable[[ConfigurationRow], bool] = lambda row: True,
) -> ConfigurationRow | None:
    """The row with the fewest pairs, of equals the better one, None if there is none.

    Parameters
    ----------
    rows : iterable of ConfigurationRow
        Of which those of the task of ``eight`` count that are of the kind and lose at most the tolerance beside it, on
        the units for choosing.
    eight : ConfigurationRow
        As of `reference`.
    kind : Kind
        As of `kind_of`.
    tolerance : float
        Points of accuracy, 0 to 1, or log loss.
    cost
        What is minimised.
    suits
        Whether a row counts.
    """
    fit = []
    for row in rows:
        pairs = cost(row)
        if row.task == eight.task and kind_of(row) == kind and suits(row) and pairs is not None:
            loss = row.difference(eight, CHOICE).loss
            if loss <= tolerance + 1e-12:
                fit.append((pairs, loss, row))
    return min(fit, key=lambda entry: entry[:2])[2] if fit else None


def in_one_unit(rows: Sequence[ConfigurationRow], task: str, compensated: bool) -> Reduction | None:
    """The reduction in signed-digit term pairs at the usual tolerance.

    Parameters
    ----------
    rows : sequence of ConfigurationRow
        Of which those of the task count.
    task : str
        Name of the network.
    compensated : bool
        Whether rounding was compensated, on both sides.

    Returns
    -------
    Reduction or None
        None without the row of 8 bits.
    """
    eight = reference(rows, task)
    if eight is None:
        return None
    tolerance = TASKS[task].measure.tolerance
    fixed, terms = (cheapest(rows, eight, (kind, compensated), tolerance) for kind in ("fixed", "hese"))
    return Reduction(
        task=task,
        compensated=compensated,
        tolerance=tolerance,
        unit="term pairs",
        fixed=_side(fixed, eight, term_pairs),
        terms=_side(terms, eight, term_pairs),
    )


def papers_way(rows: Sequence[ConfigurationRow], task: str) -> list[Reduction]:
    """The reductions in term pairs against bit pairs, plain, for every tolerance."""
    eight, data = reference(rows, task), 6 if task in PERCEPTRONS else 8
    if eight is None:
        return []
    found = []
    for tolerance in TASKS[task].measure.tolerances:
        fixed = cheapest(rows, eight, ("fixed", False), tolerance, cost=bit_pairs, suits=lambda row: row.x_bits == data)
        terms = cheapest(
            rows, eight, ("hese", False), tolerance, suits=lambda row: (row.group, row.data_terms) == (8, 3)
        )
        found.append(
            Reduction(
                task=task,
                compensated=False,
                tolerance=tolerance,
                unit="bit pairs",
                fixed=_side(fixed, eight, bit_pairs),
                terms=_side(terms, eight, term_pairs),
            )
        )
    return found


def sentence(found: Reduction) -> str:
    """A reduction in words."""
    lost_in = TASKS[found.task].measure.loss_unit
    most = f"{100 * found.tolerance:g} {lost_in}"
    way = "compensated" if found.compensated else "plain"
    text = f"{TASKS[found.task].title}, {way}, at most {most} below 8-bit fixed point: "
    parts = [
        _words(side, unit, lost_in) if side else f"no {kind} here"
        for side, unit, kind in (
            (found.fixed, found.unit, "fixed point"),
            (found.terms, "term pairs", "term revealing"),
        )
    ]
    return text + " against ".join(parts) + (f": {found.times:.1f} times fewer." if found.times else ".")


def _side(
    row: ConfigurationRow | None, eight: ConfigurationRow, cost: Callable[[ConfigurationRow], float | None]
) -> Side | None:
    pairs = None if row is None else cost(row)
    return None if row is None or pairs is None else Side(row, pairs, row.difference(eight, REPORT))


def _words(side: Side, unit: str, lost_in: str) -> str:
    loss = side.loss
    lost = f"{100 * loss.loss:.2f} ± {100 * loss.error:.2f} {lost_in}"
    return f"{side.row.name} ({side.cost:.3g} {unit}, loses {lost}, n = {loss.units})"
