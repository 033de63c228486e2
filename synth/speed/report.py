"""Tables of speed: one line for each unit and target, as text of cells, Markdown and JSON."""

import json
from collections.abc import Sequence
from pathlib import Path

from lowtide.common.markdown import table
from lowtide.common.output import output_folder

from .aims import of_its_pe, verdicts
from .fmax import ROWS, SEEDS, SPARE_SEEDS
from .place import DEVICES
from .rows import Row

__all__ = ["HEADINGS", "cells", "markdown", "write"]

HEADINGS = (
    "configuration",
    "unit",
    "device",
    "LUT cells",
    "flip-flops",
    "MHz",
    "best",
    "of its PE",
    "logic ns",
    "routing ns",
    "cells in path",
    "recipe",
)
UNITS = {"pe": "PE", "array": f"{ROWS}x{ROWS} array"}


def cells(row: Row, rows: Sequence[Row]) -> list[str]:
    """The texts of a line, as of :data:`HEADINGS`. rows: all of the page, of which one may be that of its PE."""
    device, found = DEVICES[row.target], row.found
    head = [row.config, UNITS[row.unit], device.name]
    if found.failed:
        return head + ["-"] * (len(HEADINGS) - len(head) - 1) + ["failed"]
    registers = found.cells.get(device.registers, 0) if device.registers != device.logic else "-"
    share = of_its_pe(row, rows)
    rates, delays = (found.fmax, found.best), (found.logic_ns, found.routing_ns)
    return [
        *head,
        str(found.cells.get(device.logic, 0)),
        str(registers),
        *(f"{number:.1f}" for number in rates),
        "" if share is None else f"{share:.2f}",
        *(f"{number:.1f}" for number in delays),
        str(found.steps),
        str(found.recipe),
    ]


def markdown(rows: Sequence[Row], command: str) -> str:
    """The page, Markdown. command: what measures the same again."""
    failed = [row for row in rows if row.found.failed]
    lines = [
        "# Clock rates",
        "",
        f"Written by `{command}`: {len(rows)} units, {len(failed) or 'none'} of them failed. Placed and routed by "
        f"nextpnr with the seeds {', '.join(map(str, SEEDS))}: *MHz* is the median, *best* the best Fmax; "
        f"{' and '.join(map(str, SPARE_SEEDS))} stand in for a seed with which it cannot route. Paths from "
        "register to register count. A unit stands behind a wrapper of registers, whose cells are included; an array "
        f"is the whole engine with {ROWS} rows and {ROWS} columns. iCE40 cells hold a LUT and a flip-flop. A path of "
        "one cell or none may be the wrapper's: the unit is at least as fast. *Of its PE*: the clock rate of an array "
        "over that of its PE.",
        "",
        table(HEADINGS, (cells(row, rows) for row in rows), right=range(3, len(HEADINGS) - 1)),
        "",
    ]
    lines += [
        f"- `{row.config}`, {UNITS[row.unit]} on {DEVICES[row.target].name}: {row.found.failed}" for row in failed
    ]
    if failed:
        lines.append("")
    if judged := verdicts(rows):
        headings = ("configuration", "unit", "aim", "measured", "")
        texts = [
            [each.row.config, UNITS[each.row.unit], each.aim, each.measured, "met" if each.met else "missed"]
            for each in judged
        ]
        lines += ["## Aims", "", table(headings, texts, right=(3,)), ""]
    return "\n".join(lines).rstrip() + "\n"


def write(rows: Sequence[Row], folder: Path, command: str) -> list[Path]:
    """Write ``speed.json`` and ``speed.md`` to a folder, which is made; returns their paths. command: what measures the
    same again.

    Raises
    ------
    ValueError
        The folder cannot be written to: one line.
    """
    listed = [
        {
            "config": row.config,
            "family": row.family,
            "unit": row.unit,
            "target": row.target,
            "device": DEVICES[row.target].name,
        }
        | row.found.as_dict()
        | ({} if (share := of_its_pe(row, rows)) is None else {"of_its_pe": round(share, 3)})
        for row in rows
    ]
    with output_folder(folder) as folder:
        paths = [folder / "speed.json", folder / "speed.md"]
        paths[0].write_text(json.dumps({"seeds": list(SEEDS), "rows": listed}, indent=1) + "\n")
        paths[1].write_text(markdown(rows, command))
    return paths
