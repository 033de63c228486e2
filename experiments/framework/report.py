"""An experiment's rows for readers: terminal, Markdown, JSON and a picture."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from lowtide.common import markdown

from .experiment import Experiment
from .plots import save
from .running import Results

__all__ = ["cells", "table", "write"]


def cells(experiment: Experiment, row: Any) -> list[str]:
    """The texts of a row, one for each column."""
    return ["-" if (text := column.text(row)) is None else str(text) for column in experiment.columns]


def table(experiment: Experiment, rows: Sequence[Any]) -> Table:
    """The rows that the terminal shows, and how many others there are."""
    shown = experiment.shown(rows) if experiment.shown else rows
    made = Table(
        title=experiment.description,
        title_justify="left",
        caption=f"{len(rows) - len(shown)} further rows in the files" if len(shown) < len(rows) else None,
    )
    for column in experiment.columns:
        made.add_column(column.heading, justify="left" if column.left else "right", no_wrap=column.left)
    for row in shown:
        made.add_row(*cells(experiment, row))
    return made


def write(experiment: Experiment, results: Results, folder: Path) -> tuple[list[Path], list[str]]:
    """Write NAME.md, NAME.json and NAME.png into ``folder``, which exists. Returns the paths, and the notes."""
    rows = results.rows
    notes = experiment.notes(rows) if rows else []
    paths = [folder / f"{experiment.name}.{ending}" for ending in ("md", "json", "png")]
    paths[0].write_text(_markdown(experiment, results, notes), encoding="utf-8")
    stated = {
        "description": experiment.description,
        "rows": results.stated,
        "seeds": dict(experiment.seeds),
        "notes": notes,
        "missing": results.missing,
    }
    paths[1].write_text(json.dumps(stated, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    if not rows:
        paths.pop().unlink(missing_ok=True)
    else:
        save(experiment.plot(rows), paths[2])
    return paths, notes


def _markdown(experiment: Experiment, results: Results, notes: Sequence[str]) -> str:
    headings = [column.heading for column in experiment.columns]
    right = [place for place, column in enumerate(experiment.columns) if not column.left]
    lines = [f"# {experiment.name.replace('_', ' ').capitalize()}", "", f"{experiment.description}.", ""]
    lines += [f"- {note}" for note in notes] + [""] * bool(notes)
    if results.rows:
        lines += [
            f"![{experiment.description}]({experiment.name}.png)",
            "",
            markdown.table(headings, [cells(experiment, row) for row in results.rows], right=right),
            "",
        ]
    lines += [f"- Missing, {task}: {reason}" for task, reason in results.missing.items()] + [""] * bool(results.missing)
    seeds = ", ".join(f"{what} {seed}" for what, seed in experiment.seeds.items())
    return "\n".join([*lines, f"Seeds: {seeds or 'nothing is random'}.", ""])
