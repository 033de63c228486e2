"""What a report is made of: sections of paragraphs, tables and pictures. Markdown and the HTML page show the same ones.

Every column says what it means; the report lists the columns once, at its end.
"""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Cell", "Column", "Document", "Part", "Picture", "Section", "Table", "cell", "number"]


@dataclass(frozen=True)
class Column:
    """A column of tables.

    Parameters
    ----------
    name : str
        Its heading. Columns of one name mean the same in every table of a report.
    meaning : str
        A sentence; columns that share it are explained together.
    words : bool
        Whether it holds words, set flush left, instead of numbers.
    choice : bool
        Whether it has so few values that a reader chooses one of them to filter the table.
    """

    name: str
    meaning: str
    words: bool = False
    choice: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Parameters
    ----------
    text : str
        What is shown.
    value : float or None
        What it is sorted by, where that is not the text.
    link : str or None
        File beside the report that the page links to.
    mark : str or None
        ``good`` or ``bad`` where the page shows it in a colour.
    """

    text: str
    value: float | None = None
    link: str | None = None
    mark: str | None = None


@dataclass(frozen=True)
class Table:
    """A table: its columns, and rows of as many cells."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names):
            raise ValueError(f"columns are {', '.join(names)}, allowed are names that differ")
        for row in self.rows:
            if len(row) != len(names):
                raise ValueError(f"row has {len(row)} cells, allowed are {len(names)}: {', '.join(names)}")


@dataclass(frozen=True)
class Picture:
    """A picture: the name of its files without their ending, and a line below it."""

    name: str
    caption: str


Part = str | Table | Picture  #: a paragraph in Markdown, or what is shown


@dataclass(frozen=True)
class Section:
    """A section: a title, what it holds, and sections inside it."""

    title: str
    parts: tuple[Part, ...] = ()
    sections: tuple["Section", ...] = ()

    def tables(self) -> Iterable[Table]:
        """The tables of the section and of those inside it, in order."""
        yield from (part for part in self.parts if isinstance(part, Table))
        for section in self.sections:
            yield from section.tables()


@dataclass(frozen=True)
class Document:
    """A report: its title, facts about the run (pairs of a word and a text), and its sections."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]

    def meanings(self) -> dict[str, list[str]]:
        """Every column of every table, explained: dict of a meaning to the names that have it, in order.

        Raises
        ------
        ValueError
            One name has two meanings.
        """
        known: dict[str, str] = {}
        for column in (each for section in self.sections for table in section.tables() for each in table.columns):
            if known.setdefault(column.name, column.meaning) != column.meaning:
                raise ValueError(f"column is {column.name!r} with two meanings, allowed is one")
        found: dict[str, list[str]] = {}
        for name, meaning in known.items():
            found.setdefault(meaning, []).append(name)
        return found


def number(value: float | None, digits: int = 0) -> str:
    """A number as it is shown, ``-`` for None."""
    return "-" if value is None else f"{value:,.{digits}f}"


def cell(value: str | float | None, digits: int = 0, mark: str | None = None) -> Cell:
    """The cell of a word or of a number with so many digits after the point; ``-`` for None."""
    if isinstance(value, str):
        return Cell(value, mark=mark)
    return Cell(number(value, digits), value, mark=mark)
