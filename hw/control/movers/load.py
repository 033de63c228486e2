"""LOAD: copies runs from external memory, or a byte everywhere, into the local memories.

::

    record --> runs --+--> requests --> bus
                      +--> runs in flight --> cursor --> feature memory, weight memory, entries
                                      beats --^

Atoms of a beat of the bus are written at once, to any address; words and entries one by one, and collected where one
takes several beats. A cycle a step where nothing stalls.
"""

from types import SimpleNamespace

from amaranth.hdl import Cat, Module, Mux, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from lowtide.common.records.entries import ENTRY_BYTES
from lowtide.common.records.kinds import Load as Record
from lowtide.common.records.kinds import Memory

from ...bus.axi import request_layout
from ...bus.read_master import beat_layout
from ...config.accelerator_config import AcceleratorConfig
from ...logic.buffer import Registered
from ...logic.unit import Unit
from ...memory.ports import consecutive, loaded_layout
from ..record_words import record_layout
from .cursor import Cursor
from .places import beats_bits, chosen, local_bits, places
from .requests import place_requests, place_runs

__all__ = ["Load", "entry_layout", "word_layout"]

_RUNS_IN_FLIGHT = 16
_TARGETS = (Memory.FEATURE, Memory.WEIGHT)  # memories with a port of their own


