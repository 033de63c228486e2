"""The records of a run on a line of time, for Perfetto (ui.perfetto.dev) or Chrome's about:tracing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lowtide.common.output import output_folder
from lowtide.common.records.record import Kind

from .run import Entry

__all__ = ["trace_events", "write_trace"]

_ENGINES = (Kind.LOAD, Kind.EXEC, Kind.STORE)


def trace_events(entries: Iterable[Entry], names: Mapping[int, str] | None = None) -> list[dict[str, Any]]:
    """Events of the format "Trace Event": a line for each engine, a cycle is a microsecond.

    Parameters
    ----------
    entries : iterable of Entry
        Of a run.
    names : mapping of int to str, optional
        Names of records by their numbers, such as those of layers.
    """
    events: list[dict[str, Any]] = [
        {"name": "thread_name", "ph": "M", "pid": 0, "tid": int(kind), "args": {"name": kind.name}} for kind in _ENGINES
    ]
    for entry in entries:
        line = {"ph": "X", "pid": 0, "tid": int(entry.kind)}
        counts = {name: value for name, value in asdict(entry).items() if name != "kind"}
        if entry.token_waits:
            waits = {"name": "waits for tokens", "ts": entry.begun - entry.token_waits, "dur": entry.token_waits}
            events.append(line | waits | {"args": {"number": entry.number}})
        name = (names or {}).get(entry.number, f"{entry.kind.name} {entry.number}")
        events.append(line | {"name": name, "ts": entry.begun, "dur": entry.cycles, "args": counts})
    return events


def write_trace(path: str | Path, entries: Iterable[Entry], names: Mapping[int, str] | None = None) -> Path:
    """Write the events of a run as JSON; returns the path. Raises ``ValueError`` where it cannot be written."""
    path = Path(path)
    with output_folder(path.parent):
        text = json.dumps({"traceEvents": trace_events(entries, names), "displayTimeUnit": "ms"}, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
    return path
