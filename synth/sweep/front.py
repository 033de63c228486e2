"""Rows that no other row beats: the Pareto front of a target, over any columns that hold numbers.

A row beats another where it is at least as good in every column and better in one. Small is good, except
of multiplications per cycle, accuracy and bits of the operands.
"""

from lowtide.common import pareto

from .rows import FIELDS, LARGE, MODE_COLUMNS, NUMBERS

__all__ = ["DEFAULT", "RANKED", "best", "front", "targets_of"]

#: Columns that can be ranked.
RANKED = NUMBERS + tuple(name for name in FIELDS + MODE_COLUMNS if name not in NUMBERS)
DEFAULT = ("area_per_mac", "macs_per_cycle")


def front(rows, columns=DEFAULT):
    """The rows that no other row of the same target beats in these columns, from the best in the first one on. Rows
    without a number in one of them are left out; of rows that are equal in all of them the first one stands."""
    return [
        each
        for target in targets_of(rows)
        for each in pareto.front(_complete(rows, columns, target), lambda row: _costs(row, columns))
    ]


def best(rows, column, count):
    """The ``count`` best rows of each target by one column; of equals the first."""
    return [
        each
        for target in targets_of(rows)
        for each in sorted(_complete(rows, (column,), target), key=lambda row: _costs(row, (column,)))[:count]
    ]


def targets_of(rows):
    """The targets of rows, as they come: areas of different ones are not compared."""
    return list(dict.fromkeys(row["target"] for row in rows if row["target"]))


def _complete(rows, columns, target):
    return [
        row
        for row in rows
        if row["target"] == target
        and row["status"] == "ok"
        and all(isinstance(row[column], (int, float)) for column in columns)
    ]


def _costs(row, columns):
    return tuple(-row[column] if column in LARGE else row[column] for column in columns)
