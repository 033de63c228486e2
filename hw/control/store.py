"""STORE: copies runs from the feature memory to external memory.

::

    record --> runs --+--> requests --> bus
                      +--> runs in flight --> cursor --> reads of the feature memory
                                                 |               | latency
                                    which bytes count         atoms --> beats --> bus

The R atoms that a read gives are the places of a beat already; which of them count becomes the beat's strobes. Reads go
out while there is room for their answers. A cycle a beat where nothing stalls.
"""

from types import SimpleNamespace

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.kinds import Store as Record

from ..bus.axi import ADDRESS_BITS, request_layout
from ..bus.write_master import written_layout
from ..config.accelerator_config import AcceleratorConfig
from ..logic.buffer import Fifo
from ..logic.unit import Unit
from ..memory.ports import READ_LATENCY, read_layout
from .cursor import Cursor
from .places import places
from .record_words import record_layout
from .runs import Runs, run_layout

__all__ = ["Store"]

_RUNS_IN_FLIGHT = 8
_ANSWERS = 4  # that are held or come: as many as keep a beat a cycle going


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
        In this cycle it gives a beat to the bus; it waits for the bus.
    read : out, stream of :func:`lowtide.hw.memory.ports.read_layout`
        To the feature memory.
    answer : in, one atom for each row
        READ_LATENCY cycles after a read.
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
                "read": Out(stream.Signature(read_layout(config))),
                "answer": In(data.ArrayLayout(config.atom_bits, config.rows)),
                "request": Out(stream.Signature(request_layout(config.bus_bits))),
                "beat": Out(stream.Signature(written_layout(config.bus_bits))),
                "missing": In(1),
            },
        )

    def build(self, m: Module) -> None:
        config = self.config
        record, running = Signal(record_layout(Record), reset_less=True), Signal()
        read_all = Signal()  # the last read is out
        with m.If(self.begin):
            m.d.sync += [record.eq(self.record), running.eq(1), read_all.eq(0)]
        takes, ends, step = Signal(), Signal(), Signal()
        runs = self.place(m, "runs", Runs(config), record=record, first=self.record, begin=self.begin, run_ready=takes)
        flying = self.place(
            m,
            "runs_in_flight",
            Fifo(f"{config.name}_store_runs", run_layout(), _RUNS_IN_FLIGHT),
            i_valid=runs.run_valid & takes,
            i_data=runs.run_data,
            o_ready=ends,
        )
        asked, waiting = self.requests(m, record, runs.run_data, runs.run_valid & flying.i_ready)
        run = data.View(run_layout(), flying.o_data)
        cursor = self.place(
            m,
            "cursor",
            Cursor(config, "store", several=False),
            memory=record.memory,
            fill=0,
            units=record.units,
            run=run,
            step=step,
        )
        room, empty = self.beats(m, self.read.valid & self.read.ready, cursor)
        reads = flying.o_valid & cursor.gives
        m.d.comb += [
            takes.eq(flying.i_ready & asked),
            self.read.valid.eq(reads & room),
            self.read.payload.eq(cursor.atoms),
            step.eq(flying.o_valid & (~cursor.gives | (room & self.read.ready))),
            ends.eq(step & cursor.run_ends),
            self.ended.eq(running & read_all & empty & ~waiting & ~self.missing),
            self.active.eq(self.beat.valid & self.beat.ready),
            self.waits.eq(self.beat.valid & ~self.beat.ready),
        ]
        with m.If(ends & run.last):
            m.d.sync += read_all.eq(1)
        with m.If(self.ended):
            m.d.sync += running.eq(0)

    def requests(self, m: Module, record: data.View, run: Value, valid: Value) -> tuple[Value, Value]:
        """Runs become requests of whole beats, which wait for their data; whether one is taken, whether some wait."""
        config, feature = self.config, places(self.config)[0]
        run, beat = data.View(run_layout(), run), config.bus_bytes.bit_length() - 1
        layout = request_layout(config.bus_bits)
        size, asked = Signal(ADDRESS_BITS), Signal(layout)
        m.d.comb += [
            size.eq(record.units << feature.shift),
            asked.address.eq(run.address >> beat),
            asked.beats.eq((run.address[:beat] + size + config.bus_bytes - 1) >> beat),
        ]
        held = self.place(
            m,
            "requests",
            Fifo(f"{config.name}_store_requests", layout, _RUNS_IN_FLIGHT),
            i_valid=valid,
            i_data=asked,
            o_ready=self.request.ready,
        )
        m.d.comb += [self.request.valid.eq(held.o_valid), self.request.payload.eq(held.o_data)]
        return held.i_ready, held.o_valid

    def beats(self, m: Module, reads: Value, cursor: SimpleNamespace) -> tuple[Value, Value]:
        """Answers become beats; whether there is room for one more, and whether none is on its way."""
        config, feature = self.config, places(self.config)[0]
        width = max(config.bus_bits, config.atom_bits)
        layout = data.StructLayout({"atoms": width, "rows": feature.per_beat})
        coming = [Signal(name=f"coming_{cycle}") for cycle in range(READ_LATENCY)]
        rows = [Signal(feature.per_beat, name=f"rows_{cycle}", reset_less=True) for cycle in range(READ_LATENCY)]
        m.d.sync += [coming[0].eq(reads), rows[0].eq(cursor.atoms.rows)]
        m.d.sync += [
            after.eq(before) for later in (coming, rows) for before, after in zip(later, later[1:], strict=False)
        ]
        answered, done = Signal(layout), Signal()
        m.d.comb += [answered.atoms.eq(self.answer.as_value()), answered.rows.eq(rows[-1])]
        held = self.place(
            m,
            "answers",
            Fifo(f"{config.name}_store_answers", layout, _ANSWERS),
            i_valid=coming[-1],
            i_data=answered,
            o_ready=done,
        )
        promised = Signal(range(_ANSWERS + 1))  # answers that are held or come
        m.d.sync += promised.eq(promised + reads - done)
        shown = data.View(layout, held.o_data)
        m.d.comb += self.beat.valid.eq(held.o_valid)
        taken = self.beat.valid & self.beat.ready
        if feature.beats == 1:
            strobe = Cat(row.replicate(config.atom_bytes) for row in shown.rows)
            m.d.comb += [self.beat.payload.data.eq(shown.atoms), self.beat.payload.strobe.eq(strobe), done.eq(taken)]
        else:
            part = Signal(range(feature.beats))
            m.d.comb += [
                self.beat.payload.data.eq(shown.atoms.word_select(part, config.bus_bits)),
                self.beat.payload.strobe.eq(~0),
                done.eq(taken & (part == feature.beats - 1)),
            ]
            m.d.sync += part.eq(part + taken)
        return promised != _ANSWERS, promised == 0
