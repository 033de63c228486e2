"""Engines and memories on one line of time, as one chart of Vega-Lite that can be moved and zoomed."""

from collections.abc import Mapping, Sequence
from typing import Any

from lowtide.common.records.kinds import Memory
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..cycles.list_times import ListTimes
from .held import Held

__all__ = ["chart"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH = 1040  #: pixels
NO_LAYER = "no layer"
_LANE, _HEIGHT = 34, 240  #: of an engine, of a memory
_KEPT = 20  #: colours, which come again


def chart(
    times: ListTimes, held: Sequence[Held], names: Mapping[int, str], config: AcceleratorConfig
) -> dict[str, Any]:
    """The chart: a row of bars for each engine, a rectangle for what a memory holds.

    Parameters
    ----------
    times : ListTimes
    held : sequence of Held
    names : mapping of int to str
        The layer of each record, by its number.
    config : AcceleratorConfig
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
    parts = [_panel(times, "engines", engines, "engine")]
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
            parts.append(_panel(times, f"{memory.name.lower()}s", ranges, "low", size, memory))
    return {
        "$schema": SCHEMA,
        "config": {"view": {"stroke": "#bbb"}, "axis": {"labelFontSize": 12, "titleFontSize": 12}},
        "resolve": {"scale": {"x": "shared", "y": "independent"}},
        "vconcat": parts,
    }


def _panel(
    times: ListTimes, name: str, rows: list[dict[str, Any]], y: str, size: int = 0, memory: Memory | None = None
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
        encoding["y"] = {"field": "engine", "type": "nominal", "sort": ["LOAD", "EXEC", "STORE"], "title": None}
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
        "width": WIDTH,
        "height": {"step": _LANE} if memory is None else _HEIGHT,
        "data": {"name": name, "values": rows},
        "params": [
            {"name": f"zoom_{name}", "select": {"type": "interval", "encodings": ["x"]}, "bind": "scales"},
        ],
        "mark": {"type": "rect", "stroke": "white", "strokeWidth": 0.3}
        if memory is not None
        else {"type": "bar", "height": 24, "stroke": "white", "strokeWidth": 0.3},
        "encoding": encoding,
    }


#: Twenty colours, neighbours of which are told apart.
_COLOURS = (
    *("#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2", "#eeca3b", "#9d755d", "#439894", "#d67195"),
    *("#9ecae9", "#ffbf79", "#88d27a", "#ff9d98", "#83bcb6", "#d6a5c9", "#f2cf5b", "#d8b5a5", "#79706e", "#bab0ac"),
)
