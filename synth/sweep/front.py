"""Rows that no other row beats: the Pareto front of a target, over any columns that hold numbers.

A row beats another where it is at least as good in every column and better in one. Small is good, except
of multiplications per cycle, accuracy and bits of the operands.
"""

from collections.abc import Iterable, Sequence

from lowtide.common import pareto

from .choices import FIELDS
from .rows import LARGE, MODE_COLUMNS, NUMBERS, Row

__all__ = ["DEFAULT", "RANKED", "best", "front", "targets_of"]

#: Columns that can be ranked.
RANKED = NUMBERS + tuple(name for name in FIELDS + MODE_COLUMNS if name not in NUMBERS)
DEFAULT = ("area_per_mac", "macs_per_cycle")
_Costs = tuple[float, ...]


def front(rows: Sequence[Row], columns: Sequence[str] = DEFAULT) -> list[Row]:
    """The rows that no other row of the same target beats in these columns, from the best in the first one on. Rows
    without a number in one of them are left out; of rows that are equal in all of them the first one stands."""
    found = (pareto.front(_costs(rows, columns, target), lambda pair: pair[1]) for target in targets_of(rows))
    return [row for pairs in found for row, _ in pairs]


def best(rows: Sequence[Row], column: str, count: int) -> list[Row]:
    """The ``count`` best rows of each target by one column; of equals the first."""
    found = (sorted(_costs(rows, (column,), target), key=lambda pair: pair[1]) for target in targets_of(rows))
    return [row for pairs in found for row, _ in pairs[:count]]


def targets_of(rows: Iterable[Row]) -> list[str]:
    """The targets of rows, as they come: areas of different ones are not compared."""
    return list(dict.fromkeys(row.target for row in rows if row.target))


def _costs(rows: Iterable[Row], columns: Sequence[str], target: str) -> list[tuple[Row, _Costs]]:
    """The rows of a target that have numbers in all columns, with these so that small ones are good."""
    found = []
    for row in rows:
        numbers = [row.number(column) for column in columns]
        costs = [
            -number if column in LARGE else number
            for column, number in zip(columns, numbers, strict=True)
            if number is not None
        ]
        if row.target == target and row.status == "ok" and len(costs) == len(columns):
            found.append((row, tuple(costs)))
    return found
