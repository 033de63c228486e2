"""What is written and shown of layers that ran alone."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lowtide.common.output import output_folder

from .running import Ran

__all__ = ["show_layers", "write_layers"]

COLUMNS = ("number", "layer", "kind", "cycles", "predicted", "share of peak", "read", "written", "")
WORDS = (1, 2, 8)  #: columns without numbers


def write_layers(programs: Mapping[str, Sequence[Ran]], output: Path) -> Path:
    """Write what came of layers of programs, by the names of these, as ``layers.json`` in a folder; its path.
    ``ValueError`` where it cannot be written."""
    stated = [
        {
            "program": name,
            "number": each.part.number,
            "layer": each.part.layer.name,
            "kind": each.part.kind,
            "cycles": each.run.cycles,
            "predicted": each.predicted,
            "share_of_peak": each.share,
            "read_bytes": each.run.read_bytes,
            "written_bytes": each.run.written_bytes,
            "seconds": each.run.seconds,
            "differs": each.run.differs,
        }
        for name, found in programs.items()
        for each in found
    ]
    with output_folder(output):
        path = output / "layers.json"
        path.write_text(json.dumps(stated, indent=1) + "\n", encoding="utf-8")
    return path


def show_layers(name: str, found: Sequence[Ran], console: Console) -> bool:
    """Print what came of layers of a program, and how those that are not golden's differ; whether all are."""
    table = Table(title=f"layers of {name}", title_justify="left")
    for place, heading in enumerate(COLUMNS):
        table.add_column(heading, justify="left" if place in WORDS else "right")
    for each in found:
        table.add_row(*_cells(each))
    console.print(table)
    kept, wrong = sum(each.kept for each in found), [each for each in found if each.run.differs]
    console.print(f"{len(found)} layers, {kept} of them kept of runs before", highlight=False)
    if not wrong:
        console.print(f"all {len(found)} are golden's, bit for bit", style="green")
    for each in wrong:
        line = f"layer {each.part.number} ({each.part.layer.name}) differs from golden: {each.run.differs}"
        console.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
    return not wrong


def _cells(each: Ran) -> list[str]:
    run = each.run
    return [
        str(each.part.number),
        each.part.layer.name,
        each.part.kind,
        f"{run.cycles:,}" if run.cycles else "-",
        f"{each.predicted:,}",
        f"{100 * each.share:.1f} %" if each.share else "-",
        f"{run.read_bytes:,}",
        f"{run.written_bytes:,}",
        "differs" if run.differs else "golden's",
    ]
