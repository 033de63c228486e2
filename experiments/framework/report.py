"""An experiment's rows for readers: terminal, Markdown, JSON and a picture, and a page of the documents."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from lowtide.common import markdown

from .experiment import Experiment
from .plots import save
from .running import Results

__all__ = ["Report", "cells", "page", "shown", "table", "write"]


@dataclass(frozen=True)
class Report:
    """An experiment whose files are written.

    Parameters
    ----------
    experiment : Experiment
        Which.
    results : Results
        Its rows.
    notes : list of str
        What follows from them.
    text : Path
        NAME.md, with every row.
    stated : Path
        NAME.json.
    picture : Path or None
        NAME.svg, None without rows.
    """

    experiment: Experiment
    results: Results
    notes: list[str]
    text: Path
    stated: Path
    picture: Path | None

    @property
    def paths(self) -> list[Path]:
        """All files."""
        return [self.text, self.stated] + ([self.picture] if self.picture else [])


def cells(experiment: Experiment, row: Any) -> list[str]:
    """The texts of a row, one for each column."""
    return ["-" if (text := column.text(row)) is None else str(text) for column in experiment.columns]


def shown(experiment: Experiment, rows: Sequence[Any]) -> Sequence[Any]:
    """The rows that the terminal and the page show."""
    return experiment.shown.of(rows) if experiment.shown else rows


def table(experiment: Experiment, rows: Sequence[Any]) -> Table:
    """The rows that the terminal shows, and how many others there are."""
    some = shown(experiment, rows)
    made = Table(
        title=experiment.description,
        title_justify="left",
        caption=f"{len(rows) - len(some)} further rows in the files" if len(some) < len(rows) else None,
    )
    for column in experiment.columns:
        made.add_column(column.heading, justify="left" if column.left else "right", no_wrap=column.left)
    for row in some:
        made.add_row(*cells(experiment, row))
    return made


def write(experiment: Experiment, results: Results, folder: Path) -> Report:
    """Write NAME.md, NAME.json and NAME.svg; no picture without rows.

    Parameters
    ----------
    experiment : Experiment
        Which.
    results : Results
        Its rows.
    folder : Path
        Where, an existing folder.

    Returns
    -------
    Report
        With the paths.
    """
    rows = results.rows
    text, stated, picture = (folder / f"{experiment.name}.{ending}" for ending in ("md", "json", "svg"))
    report = Report(
        experiment, results, experiment.notes(rows) if rows else [], text, stated, picture if rows else None
    )
    text.write_text("\n".join(["# " + _title(experiment), "", *_lines(report, rows)]), encoding="utf-8")
    content = {
        "description": experiment.description,
        "rows": results.stated,
        "seeds": dict(experiment.seeds),
        "notes": report.notes,
        "missing": results.missing,
    }
    stated.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    if rows:
        save(experiment.plot(rows), picture)
    else:
        picture.unlink(missing_ok=True)
    return report


def page(report: Report, command: str) -> str:
    """The page of an experiment as Markdown, with the rows that `shown` chooses.

    Parameters
    ----------
    report : Report
        The experiment.
    command : str
        What writes the same rows.

    Returns
    -------
    str
        The page, where its picture is named without a folder. Same rows, same text.
    """
    lines = [
        "# " + _title(report.experiment),
        "",
        f"Made by `{command}`; kept rows are not computed again. n is the number of independent pictures, digits or "
        "streams of words that a row was measured on, ± one standard error. Losses are paired: the same n with the "
        "quantised and the float network. The networks and their data are in [networks](../../networks.md).",
        "",
        *_lines(report, shown(report.experiment, report.results.rows)),
    ]
    return "\n".join(lines)


def _title(experiment: Experiment) -> str:
    return experiment.heading or experiment.name.replace("_", " ").capitalize()


def _lines(report: Report, rows: Sequence[Any]) -> list[str]:
    """What is said of an experiment below its heading, with a table of some of its rows."""
    experiment, missing = report.experiment, report.results.missing
    lines = [experiment.about.strip(), ""]
    if report.picture:
        lines += [f"![{experiment.description}]({report.picture.name})", ""]
    lines += [f"- {note}" for note in report.notes] + [""] * bool(report.notes)
    if rows:
        headings = [column.heading for column in experiment.columns]
        right = [place for place, column in enumerate(experiment.columns) if not column.left]
        lines += [markdown.table(headings, [cells(experiment, row) for row in rows], right=right), ""]
    if experiment.shown and (others := len(report.results.rows) - len(rows)):
        lines += [
            f"The table has {experiment.shown.says}. {others} further rows are in the files that the command writes.",
            "",
        ]
    lines += [f"- Missing, {task}: {reason}" for task, reason in missing.items()] + [""] * bool(missing)
    seeds = ", ".join(f"{what} {seed}" for what, seed in experiment.seeds.items())
    return [*lines, f"Seeds: {seeds or 'nothing is random'}.", ""]