def word_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A write of a weight word."""
    return data.StructLayout({"word": config.weight_address_bits, "data": 8 * config.weight_word_bytes})


def entry_layout() -> data.StructLayout:
    """A write of 8 bytes to one of the other memories, by its number."""
    return data.StructLayout({"memory": 3, "address": 16, "data": 8 * ENTRY_BYTES})


class Load(Unit):
    """The engine of LOAD records.

    Parameters
    ----------
    config : AcceleratorConfig

    Ports
    -----
    record : in, layout of LOAD
        A checked record, in the cycle of ``begin``.
    begin : in, 1 bit
        For one cycle, while no record runs.
    ended : out, 1 bit
        For one cycle: everything is written.
    bad : out, 1 bit
        For one cycle: the bus answered with an error. The record goes on.
    active, waits : out, 1 bit
        In this cycle it makes a step; it waits for the bus.
    request, beat : out, in, streams
        To the master of reads.
    feature : out, stream of :func:`lowtide.hw.memory.ports.loaded_layout`
    weight : out, stream of :func:`word_layout`
    entry : out, stream of :func:`entry_layout`
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.name}_load",
            {
                "record": In(record_layout(Record)),
                "begin": In(1),
                "ended": Out(1),
                "bad": Out(1),
                "active": Out(1),
                "waits": Out(1),
                "request": Out(stream.Signature(request_layout(config.bus_bits, beats_bits(config)))),
                "beat": In(stream.Signature(beat_layout(config.bus_bits))),
                "feature": Out(stream.Signature(loaded_layout(config))),
                "weight": Out(stream.Signature(word_layout(config))),
                "entry": Out(stream.Signature(entry_layout())),
            },
        )

    def build(self, m: Module) -> None:
        config = self.config
        record, idle = Signal(record_layout(Record), reset_less=True), Signal(init=1)
        targets = {number: Signal(name=f"to_{number.name.lower()}", reset_less=True) for number in _TARGETS}
        with m.If(idle):
            m.d.sync += record.eq(self.record)
            m.d.sync += [to.eq(self.record.memory == int(number)) for number, to in targets.items()]
        m.d.sync += idle.eq(~self.begin & (idle | self.ended))
        takes = Signal()  # a run is taken, from the nest
        run_taken = Signal()  # one in flight is
        built, units = places(config), Signal(local_bits(config) + 1)
        m.d.comb += units.eq(record.units)
        runs, flying = place_runs(self, m, record, takes, run_taken, places=built, most=_RUNS_IN_FLIGHT)
        shifts = {place.memory: place.shift for place in built}
        asked = place_requests(
            self,
            m,
            Registered(f"{self.name}_requests", request_layout(config.bus_bits, beats_bits(config))),
            run=runs.run_data,
            units=units,
            shift=chosen(record.memory, shifts, bits_for(max(shifts.values()))),
            valid=runs.run_valid & flying.i_ready & ~record.fill,
        )
        m.d.comb += takes.eq(flying.i_ready & (record.fill | asked.i_ready))
        step = Signal()
        cursor = self.place(
            m,
            "cursor",
            Cursor(config, "load", built),
            memory=record.memory,
            fill=record.fill,
            units=units,
            run_valid=flying.o_valid,
            run=flying.o_data,
            run_taken=run_taken,
            step=step,
        )
        beat = Signal(config.bus_bits)
        there, writes, taken = Signal(), Signal(), Signal()
        m.d.comb += [
            beat.eq(Mux(record.fill, record.fill_value.replicate(config.bus_bytes), self.beat.payload.data)),
            run_taken.eq(~cursor.valid | (cursor.run_ends & (record.fill | self.beat.valid) & (~cursor.gives | taken))),
            there.eq(cursor.valid & (record.fill | self.beat.valid)),
            writes.eq(there & cursor.gives),
            step.eq(there & (~cursor.gives | taken)),
            self.beat.ready.eq(step & ~record.fill & cursor.beat_ends),
            self.ended.eq(step & cursor.run_ends & cursor.last),
            self.bad.eq(self.beat.valid & self.beat.ready & self.beat.payload.bad),
            self.active.eq(step),
            self.waits.eq(cursor.valid & ~there),
        ]
        self.write(m, record.memory, targets, cursor, beat, writes, taken, step)

    def write(
        self,
        m: Module,
        memory: Value,
        targets: dict[Memory, Signal],
        cursor: SimpleNamespace,
        beat: Value,
        writes: Value,
        taken: Value,
        step: Value,
    ) -> None:
        """The step's units go to their memory."""
        config = self.config
        gathered = self.gathered(m, beat, step)
        where: dict[Memory, tuple[Value, Value]] = {}  # of each memory, the units that are whole
        for place in places(config):
            width = 8 * place.unit_bytes
            if place.beats > 1:
                unit = gathered[len(gathered) - width :]
            elif place.memory == Memory.FEATURE or place.per_beat == 1:
                unit = beat
            else:
                unit = beat.word_select(cursor.part[: (place.per_beat - 1).bit_length()], width)
            where[place.memory] = unit
        atom, local, atoms = where[Memory.FEATURE], cursor.local, cursor.atoms
        feature, weight = targets[Memory.FEATURE], targets[Memory.WEIGHT]
        entry = Signal(8 * ENTRY_BYTES)
        for number, unit in where.items():
            if number not in _TARGETS:
                with m.If(memory == int(number)):
                    m.d.comb += entry.eq(unit)
        m.d.comb += [
            self.feature.valid.eq(writes & feature),
            self.feature.payload.data.as_value().eq(atom),
            self.feature.payload.words.as_value().eq(
                consecutive(config, atoms.bank, atoms.word, atoms.following, config.atoms_per_bus_beat)
            ),
            *(self.feature.payload[name].eq(atoms[name]) for name in ("rows", "bank")),
            self.weight.valid.eq(writes & weight),
            self.weight.payload.word.eq(local),
            self.weight.payload.data.eq(where[Memory.WEIGHT]),
            self.entry.valid.eq(writes & ~feature & ~weight),
            self.entry.payload.memory.eq(memory),
            self.entry.payload.address.eq(local),
            self.entry.payload.data.eq(entry),
            taken.eq(Mux(feature, self.feature.ready, Mux(weight, self.weight.ready, self.entry.ready))),
        ]

    def gathered(self, m: Module, beat: Value, step: Value) -> Value:
        """The beat behind those before it, as many as the widest unit takes."""
        most = max(place.beats for place in places(self.config))
        if most == 1:
            return beat
        before = Signal((most - 1) * self.config.bus_bits, reset_less=True)
        whole = Signal(most * self.config.bus_bits)
        m.d.comb += whole.eq(Cat(before, beat))
        with m.If(step):
            m.d.sync += before.eq(whole[self.config.bus_bits :])
        return whole
