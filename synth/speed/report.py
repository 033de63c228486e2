"""Tables of speed: one line for each unit and target, as text of cells, Markdown and JSON."""

import json
from dataclasses import dataclass
from pathlib import Path

from .fmax import ROWS, SEEDS, Speed
from .place import DEVICES

__all__ = ["HEADINGS", "Row", "cells", "write"]

HEADINGS = (
    "configuration",
    "unit",
    "device",
    "LUT cells",
    "flip-flops",
    "MHz",
    "best",
    "logic ns",
    "routing ns",
    "cells in path",
    "recipe",
)
UNITS = {"pe": "PE", "array": f"{ROWS}x{ROWS} array"}


@dataclass(frozen=True)
class Row:
    """What :func:`lowtide.synth.speed.fmax` found for a unit of a named configuration on a target."""

    config: str
    family: str
    unit: str
    target: str
    found: Speed


def cells(row):
    """The texts of a line, as of :data:`HEADINGS`."""
    device, found = DEVICES[row.target], row.found
    head = [row.config, UNITS[row.unit], device.name]
    if found.failed:
        return head + ["-"] * (len(HEADINGS) - len(head) - 1) + ["failed"]
    registers = found.cells.get(device.registers, 0) if device.registers != device.logic else "-"
    numbers = found.fmax, found.best, found.logic_ns, found.routing_ns
    return [
        *head,
        str(found.cells.get(device.logic, 0)),
        str(registers),
        *(f"{number:.1f}" for number in numbers),
        str(found.steps),
        found.recipe,
    ]


def write(rows, folder):
    """Write ``speed.json`` and ``speed.md`` to a folder, which is made; returns their paths."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    data, page = Path(folder, "speed.json"), Path(folder, "speed.md")
    listed = [
        {
            "config": row.config,
            "family": row.family,
            "unit": row.unit,
            "target": row.target,
            "device": DEVICES[row.target].name,
        }
        | row.found.as_dict()
        for row in rows
    ]
    data.write_text(json.dumps({"seeds": list(SEEDS), "rows": listed}, indent=1) + "\n")
    lines = [
        "# Speed",
        "",
        f"Placed and routed by nextpnr with the seeds {', '.join(map(str, SEEDS))}: the median and the best Fmax. "
        "Paths from register to register count. A unit stands behind a wrapper of registers, whose cells are "
        f"included; an array is the whole engine with {ROWS} rows and {ROWS} columns. iCE40 cells hold a LUT "
        "and a flip-flop. A path of one cell or none may be the wrapper's: the unit is at least as fast.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        f"|---|---|---|{'---:|' * (len(HEADINGS) - 4)}---|",
    ]
    lines += [f"| {' | '.join(cells(row))} |" for row in rows]
    failed = [row for row in rows if row.found.failed]
    lines += (
        [
            "",
            *(
                f"- `{row.config}`, {UNITS[row.unit]} on {DEVICES[row.target].name}: {row.found.failed}"
                for row in failed
            ),
        ]
        if failed
        else []
    )
    page.write_text("\n".join([*lines, ""]))
    return data, page
