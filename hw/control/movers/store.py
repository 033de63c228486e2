"""STORE: copies runs from the feature memory to external memory.

::

    record --> runs --+--> requests --> bus
                      +--> runs in flight --> cursor --> reads of the feature memory
                                                               | a cycle
                                                         R atoms --> beats --> bus

A read takes an atom from every bank: as many beats of the bus, so the memory's port is free in the other cycles. The
atoms are at their places in these beats already, and those that count become the beats' strobes. A read goes out in the
cycle in which the last beat of the one before leaves: a beat a cycle where nothing stalls. Two beats more wait in
registers, so no read depends on the bus in the same cycle.
"""

from dataclasses import replace
from types import SimpleNamespace

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.kinds import Store as Record

from ...bus.axi import request_layout
from ...bus.write_master import written_layout
from ...config.accelerator_config import AcceleratorConfig
from ...logic.buffer import PingPong
from ...logic.unit import Unit
from ...memory.ports import READ_LATENCY, banks_layout, consecutive_by_bank
from ...memory.queue import Queue
from ..record_words import record_layout
from .cursor import Cursor
from .places import beats_bits, local_bits, places
from .requests import place_requests, place_runs

__all__ = ["Store"]

assert READ_LATENCY == 1

_RUNS_IN_FLIGHT = 8


class Store(Unit):
    """The engine of STORE records.

    Parameters
    ----------
    config : AcceleratorConfig

    Ports
    -----
    record : in, layout of STORE
        A checked record, in the cycle of ``begin``.
    begin : in, 1 bit
        For one cycle, while no record runs.
    ended : out, 1 bit
        For one cycle: every response of the bus is here.
    active, waits : out, 1 bit
        In the cycle before it gave a beat to the bus; it waited for the bus. Never with ``ended``.
    read : out, stream of :func:`lowtide.hw.memory.ports.banks_layout`
        To the feature memory.
    answer : in, one atom for each row
        In the cycle after a read.
    request, beat : out, streams
        To the master of writes.
    missing : in, 1 bit
        Responses are.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.name}_store",
            {
                "record": In(record_layout(Record)),
                "begin": In(1),
                "ended": Out(1),
                "active": Out(1),
                "waits": Out(1),
                "read": Out(stream.Signature(banks_layout(config))),
                "answer": In(data.ArrayLayout(config.atom_bits, config.rows)),
                "request": Out(stream.Signature(request_layout(config.bus_bits, beats_bits(config)))),
                "beat": Out(stream.Signature(written_layout(config.bus_bits))),
                "missing": In(1),
            },
        )

    def build(self, m: Module) -> None:
        config = self.config
        record, idle = Signal(record_layout(Record), reset_less=True), Signal(init=1)
        read_all = Signal()  # the last read is out
        busy = Signal()  # the opposite of idle, which has every bit of the record to drive
        with m.If(idle):
            m.d.sync += record.eq(self.record)
        with m.If(self.begin):
            m.d.sync += [idle.eq(0), busy.eq(1), read_all.eq(0)]
        takes, run_taken, step = Signal(), Signal(), Signal()
        feature, units = places(config)[0], Signal(local_bits(config) + 1)
        m.d.comb += units.eq(record.units)
        runs, flying = place_runs(self, m, record, takes, run_taken, places=[feature], most=_RUNS_IN_FLIGHT)
        asked = place_requests(  # requests wait for their data
            self,
            m,
            Queue(f"{self.name}_requests", width=self.request.payload.shape().size, most=_RUNS_IN_FLIGHT),
            run=runs.run_data,
            units=units,
            shift=feature.shift,
            valid=runs.run_valid & flying.i_ready,
            start=0,
        )
        cursor = self.place(
            m,
            "cursor",
            Cursor(config, "store", [replace(feature, bus_bytes=config.rows * config.atom_bytes)]),
            memory=record.memory,
            fill=0,
            units=units,
            run_valid=flying.o_valid,
            run=flying.o_data,
            run_taken=run_taken,
            step=step,
        )
        atoms, beat, left = cursor.atoms, Signal(self.beat.payload.shape()), Signal()
        waiting = self.place(
            m,
            "beats",
            PingPong(f"{self.name}_beats", self.beat.payload.shape()),
            i_valid=left,
            i_data=beat,
            o_ready=self.beat.ready,
        )
        room, empty = self.beats(m, self.read.valid & self.read.ready, cursor, beat, left, waiting.i_ready)
        m.d.comb += [
            takes.eq(flying.i_ready & asked.i_ready),
            run_taken.eq(~cursor.valid | (cursor.run_ends & (~cursor.gives | (room & self.read.ready)))),
            self.read.valid.eq(cursor.valid & cursor.gives & room),
            self.read.payload.words.as_value().eq(consecutive_by_bank(config, atoms.bank, atoms.word, atoms.following)),
            self.read.payload.bank.eq(atoms.bank),
            step.eq(cursor.valid & (~cursor.gives | (room & self.read.ready))),
            self.beat.valid.eq(waiting.o_valid),
            self.beat.payload.eq(waiting.o_data),
            self.ended.eq(busy & read_all & empty & ~waiting.o_valid & (asked.level == 0) & ~self.missing),
        ]
        m.d.sync += [
            self.active.eq(self.beat.valid & self.beat.ready),
            self.waits.eq(self.beat.valid & ~self.beat.ready),
        ]
        with m.If(step & cursor.run_ends & cursor.last):
            m.d.sync += read_all.eq(1)
        with m.If(self.ended):
            m.d.sync += [idle.eq(1), busy.eq(0)]

    def beats(
        self, m: Module, reads: Value, cursor: SimpleNamespace, beat: data.View, valid: Signal, ready: Value
    ) -> tuple[Value, Value]:
        """Atoms become beats; whether a read can go out, and whether none is on its way."""
        config = self.config
        atoms, strobe = Signal(config.rows * config.atom_bits, reset_less=True), Signal(config.bus_bytes)
        beats = len(atoms) // config.bus_bits  # of R atoms
        index_bits = max(1, (beats - 1).bit_length())
        index, last = Signal(index_bits), Signal(index_bits, reset_less=True)  # the beat that is next; the last one
        at_last = Signal(reset_less=True)  # these are the same: a register, as whether a read goes out hangs on it
        rows = Signal(config.rows, reset_less=True)
        coming, busy, leaves, ends = Signal(), Signal(), Signal(), Signal()  # busy: atoms come, or are held
        shift, size = config.atom_bytes.bit_length() - 1, config.bus_bytes.bit_length() - 1
        final = Cat(Const((1 << shift) - 1, shift), cursor.highest)[size:]  # the beat of the last byte
        counted = Cat(row.replicate(config.atom_bytes) for row in rows)
        m.d.comb += [
            valid.eq(busy),
            beat.data.eq(
                Mux(coming, self.answer.as_value()[: config.bus_bits], atoms.word_select(index, config.bus_bits))
            ),
            strobe.eq(counted.word_select(index, config.bus_bytes)),
            beat.strobe.eq(strobe),
            leaves.eq(valid & ready),
            ends.eq(leaves & at_last),
        ]
        m.d.sync += [coming.eq(reads), busy.eq(reads | (busy & ~ends))]
        with m.If(coming):
            m.d.sync += atoms.eq(self.answer)
        with m.If(reads):
            m.d.sync += [rows.eq(cursor.atoms.rows), last.eq(final), index.eq(0), at_last.eq(final == 0)]
        with m.Elif(leaves):
            m.d.sync += [index.eq(index + 1), at_last.eq((index + 1)[:index_bits] == last)]
        return ~busy | (ready & at_last), ~busy
