"""What an experiment is: independent points, a row for each, and what a reader is told about the rows.

A point is a frozen dataclass whose ``repr`` says all that its row depends on besides the sources, with the name of its
network or data as ``task``. A row is a dictionary that JSON can hold, without NaN and infinities.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["Column", "Experiment"]


@dataclass(frozen=True)
class Column:
    """A column of the table. text: of a row, None for a dash. left: words, not numbers."""

    heading: str
    text: Callable
    left: bool = False


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """An experiment, in the order of its life.

    name, description: a word for the command line, a line for readers
    points(quick)      the points; quick: those of the digits perceptron that a test can afford
    prepare(task)      makes the data and the float network of a task; raises
    `lowtide.workloads.data.fetch.DataMissing` row(point)         computes the row of a point, or a list of rows, in
    another process; a function of a module columns            of the table, a tuple of `Column`
    notes(rows)        what the rows say: a list of sentences, computed from them
    plot(rows)         a matplotlib figure
    seeds              of everything random, by what they are for
    shown(rows)        the rows that the terminal shows, all if None
    """

    name: str
    description: str
    points: Callable
    prepare: Callable
    row: Callable
    columns: tuple
    notes: Callable
    plot: Callable
    seeds: Mapping = field(default_factory=dict)
    shown: Callable | None = None
