"""The report of a search at random: a table, a page of Markdown and a file of JSON."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lowtide.common.markdown import table
from lowtide.common.output import output_folder, write_page

from .kept import Keepable

__all__ = ["markdown", "print_table", "tell", "write_report"]

Rows = Sequence[Sequence[str]]  #: of a table, the first column's words to the left


def print_table(console: Console, headings: Sequence[str], rows: Rows) -> None:
    """Print a table, numbers to the right."""
    view = Table(*headings)
    for column in view.columns[1:]:
        column.justify = "right"
    for row in rows:
        view.add_row(*row)
    console.print(view)


def markdown(
    head: str,
    results: Sequence[Keepable],
    *,
    things: str,
    by: str,
    seed: int,
    headings: Sequence[str],
    rows: Rows,
    findings: Iterable[str],
) -> str:
    """The page: same results, same bytes.

    Parameters
    ----------
    head : str
        What stands first.
    results : sequence
        In the order of their numbers.
    things : str
        What was examined.
    by : str
        The command, and the versions of what took part.
    seed : int
    headings, rows : sequence
        Of the table.
    findings : iterable of str
        Lines.
    """
    bad, told = sum(each.is_bad for each in results), list(findings)
    lines = [
        head,
        f"Written by {by}: seed {seed}, {things} {results[0].number} to {results[-1].number}, {bad or 'none'} with "
        "findings.",
        "",
        table(headings, rows, right=range(1, len(headings))),
        *(["", "## Findings", ""] if told else []),
        *told,
    ]
    return "\n".join(lines) + "\n"


def write_report(
    folder: Path,
    name: str,
    results: Sequence[Keepable],
    *,
    seed: int,
    headings: Sequence[str],
    rows: Rows,
    page: str,
    **more: object,
) -> list[Path]:
    """Write ``NAME.json`` and ``NAME.md``; returns the paths.

    Parameters
    ----------
    folder : Path
    name : str
    results : sequence
        In the order of their numbers.
    seed : int
    headings, rows : sequence
        Of the table.
    page : str
        The Markdown.
    **more
        What else stands in the JSON.

    Raises
    ------
    ValueError
        The folder cannot be written to.
    """
    report = {
        "seed": seed,
        "first": results[0].number,
        "last": results[-1].number,
        "table": [dict(zip(headings, row, strict=True)) for row in rows],
        **more,
    }
    paths = [folder / f"{name}.json", folder / f"{name}.md"]
    with output_folder(folder):
        paths[0].write_text(json.dumps(report, indent=1, default=repr) + "\n")
        paths[1].write_text(page)
    return paths


def tell(things: str, results: Sequence[Keepable], paths: list[Path], page: Path | None) -> int:
    """Say how many have findings and where the report is, which becomes a page as well where one is asked for; the exit
    status."""
    bad = sum(each.is_bad for each in results)
    print(f"{len(results)} {things}, {bad} with findings, in:")
    for path in paths + (write_page(page, paths[1].read_text()) if page else []):
        print(f"  {path}")
    return int(bad > 0)
