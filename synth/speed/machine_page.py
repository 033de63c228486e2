"""The page of machines on an FPGA."""

from collections.abc import Sequence

from lowtide.common.markdown import table

from ..flow.store import tools
from .fmax import SEEDS, Speed
from .machines import SHARE, MachineSpeed
from .place import DEVICES, tool

__all__ = ["markdown"]

HEADINGS = (
    "machine",
    "what",
    "LUT cells",
    "flip-flops",
    "block RAM",
    "MHz",
    "best",
    "of its engine",
    "logic ns",
    "routing ns",
    "cells in path",
)

HEAD = """\
# Machines on an FPGA

Whole machines, memories in block RAM (DP16KD of 18 kbit), and by itself the engine of each: array, sequencer, edges and
readout. Multipliers are in LUTs. *MHz* is the median of the seeds, *best* the best of them; paths from register to
register count."""


def markdown(found: Sequence[MachineSpeed], command: str) -> str:
    """The page, Markdown.

    Parameters
    ----------
    found : sequence of MachineSpeed
    command : str
        What measures the same again.
    """
    device = DEVICES["ecp5"]
    rows = []
    for each in found:
        share = "-" if each.share is None else f"{each.share:.2f}"
        rows += [_cells(each, "engine", each.engine, ""), _cells(each, "machine", each.machine, share)]
    said = (
        f"Written by `{command}`; {tools()}, {tool(device)}, {device.name}, seeds {', '.join(map(str, SEEDS))} or the "
        "next ones where one cannot be routed."
    )
    aims = [
        f"- `{each.config.name}` should reach {SHARE} of its engine's clock: {each.share:.2f}, "
        f"{'met' if each.share >= SHARE else 'missed'}."
        for each in found
        if each.share is not None
    ]
    return "\n".join([HEAD, "", said, "", table(HEADINGS, rows, right=range(2, len(HEADINGS))), "", *aims]) + "\n"


def _cells(each: MachineSpeed, what: str, speed: Speed, share: str) -> list[object]:
    head: list[object] = [f"`{each.config.name}`", what]
    if speed.failed:
        return [*head, *["-"] * (len(HEADINGS) - 3), f"failed: {speed.failed}"]
    device = DEVICES["ecp5"]
    numbers = (speed.fmax, speed.best)
    return [
        *head,
        *(f"{speed.cells.get(kind, 0):,}" for kind in (device.logic, device.registers, "DP16KD")),
        *(f"{number:.1f}" for number in numbers if number is not None),
        share,
        *(f"{number:.1f}" for number in (speed.logic_ns, speed.routing_ns) if number is not None),
        speed.steps,
    ]
