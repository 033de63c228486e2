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

from dataclasses import dataclass

from . import paired
from .paired import CHOICE, REPORT, Difference
from .tasks import TASKS

__all__ = [
    "PERCEPTRONS",
    "TOLERANCES",
    "Reduction",
    "cheapest",
    "in_one_unit",
    "kind_of",
    "papers_way",
    "reference",
    "sentence",
]

PERCEPTRONS = ("digits", "mnist_mlp")
TOLERANCES = {"accuracy": (0.002, 0.005, 0.01), "perplexity": (0.005, 0.01, 0.02)}  #: of the paper's way
_USUAL = {"accuracy": 0.005, "perplexity": 0.01}


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """fixed, terms: the rows chosen, None if none is good enough. fixed_cost, terms_cost: pairs per multiplication.
    fixed_loss, terms_loss: `Difference` to 8-bit fixed point on the units that nothing was chosen on. unit: of the
    fixed point's pairs, "term pairs" or "bit pairs"."""

    task: str
    compensated: bool
    tolerance: float
    unit: str
    fixed: dict | None
    terms: dict | None
    fixed_cost: float | None
    terms_cost: float | None
    fixed_loss: Difference | None
    terms_loss: Difference | None

    @property
    def times(self):
        """How many times fewer; None where a side is missing."""
        return self.fixed_cost / self.terms_cost if self.fixed and self.terms else None


def kind_of(row):
    """("fixed" or the encoding of revealed terms, compensated) of a row."""
    return row["encoding"] if row["revealed"] else "fixed", row["compensated"]


def reference(rows, task):
    """The row of plain 8-bit fixed point, None if there is none."""
    return next(
        (
            row
            for row in rows
            if row["task"] == task and kind_of(row) == ("fixed", False) and row["w_bits"] == row["x_bits"] == 8
        ),
        None,
    )


def cheapest(rows, eight, kind, tolerance, *, unit="pair_bound", **fields):
    """Of the rows of a kind that lose at most the tolerance beside the row ``eight``, on the units for choosing, the
    one with the fewest pairs, of equals the better one; None if there is none. unit: entry of the row that is
    minimised. fields: entries that the row must have."""
    fit = []
    for row in rows:
        stated = all(row[name] == value for name, value in fields.items())
        if row["task"] == eight["task"] and kind_of(row) == kind and stated:
            loss = paired.difference(row, eight, CHOICE).loss
            if loss <= tolerance + 1e-12:
                fit.append((row[unit], loss, row))
    return min(fit, key=lambda entry: entry[:2], default=(None, None, None))[2]


def in_one_unit(rows, task, compensated):
    """The `Reduction` in signed-digit term pairs at the usual tolerance; None without the row of 8 bits."""
    eight = reference(rows, task)
    return eight and _reduction(rows, eight, compensated, _USUAL[TASKS[task].measure], "pair_bound", {}, {})


def papers_way(rows, task):
    """A `Reduction` in term pairs against bit pairs, plain, for every tolerance."""
    eight = reference(rows, task)
    data = {"x_bits": 6 if task in PERCEPTRONS else 8}
    return (
        [
            _reduction(rows, eight, False, tolerance, "bit_bound", data, {"group": 8, "data_terms": 3})
            for tolerance in TOLERANCES[TASKS[task].measure]
        ]
        if eight
        else []
    )


def sentence(found):
    """A `Reduction` in words."""
    perplexity = TASKS[found.task].measure == "perplexity"
    most = f"{100 * found.tolerance:g} {'%' if perplexity else 'points'}"
    way = "compensated" if found.compensated else "plain"
    text = f"{TASKS[found.task].title}, {way}, at most {most} below 8-bit fixed point: "
    parts = [
        _side(row, cost, loss, unit, perplexity)
        for row, cost, loss, unit in (
            (found.fixed, found.fixed_cost, found.fixed_loss, found.unit),
            (found.terms, found.terms_cost, found.terms_loss, "term pairs"),
        )
    ]
    parts = [part or f"no {kind} here" for part, kind in zip(parts, ("fixed point", "term revealing"), strict=True)]
    return text + " against ".join(parts) + (f": {found.times:.1f} times fewer." if found.times else ".")


def _reduction(rows, eight, compensated, tolerance, unit, of_fixed, of_terms):
    fixed = cheapest(rows, eight, ("fixed", compensated), tolerance, unit=unit, **of_fixed)
    terms = cheapest(rows, eight, ("hese", compensated), tolerance, **of_terms)
    losses = [row and paired.difference(row, eight, REPORT) for row in (fixed, terms)]
    return Reduction(
        task=eight["task"],
        compensated=compensated,
        tolerance=tolerance,
        fixed=fixed,
        terms=terms,
        unit={"pair_bound": "term pairs", "bit_bound": "bit pairs"}[unit],
        fixed_cost=fixed and fixed[unit],
        terms_cost=terms and terms["pair_bound"],
        fixed_loss=losses[0],
        terms_loss=losses[1],
    )


def _side(row, cost, loss, unit, perplexity):
    if row is None:
        return None
    name = (
        f"{row['weights']} s={row['data_terms'] or 'all'}"
        if row["revealed"]
        else (f"{row['w_bits']} x {row['x_bits']} bits")
    )
    lost = f"{100 * loss.loss:.2f} ± {100 * loss.error:.2f} {'%' if perplexity else 'points'}"
    return f"{name} ({cost:.3g} {unit}, loses {lost}, n = {loss.units})"
