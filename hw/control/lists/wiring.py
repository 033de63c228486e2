"""The fetch and the lanes of the lists, placed into their unit."""

from types import SimpleNamespace

from amaranth.hdl import Module, Signal, Value

from ...logic.unit import Unit
from ..movers.places import beats_bits
from .fetch import Fetch
from .lanes import ENGINE_INPUTS, Lanes, extreme_ports
from .tokens import ENGINES

__all__ = ["place_fetch", "place_lanes"]


def place_fetch(lists: Unit, m: Module, word_ready: Signal) -> SimpleNamespace:
    """The words of the list."""
    fetch = lists.place(
        m,
        "fetch",
        Fetch(f"{lists.name}_fetch", lists.config.bus_bits, beats_bits(lists.config)),
        start=lists.begins & ~lists.foreign,
        address=lists.list,
        base=lists.read_base,
        limit=lists.read_limit,
        stop=lists.stop,
        request_ready=lists.fetch_request.ready,
        beat_valid=lists.fetch_beat.valid,
        beat_data=lists.fetch_beat.payload,
        word_ready=word_ready,
    )
    m.d.comb += [
        lists.fetch_request.valid.eq(fetch.request_valid),
        lists.fetch_request.payload.eq(fetch.request_data),
        lists.fetch_beat.ready.eq(fetch.beat_ready),
    ]
    return fetch


def place_lanes(lists: Unit, m: Module, dispatch: SimpleNamespace, entry_ready: dict[str, Signal]) -> dict[str, Value]:
    """The records before the engines; the outputs by their names."""
    shared = ("stop", "read_base", "read_limit", "write_base", "write_limit")
    inputs = {name: getattr(lists, name) for name in shared}
    inputs |= {name: getattr(dispatch, name) for name in ("index", "data", "error", "number")}
    for engine in ENGINES:
        inputs |= {f"{engine}_{what}": getattr(dispatch, f"{engine}_{what}") for what in ("write", "whole")}
        inputs |= {f"{engine}_{what}": getattr(lists, f"{engine}_{what}") for what in ENGINE_INPUTS}
        inputs[f"{engine}_entry_ready"] = entry_ready[engine]
    inputs |= {name: getattr(lists, name) for name in extreme_ports(lists.config)}
    lanes = vars(
        lists.place(
            m,
            "lanes",
            Lanes(f"{lists.name}_lanes", lists.config),
            clear=lists.begins,
            cycle=lists.cycles,
            profiled=lists.profile != 0,
            **inputs,
        )
    )
    for engine in ENGINES:
        m.d.comb += [
            getattr(lists, f"{engine}_record").eq(lanes[f"{engine}_record"]),
            getattr(lists, f"{engine}_begin").eq(lanes[f"{engine}_begin"]),
        ]
    return lanes
