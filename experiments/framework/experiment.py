"""What an experiment is: independent points, a row for each, and what a reader is told about the rows.

A point is a frozen dataclass whose ``repr`` says all that its row depends on besides the sources, with the name of its
network or data as ``task``. The function of a row returns what JSON can hold, without NaN and infinities: it is kept
and written so. Whoever reads a row, in tables, notes and pictures, gets a value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = ["Column", "Experiment", "Point", "Selection", "Series"]


class Point(Protocol):
    """A frozen dataclass with the name of a network or of data."""

    @property
    def task(self) -> str: ...


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Parameters
    ----------
    heading : str
        Its name.
    text
        What it shows of a row, None for a dash.
    left : bool
        Whether it holds words, not numbers.
    """

    heading: str
    text: Callable[[Any], object]
    left: bool = False


@dataclass(frozen=True)
class Selection:
    """Which rows the terminal and the page show.

    Parameters
    ----------
    says : str
        Which, for readers: goes on after "the table has".
    of
        Of all rows: those.
    """

    says: str
    of: Callable[[Sequence[Any]], Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class Series:
    """Points of one kind, and what makes rows of them.

    Parameters
    ----------
    points
        Of ``quick``: the points; quick: those of the digits perceptron that a test can afford.
    row
        Of a point: computes its row, or a list of rows, dictionaries that JSON can hold, in another process; a function
        of a module.
    read
        Of such a dictionary: the row as a value.
    """

    points: Callable[[bool], Sequence[Any]]
    row: Callable[[Any], Any]
    read: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """An experiment, in the order of its life.

    Parameters
    ----------
    name, description : str
        A word for the command line, a line for readers.
    about : str
        Paragraphs for readers, in Markdown: what is compared, how, and after whom. Usually the docstring of its module.
    series : tuple of Series
        Its points with their rows; most experiments have one. Rows of one may need those of the series before it.
    prepare
        Of a task: makes its data and float network; raises `lowtide.workloads.data.fetch.DataMissing`.
    columns : tuple of Column
        Of the table.
    notes
        Of the rows: sentences that say what follows from them.
    plot
        Of the rows: a matplotlib figure.
    seeds : mapping of str to int
        Of everything random, by what they are for.
    shown : Selection or None
        Of many rows those to look at; None shows all.
    heading : str
        Of its page; empty: made of its name.
    """

    name: str
    description: str
    about: str
    series: tuple[Series, ...]
    prepare: Callable[[str], object]
    columns: tuple[Column, ...]
    notes: Callable[[Sequence[Any]], list[str]]
    plot: Callable[[Sequence[Any]], Any]
    seeds: Mapping[str, int] = field(default_factory=dict)
    shown: Selection | None = None
    heading: str = ""

    def points(self, quick: bool) -> dict[Any, Series]:
        """All points in order, each with the series that it is of."""
        return {point: series for series in self.series for point in series.points(quick)}
