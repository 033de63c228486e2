"""The report of lists: ``fuzz_machine.json`` and ``fuzz_machine.md``."""

from collections import Counter
from pathlib import Path
from typing import Any

from lowtide.hw.pe import KINDS
from lowtide.sim.machine.library import HARNESS, HEADERS

from ..search.kept import Kept
from ..search.report import markdown, write_report
from .examine import Listed
from .trial import EVENTS

__all__ = ["HEADINGS", "command_for", "kept", "rows", "write"]

HEADINGS = ("kind", "lists", "records", "cycles", *EVENTS[1:], "findings")
HEAD = """\
# What random lists of records found

Random legal lists of records on the RTL of the flexible machine of each kind of PE, with random latencies of the bus
and random stalls of its channels. Each must leave external and feature memory as `lowtide.golden.machine` says, begin
no record before those that its tokens are of have ended, and break no rule of AXI. Before nine of eleven lists
something goes wrong on the same machine:

- *wrong record*: one that the machine must refuse, with its error and number, and nothing of it moved;
- *bus error*: SLVERR or DECERR to a LOAD, a STORE or the reader of the list: the error BUS of the right record;
- *reset*: in any cycle of a list that runs; *software reset*: by the register `start`, registers keep their values;
- *start*: a second one while a list runs, the error START;
- *foreign list*: the register `program` is that of another machine, the error FOREIGN, and nothing goes over the bus;
- *deadlock*: a record takes more tokens than there are: the error WATCHDOG of it, in time;
- *standing bus*: no answer to a LOAD or a STORE: the error WATCHDOG of it, and the list is over when the bus goes on;
- *room of entries*: the window for writes ends within the profile, or the bus refuses an entry: WINDOW or BUS, and no
  byte beyond.

*Records* and *cycles* are those of the legal lists alone.
"""


def kept(folder: Path, seed: int) -> Kept[Listed]:
    """What is kept of the lists of a seed."""

    def read(record: dict[str, Any]) -> Listed:
        return Listed(**record)

    return Kept(folder, seed, read=read, others=[HARNESS, *HEADERS])


def command_for(seed: int, number: int) -> str:
    """The command that examines one list alone."""
    return f"lowtide fuzz-machine --seed {seed} --first {number} --count 1"


def rows(results: list[Listed]) -> list[list[str]]:
    """The table by kind of PE, and the sum."""
    found = []
    for kind in (*KINDS, "all"):
        each = [one for one in results if kind in ("all", one.kind)]
        events = Counter(one.event for one in each)
        numbers = [len(each), sum(one.records for one in each), sum(one.cycles for one in each)]
        numbers += [events[event] for event in EVENTS[1:]] + [sum(one.is_bad for one in each)]
        found.append([kind, *(f"{number:,}" for number in numbers)])
    return found


def write(results: list[Listed], folder: Path, *, seed: int, command: str) -> list[Path]:
    """Write the report of results, in the order of their numbers; returns the paths.

    Raises
    ------
    ValueError
        The folder cannot be written to.
    """
    shown, bad = rows(results), [each for each in results if each.is_bad]
    page = markdown(
        HEAD,
        results,
        things="lists",
        by=f"`{command}`",
        seed=seed,
        headings=HEADINGS,
        rows=shown,
        findings=[f"- {each.number}, {each.kind}, after {each.event}: {each.finding}" for each in bad],
    )
    return write_report(
        folder,
        "fuzz_machine",
        results,
        seed=seed,
        headings=HEADINGS,
        rows=shown,
        page=page,
        findings=[each.record() | {"command": command_for(seed, each.number)} for each in bad],
    )
