"""What the two commands write and show of their runs."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from lowtide.common.output import write_page

from ..framework.plots import save
from .measured import Measured

__all__ = ["Report", "model_error", "tell"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Report:
    """A page, and what the terminal shows of it.

    Parameters
    ----------
    stem : str
        Name of the files.
    title : str
        For the terminal.
    headings : sequence of str
    left, shown : sequence of int
        Columns with words; columns that the terminal shows.
    rows : sequence of sequence of str
    notes : sequence of str
        What follows from the runs.
    text : str
        Markdown, where the picture is ``STEM.svg``.
    figure : Figure or None
    """

    stem: str
    title: str
    headings: Sequence[str]
    left: Sequence[int]
    shown: Sequence[int]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    text: str
    figure: Figure | None = None


def model_error(each: Measured) -> str:
    """Predicted cycles against counted ones."""
    return f"{100 * (each.predicted / each.counted.cycles - 1):+.3f} %" if each.counted else "-"


def tell(report: Report, found: Sequence[Measured], missing: Sequence[str], output: Path, page: Path | None) -> int:
    """Write and print a report; the exit status: 1 where something is missing or an aim is not reached."""
    text, content, plot = (output / f"{report.stem}.{ending}" for ending in ("md", "json", "svg"))
    text.write_text(report.text, encoding="utf-8")
    stated = [asdict(each) | {"cycles": each.cycles, "share": each.share} for each in found]
    content.write_text(json.dumps(stated, indent=1) + "\n", encoding="utf-8")
    paths = [text, content]
    if report.figure:
        save(report.figure, plot)
        paths.append(plot)
    if page:
        paths += write_page(page, report.text, [plot] if report.figure else [])
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table(title=report.title, title_justify="left")
    for place in report.shown:
        table.add_column(report.headings[place], justify="left" if place in report.left else "right", no_wrap=True)
    for row in report.rows:
        table.add_row(*(row[place] for place in report.shown))
    console.print(table)
    for note in report.notes:
        console.print(f"- {note}", markup=False, highlight=False)
    for reason in missing:
        console.print(f"missing, {reason}", style="red", markup=False, highlight=False, soft_wrap=True)
    console.print("made " + ", ".join(map(str, paths)), highlight=False, soft_wrap=True)
    return int(bool(missing) or not all(each.meets for each in found))
