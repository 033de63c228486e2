"""Engines and memories on one line of time, as one chart of Vega-Lite that can be moved and zoomed."""

from collections.abc import Mapping, Sequence
from typing import Any

from lowtide.common.records.kinds import Memory
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..cycles.list_times import ListTimes
from .held import Held
from .waits import Wait

__all__ = ["chart"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH = 1040  #: pixels
NO_LAYER = "no layer"
_LANE, _HEIGHT = 34, 240  #: of an engine, of a memory
_LABEL = 160  #: of what the host does at most; where there is less room, the pointer alone tells it
_KEPT = 20  #: colours, which come again
_ROWS = ("LOAD", "EXEC", "STORE", "HOST")


def chart(
    times: ListTimes,
    held: Sequence[Held],
    names: Mapping[int, str],
    config: AcceleratorConfig,
    waits: Sequence[Wait] = (),
) -> dict[str, Any]:
    """The chart: a row of bars for each engine, a mark where the list waits for the host, a rectangle for what a memory
    holds.

    Parameters
    ----------
    times : ListTimes
    held : sequence of Held
    names : mapping of int to str
        The layer of each record, by its number.
    config : AcceleratorConfig
    waits : sequence of Wait
    """
    layers = list(dict.fromkeys(names[each.number] for each in times.records if each.number in names))
    colours = {name: place % _KEPT for place, name in enumerate(layers)}
    engines = [
        {
            "engine": each.kind.name,
            "layer": names.get(each.number, NO_LAYER),
            "colour": colours.get(names.get(each.number, ""), _KEPT),
            "record": each.number,
            "first": each.begun,
            "end": each.end,
            "cycles": each.cycles,
            "waits": each.token_waits,
        }
        for each in times.records
    ]
    parts, zoomed = [_panel(times, "engines", engines)], ["engines"]
    if waits:
        parts = [_with_host(parts[0], waits, times.cycles)]
    units = {
        Memory.FEATURE: (config.atom_bytes, config.feature_bytes),
        Memory.WEIGHT: (config.weight_word_bytes, config.weight_bytes),
    }
    for memory, (unit, size) in units.items():
        ranges = [
            {
                "layer": names.get(each.writer, NO_LAYER),
                "colour": colours.get(names.get(each.writer, ""), _KEPT),
                "record": each.writer,
                "first": each.begun,
                "end": each.end,
                "low": each.low * unit,
                "high": (each.high + 1) * unit,
            }
            for each in held
            if each.memory == memory
        ]
        if ranges:
            zoomed.append(f"{memory.name.lower()}s")
            parts.append(_panel(times, zoomed[-1], ranges, size, memory))
    return {
        "$schema": SCHEMA,
        "config": {"view": {"stroke": "#bbb"}, "axis": {"labelFontSize": 12, "titleFontSize": 12}},
        "params": [
            {"name": "zoom", "select": {"type": "interval", "encodings": ["x"]}, "bind": "scales", "views": zoomed},
        ],
        "resolve": {"scale": {"x": "shared", "y": "independent"}},
        "vconcat": parts,
    }


def _panel(
    times: ListTimes, name: str, rows: list[dict[str, Any]], size: int = 0, memory: Memory | None = None
) -> dict[str, Any]:
    """A panel: engines, or a memory of so many bytes."""
    scale = {"domain": list(range(_KEPT + 1)), "range": [*_COLOURS, "#c9c9c9"]}
    encoding: dict[str, Any] = {
        "x": {
            "field": "first",
            "type": "quantitative",
            "title": "cycle",
            "scale": {"domain": [0, max(1, times.cycles)], "nice": False},
            "axis": {"format": ",d", "grid": True},
        },
        "x2": {"field": "end"},
        "color": {"field": "colour", "type": "nominal", "legend": None, "scale": scale},
    }
    shown = ["layer", "record", "first", "end"]
    if memory is None:
        encoding["y"] = {"field": "engine", "type": "nominal", "sort": list(_ROWS), "title": None}
        shown += ["cycles", "waits"]
    else:
        title = f"{memory.name.lower()} memory, byte"
        encoding["y"] = {
            "field": "low",
            "type": "quantitative",
            "title": title,
            "scale": {"domain": [0, size], "nice": False},
            "axis": {"format": "~s"},
        }
        encoding["y2"] = {"field": "high"}
        shown += ["low", "high"]
    encoding["tooltip"] = [
        {"field": field, "type": "nominal" if field == "layer" else "quantitative", "format": ",d"}
        if field != "layer"
        else {"field": field, "type": "nominal"}
        for field in shown
    ]
    return {
        "name": name,
        "width": WIDTH,
        "height": {"step": _LANE} if memory is None else _HEIGHT,
        "data": {"name": name, "values": rows},
        "mark": {"type": "rect", "stroke": "white", "strokeWidth": 0.3}
        if memory is not None
        else {"type": "bar", "height": 24, "stroke": "white", "strokeWidth": 0.3},
        "encoding": encoding,
    }


def _with_host(engines: Mapping[str, Any], waits: Sequence[Wait], cycles: int) -> dict[str, Any]:
    """The panel of engines with a row of what the host does: a mark at each WAIT, with what the host does
    beside it where there is room, and a line through all rows."""
    ends = [*(each.cycle for each in waits[1:]), cycles]
    rooms = [(end - each.cycle) * WIDTH / max(1, cycles) for each, end in zip(waits, ends, strict=True)]
    rows = [
        {
            "engine": "HOST",
            "first": each.cycle,
            "record": each.number,
            "computes": each.computes,
            "label": each.computes if room > _LABEL else "",
        }
        for each, room in zip(waits, rooms, strict=True)
    ]
    shown = {"first": "all ended at cycle", "record": "record", "computes": "the host computes"}
    encoding = {
        "x": engines["encoding"]["x"],
        "tooltip": [{"field": field, "type": "nominal", "title": title} for field, title in shown.items()],
    }
    line = {"mark": {"type": "rule", "color": "#c00", "strokeDash": [3, 3]}, "encoding": encoding}
    mark = {
        "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 150, "color": "#c00", "opacity": 1},
        "encoding": encoding | {"y": engines["encoding"]["y"]},
    }
    label = {
        "mark": {"type": "text", "align": "left", "dx": 11, "limit": _LABEL - 15},
        "encoding": mark["encoding"] | {"text": {"field": "label"}},
    }
    bars = {key: engines[key] for key in ("name", "data", "mark", "encoding")}
    data = {"name": "waits", "values": rows}
    return {
        "width": engines["width"],
        "height": engines["height"],
        "layer": [bars, *({"data": data, **each} for each in (line, mark, label))],
    }


#: Twenty colours, neighbours of which are told apart.
_COLOURS = (
    *("#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2", "#eeca3b", "#9d755d", "#439894", "#d67195"),
    *("#9ecae9", "#ffbf79", "#88d27a", "#ff9d98", "#83bcb6", "#d6a5c9", "#f2cf5b", "#d8b5a5", "#79706e", "#bab0ac"),
)
