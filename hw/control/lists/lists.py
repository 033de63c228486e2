"""Runs lists of records: reads them ahead, hands them to three engines, and stops in order.

::

    bus --> fetch --> dispatch --+--> lane --> LOAD   \\
                                 +--> lane --> EXEC    >  ended --> tokens
                                 +--> lane --> STORE  /         --> entries --> bus

The first error stops the list: no further record begins, those that run end, what was read ahead is dropped. Then, or
when END is reached, the list is over and the next one can start.
"""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS

from ...bus.axi import ADDRESS_BITS, request_layout
from ...bus.read_master import beat_layout
from ...bus.write_master import written_layout
from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ..movers.places import beats_bits
from ..movers.transfer_check import WINDOWS
from ..record_words import RECORDS, record_layout
from .blocks import LIST, PROFILE
from .dispatch import NUMBER_BITS, Dispatch
from .faults import place_errors, place_watchdog
from .lane import COUNTER_BITS
from .lanes import ENGINE_INPUTS, extreme_ports
from .profile import Profile
from .tokens import ENGINES
from .wiring import place_fetch, place_lanes

__all__ = ["Lists"]


class Lists(Unit):
    """The engine of lists.

    Parameters
    ----------
    config : AcceleratorConfig

    Ports
    -----
    start, list : in, 1 and 26 bits
        For one cycle: the list at this address, in records of 64 bytes. While a list runs it is the error START.
    foreign : in, 1 bit
        Lists are for another machine: nothing of one that is started is read, it is the error FOREIGN.
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
    exec_smallest, exec_largest : in, 32 bits, signed
        What its entry tells as well; only where sums can be measured.
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
            "list": In(LIST.number_bits),
            "foreign": In(1),
            "resume": In(1),
            **{name: In(ADDRESS_BITS) for name in WINDOWS},
            "watchdog": In(32),
            "profile": In(PROFILE.number_bits),
            **{name: Out(1) for name in ("busy", "waiting", "done", "waits", "fails")},
            "error": Out(ERROR_BITS),
            "error_number": Out(NUMBER_BITS),
            "number": Out(NUMBER_BITS),
            "cycles": Out(COUNTER_BITS),
            "entries": Out(PROFILE.number_bits),
        }
        for engine in ENGINES:
            ports |= {
                f"{engine}_record": Out(record_layout(RECORDS[engine])),
                f"{engine}_begin": Out(1),
                **{f"{engine}_{what}": In(bits) for what, bits in ENGINE_INPUTS.items()},
            }
        ports |= extreme_ports(config)
        ports |= {
            "progress": In(1),
            "stopping": Out(1),
            "fetch_request": Out(stream.Signature(request_layout(bus, beats_bits(config)))),
            "fetch_beat": In(stream.Signature(beat_layout(bus))),
            "profile_request": Out(stream.Signature(request_layout(bus, beats_bits(config)))),
            "profile_beat": Out(stream.Signature(written_layout(bus))),
            "profile_missing": In(1),
            "profile_bad": In(1),
        }
        super().__init__(f"{config.name}_lists", ports)

    def build(self, m: Module) -> None:
        self.begins = Signal()  # a list does
        self.stop = Signal()  # no record begins any more
        ended, word_ready = Signal(), Signal()  # END is reached
        fetch = place_fetch(self, m, word_ready)
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
        entry_ready = {engine: Signal(name=f"{engine}_entry_ready") for engine in ENGINES}
        lanes = place_lanes(self, m, dispatch, entry_ready)
        profile = self.place(
            m,
            "profile",
            Profile(f"{self.name}_profile", self.config.bus_bits, beats_bits(self.config)),
            start=self.begins,
            address=self.profile,
            base=self.write_base,
            limit=self.write_limit,
            **{
                f"{engine}_entry_{part}": lanes[f"{engine}_entry_{part}"]
                for engine in ENGINES
                for part in ("valid", "data")
            },
            request_ready=self.profile_request.ready,
            beat_ready=self.profile_beat.ready,
        )
        for engine in ENGINES:
            m.d.comb += [
                free[engine].eq(lanes[f"{engine}_free"]),
                entry_ready[engine].eq(getattr(profile, f"{engine}_entry_ready")),
            ]
        m.d.comb += [
            word_ready.eq(dispatch.word_ready),
            empty.eq(lanes["idle"]),
            self.profile_request.valid.eq(profile.request_valid),
            self.profile_request.payload.eq(profile.request_data),
            self.profile_beat.valid.eq(profile.beat_valid),
            self.profile_beat.payload.eq(profile.beat_data),
            self.entries.eq(profile.entries),
            self.number.eq(dispatch.number),
            self.waiting.eq(dispatch.waiting),
            ended.eq(dispatch.ends),
        ]
        watch = place_watchdog(self, m, dispatch, lanes)
        seen = place_errors(self, m, dispatch, lanes, profile, watch)
        over = lanes["idle"] & fetch.idle & profile.idle & ~self.profile_missing
        m.d.comb += self.waits.eq(dispatch.waits & ~seen)
        self.state(m, ended, seen, over)

    def state(self, m: Module, ended: Signal, seen: Signal, over: Signal) -> None:
        """A list begins, runs, and is over when nothing of it is left."""
        ending, was_seen = Signal(), Signal()
        m.d.comb += [
            self.begins.eq(self.start & ~self.busy),
            self.stop.eq(ending | was_seen),
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
