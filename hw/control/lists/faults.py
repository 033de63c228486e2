"""The watchdog and the first error of the lists, placed into their unit: what each of its parts tells them."""

from types import SimpleNamespace

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value

from lowtide.common.records.errors import ERROR_BITS, Error

from ...logic.unit import Unit
from .dispatch import NUMBER_BITS
from .errors import Errors, Watchdog
from .lanes import WATCHED
from .tokens import ENGINES

__all__ = ["place_errors", "place_watchdog"]

#: Of two errors in one cycle the one of the first source is told.
_SOURCES = ("start", *ENGINES, "dispatch", "profile", "watchdog")


def place_watchdog(lists: Unit, m: Module, dispatch: SimpleNamespace, lanes: dict[str, Value]) -> SimpleNamespace:
    """The watchdog: records that begin and end are progress, and what the engines call so."""
    inputs: dict[str, Value] = {}
    happens = [lists.progress]
    for engine in ENGINES:
        inputs |= {f"{engine}_{what}": lanes[f"{engine}_{what}"] for what in WATCHED}
        ended, write = getattr(lists, f"{engine}_ended"), getattr(dispatch, f"{engine}_write")
        happens += [lanes[f"{engine}_begin"], ended, write]
    return lists.place(
        m,
        "dog",
        Watchdog(f"{lists.name}_watchdog"),
        limit=lists.watchdog,
        watch=lists.busy & ~dispatch.waiting & ~lists.stopping,
        progress=Cat(happens).any(),
        **inputs,
        next_number=dispatch.number,
    )


def place_errors(
    lists: Unit,
    m: Module,
    dispatch: SimpleNamespace,
    lanes: dict[str, Value],
    profile: SimpleNamespace,
    watch: SimpleNamespace,
) -> Signal:
    """The first error; returns whether there is one."""

    def only(happens: Value, error: Error) -> Value:
        return Mux(happens, Const(error, ERROR_BITS), Const(0, ERROR_BITS))

    refused = Signal()
    m.d.sync += refused.eq(lists.begins & lists.foreign)  # in the cycle of the start errors are cleared
    told = {engine: (lanes[f"{engine}_told"], lanes[f"{engine}_number"]) for engine in ENGINES}
    dispatched = Mux(dispatch.fails, dispatch.code, only(lists.start & lists.busy, Error.START))
    entry = Mux(profile.outside, Const(Error.WINDOW, ERROR_BITS), only(lists.profile_bad, Error.BUS))
    told |= {
        "start": (only(refused, Error.FOREIGN), Const(0, NUMBER_BITS)),
        "dispatch": (dispatched, dispatch.number),
        "profile": (entry, profile.number),
        "watchdog": (watch.error, watch.number),
    }
    inputs = {f"{source}_error": told[source][0] for source in _SOURCES}
    inputs |= {f"{source}_number": told[source][1] for source in _SOURCES}
    errors = lists.place(m, "errors", Errors(f"{lists.name}_errors", _SOURCES), clear=lists.begins, **inputs)
    m.d.comb += [lists.error.eq(errors.error), lists.error_number.eq(errors.number)]
    return errors.seen
