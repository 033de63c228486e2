"""Runs lists of records: reads them ahead, hands them to three engines, and stops in order.

::

    bus --> fetch --> dispatch --+--> lane --> LOAD   \\
                                 +--> lane --> EXEC    >  ended --> tokens
                                 +--> lane --> STORE  /         --> entries --> bus

The first error stops the list: no further record begins, those that run end, what was read ahead is dropped. Then, or
when END is reached, the list is over and the next one can start.
"""

from types import SimpleNamespace

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS, Error
from lowtide.common.records.kinds import Load, Store

from ..bus.axi import ADDRESS_BITS, request_layout
from ..bus.read_master import beat_layout
from ..bus.write_master import written_layout
from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from .dispatch import NUMBER_BITS, RECORDS, Dispatch
from .errors import Errors, Watchdog
from .fetch import Fetch, list_address_bits
from .lane import COUNTER_BITS, Lane
from .profile import Profile, entry_address_bits
from .record_words import record_layout
from .tokens import ENGINES, Tokens
from .transfer_check import TransferCheck

__all__ = ["Lists"]

#: Of two errors in one cycle the one of the first source is told.
_SOURCES = (*ENGINES, "dispatch", "profile", "watchdog")


class Lists(Unit):
    """The engine of lists.

    Parameters
    ----------
    config : AcceleratorConfig

    Ports
    -----
    start, list : in, 1 and 26 bits
        For one cycle: the list at this address, in records of 64 bytes. While a list runs it is the error START.
    resume : in, 1 bit
        For one cycle: goes on behind WAIT.
    read_base, read_limit, write_base, write_limit : in, 32 bits
        First and last byte of the windows of external memory.
    watchdog : in, 32 bits
        Cycles without progress that are an error, 0 for none.
    profile : in, 27 bits
        Address of the first entry, in entries of 32 bytes; 0: none is written.
    busy : out, 1 bit
        A list runs, or ends.
    waiting : out, 1 bit
        It waits for ``resume``.
    done, waits, fails : out, 1 bit
        For one cycle: the list has ended without an error; WAIT is reached; the first error.
    error, error_number : out, ERROR_BITS and NUMBER_BITS bits
        Of the first error since the start.
    number : out, NUMBER_BITS bits
        Of the record that no engine has yet.
    cycles : out, COUNTER_BITS bits
        Since the start, until the list was over.
    entries : out, 27 bits
        Of the profile, since the start.
    ENGINE_record : out, layout of its records
        To be copied in the cycle of ENGINE_begin.
    ENGINE_begin : out, 1 bit
    ENGINE_ended : in, 1 bit
    ENGINE_error : in, ERROR_BITS bits
        An error of the record that runs; it still ends.
    ENGINE_active, ENGINE_waits, ENGINE_beat : in, 1 bit
        What its entry counts.
    progress : in, 1 bit
        Something goes on in an engine.
    stopping : out, 1 bit
        There is an error.
    fetch_request, fetch_beat, profile_request, profile_beat : streams
        To and from the masters of the bus.
    profile_missing, profile_bad : in, 1 bit
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        bus = config.bus_bits
        ports: dict[str, object] = {
            "start": In(1),
            "list": In(list_address_bits()),
            "resume": In(1),
            **{f"{way}_{end}": In(ADDRESS_BITS) for way in ("read", "write") for end in ("base", "limit")},
            "watchdog": In(32),
            "profile": In(entry_address_bits()),
            **{name: Out(1) for name in ("busy", "waiting", "done", "waits", "fails")},
            "error": Out(ERROR_BITS),
            "error_number": Out(NUMBER_BITS),
            "number": Out(NUMBER_BITS),
            "cycles": Out(COUNTER_BITS),
            "entries": Out(entry_address_bits()),
        }
        for engine in ENGINES:
            ports |= {
                f"{engine}_record": Out(record_layout(RECORDS[engine])),
                f"{engine}_begin": Out(1),
                f"{engine}_ended": In(1),
                f"{engine}_error": In(ERROR_BITS),
                **{f"{engine}_{what}": In(1) for what in ("active", "waits", "beat")},
            }
        ports |= {
            "progress": In(1),
            "stopping": Out(1),
            "fetch_request": Out(stream.Signature(request_layout(bus))),
            "fetch_beat": In(stream.Signature(beat_layout(bus))),
            "profile_request": Out(stream.Signature(request_layout(bus))),
            "profile_beat": Out(stream.Signature(written_layout(bus))),
            "profile_missing": In(1),
            "profile_bad": In(1),
        }
        super().__init__(f"{config.name}_lists", ports)

    def build(self, m: Module) -> None:
        self.begins = Signal()  # a list does
        self.stop = Signal()  # no record begins any more
        ended, word_ready = Signal(), Signal()  # END is reached
        fetch = self.fetch(m, word_ready)
        free = {engine: Signal(name=f"{engine}_free") for engine in ENGINES}
        empty = Signal()
        dispatch = self.place(
            m,
            "dispatch",
            Dispatch(f"{self.name}_dispatch", self.config.bus_bits),
            start=self.begins,
            stop=self.stop,
            word_valid=fetch.word_valid,
            word_data=fetch.word_data,
            **{f"{engine}_free": free[engine] for engine in ENGINES},
            empty=empty,
            resume=self.resume,
        )
        allowed = {engine: Signal(name=f"{engine}_allowed") for engine in ENGINES}
        profiled, entry_ready = Signal(), {engine: Signal(name=f"{engine}_entry_ready") for engine in ENGINES}
        lanes = {engine: self.lane(m, engine, dispatch, allowed, profiled, entry_ready) for engine in ENGINES}
        tokens = self.tokens(m, lanes)
        profile = self.place(
            m,
            "profile",
            Profile(f"{self.name}_profile", self.config.bus_bits),
            start=self.begins,
            address=self.profile,
            base=self.write_base,
            limit=self.write_limit,
            **{f"{engine}_entry_valid": lanes[engine].entry_valid for engine in ENGINES},
            **{f"{engine}_entry_data": lanes[engine].entry_data for engine in ENGINES},
            request_ready=self.profile_request.ready,
            beat_ready=self.profile_beat.ready,
        )
        for engine in ENGINES:
            m.d.comb += [
                free[engine].eq(lanes[engine].free),
                allowed[engine].eq(getattr(tokens, f"{engine}_allowed")),
                entry_ready[engine].eq(getattr(profile, f"{engine}_entry_ready")),
            ]
        idle = Cat(~(lane.waiting | lane.running | lane.entry_valid) for lane in lanes.values()).all()
        m.d.comb += [
            word_ready.eq(dispatch.word_ready),
            empty.eq(idle),
            profiled.eq(self.profile != 0),
            self.profile_request.valid.eq(profile.request_valid),
            self.profile_request.payload.eq(profile.request_data),
            self.profile_beat.valid.eq(profile.beat_valid),
            self.profile_beat.payload.eq(profile.beat_data),
            self.entries.eq(profile.entries),
            self.number.eq(dispatch.number),
            self.waiting.eq(dispatch.waiting),
            self.waits.eq(dispatch.waits),
            ended.eq(dispatch.ends),
        ]
        watch = self.watch(m, dispatch, lanes)
        seen = self.errors(m, dispatch, lanes, tokens, profile, watch)
        over = idle & fetch.idle & profile.idle & ~self.profile_missing
        self.state(m, ended, seen, over)

    def state(self, m: Module, ended: Signal, seen: Signal, over: Signal) -> None:
        """A list begins, runs, and is over when nothing of it is left."""
        ending, was_seen = Signal(), Signal()
        m.d.comb += [
            self.begins.eq(self.start & ~self.busy),
            self.stop.eq(ending | seen),
            self.stopping.eq(seen),
            self.fails.eq(seen & ~was_seen),
            self.done.eq(ending & over & ~seen),
        ]
        m.d.sync += was_seen.eq(seen & ~self.begins)
        with m.If(self.begins):
            m.d.sync += [self.busy.eq(1), ending.eq(0), self.cycles.eq(0)]
        with m.Else():
            m.d.sync += self.cycles.eq(self.cycles + self.busy)
            with m.If(ended):
                m.d.sync += ending.eq(1)
            with m.If(self.stop & over):
                m.d.sync += [self.busy.eq(0), ending.eq(0)]

    def fetch(self, m: Module, word_ready: Signal) -> SimpleNamespace:
        """The words of the list."""
        fetch = self.place(
            m,
            "fetch",
            Fetch(f"{self.name}_fetch", self.config.bus_bits),
            start=self.begins,
            address=self.list,
            base=self.read_base,
            limit=self.read_limit,
            stop=self.stop,
            request_ready=self.fetch_request.ready,
            beat_valid=self.fetch_beat.valid,
            beat_data=self.fetch_beat.payload,
            word_ready=word_ready,
        )
        m.d.comb += [
            self.fetch_request.valid.eq(fetch.request_valid),
            self.fetch_request.payload.eq(fetch.request_data),
            self.fetch_beat.ready.eq(fetch.beat_ready),
        ]
        return fetch

    def lane(
        self,
        m: Module,
        engine: str,
        dispatch: SimpleNamespace,
        allowed: dict[str, Signal],
        profiled: Signal,
        entry_ready: dict[str, Signal],
    ) -> SimpleNamespace:
        """The registers before an engine, with the check of a mover's records."""
        checked, error = Signal(name=f"{engine}_checked"), Signal(ERROR_BITS, name=f"{engine}_check_error")
        lane = self.place(
            m,
            f"{engine}_lane",
            Lane(f"{self.name}_{engine}_lane", engine, self.config.bus_bits),
            stop=self.stop,
            write=getattr(dispatch, f"{engine}_write"),
            whole=getattr(dispatch, f"{engine}_whole"),
            index=dispatch.index,
            data=dispatch.data,
            error=dispatch.error,
            number=dispatch.number,
            checked=checked,
            check_error=error,
            allowed=allowed[engine],
            ended=getattr(self, f"{engine}_ended"),
            active=getattr(self, f"{engine}_active"),
            waits=getattr(self, f"{engine}_waits"),
            beat=getattr(self, f"{engine}_beat"),
            cycle=self.cycles,
            profiled=profiled,
            entry_ready=entry_ready[engine],
        )
        m.d.comb += [
            getattr(self, f"{engine}_record").eq(lane.record),
            getattr(self, f"{engine}_begin").eq(lane.begins),
        ]
        if engine == "exec":
            m.d.comb += [checked.eq(1), error.eq(0)]
            return lane
        way, kind = ("read", Load) if engine == "load" else ("write", Store)
        check = self.place(
            m,
            f"{engine}_check",
            TransferCheck(self.config, kind),
            record=lane.record,
            start=lane.check,
            base=getattr(self, f"{way}_base"),
            limit=getattr(self, f"{way}_limit"),
        )
        m.d.comb += [checked.eq(check.done), error.eq(check.error)]
        return lane

    def tokens(self, m: Module, lanes: dict[str, SimpleNamespace]) -> SimpleNamespace:
        """The counters of tokens."""
        inputs: dict[str, Value] = {}
        for engine, lane in lanes.items():
            record = getattr(self, f"{engine}_record")
            inputs |= {f"{engine}_take_{side}": record[f"take_{side}"] for side in "ab"}
            inputs |= {f"{engine}_give_{side}": getattr(lane, f"give_{side}") for side in "ab"}
            inputs |= {f"{engine}_begins": lane.begins, f"{engine}_ends": getattr(self, f"{engine}_ended")}
        return self.place(m, "tokens", Tokens(f"{self.name}_tokens"), clear=self.begins, **inputs)

    def watch(self, m: Module, dispatch: SimpleNamespace, lanes: dict[str, SimpleNamespace]) -> SimpleNamespace:
        """The watchdog: records that begin and end are progress, and what the engines call so."""
        inputs: dict[str, Value] = {}
        happens = [self.progress]
        for engine, lane in lanes.items():
            inputs |= {
                f"{engine}_waiting": lane.waiting,
                f"{engine}_running": lane.running,
                f"{engine}_next": lane.next_number,
                f"{engine}_number": lane.running_number,
            }
            happens += [lane.begins, getattr(self, f"{engine}_ended"), getattr(dispatch, f"{engine}_write")]
        return self.place(
            m,
            "dog",
            Watchdog(f"{self.name}_watchdog"),
            limit=self.watchdog,
            watch=self.busy & ~dispatch.waiting & ~self.stop,
            progress=Cat(happens).any(),
            **inputs,
            next_number=dispatch.number,
        )

    def errors(
        self,
        m: Module,
        dispatch: SimpleNamespace,
        lanes: dict[str, SimpleNamespace],
        tokens: SimpleNamespace,
        profile: SimpleNamespace,
        watch: SimpleNamespace,
    ) -> Signal:
        """The first error; returns whether there is one."""

        def only(happens: Value, error: Error) -> Value:
            return Mux(happens, Const(error, ERROR_BITS), Const(0, ERROR_BITS))

        told = {}
        for engine, lane in lanes.items():
            overflows = only(getattr(tokens, f"{engine}_overflows"), Error.RANGE)
            own = getattr(self, f"{engine}_error")
            told[engine] = Mux(lane.fails, lane.code, Mux(own != 0, own, overflows)), lane.running_number
        dispatched = Mux(dispatch.fails, dispatch.code, only(self.start & self.busy, Error.START))
        entry = Mux(profile.outside, Const(Error.WINDOW, ERROR_BITS), only(self.profile_bad, Error.BUS))
        told |= {
            "dispatch": (dispatched, dispatch.number),
            "profile": (entry, profile.number),
            "watchdog": (watch.error, watch.number),
        }
        inputs = {f"{source}_error": told[source][0] for source in _SOURCES}
        inputs |= {f"{source}_number": told[source][1] for source in _SOURCES}
        errors = self.place(m, "errors", Errors(f"{self.name}_errors", _SOURCES), clear=self.begins, **inputs)
        m.d.comb += [self.error.eq(errors.error), self.error_number.eq(errors.number)]
        return errors.seen
