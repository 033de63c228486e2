"""Tables in Markdown."""

from collections.abc import Collection, Iterable, Sequence

__all__ = ["table"]


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Collection[int] = ()) -> str:
    """A table as Markdown text, without a line feed at its end.

    Parameters
    ----------
    headings : sequence of str
        The columns.
    rows : iterable of sequences
        The cells of each line, as many as there are columns; whatever they are, their ``str`` is shown.
    right : collection of int
        Numbers of the columns that are set flush right.

    Raises
    ------
    ValueError
        A row has more or fewer cells than there are columns.
    """
    lines = [_line(headings), "|" + "".join("---:|" if place in right else "---|" for place in range(len(headings)))]
    for row in rows:
        if len(row) != len(headings):
            raise ValueError(f"row has {len(row)} cells, allowed are {len(headings)}: {', '.join(headings)}")
        lines.append(_line(row))
    return "\n".join(lines)


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
