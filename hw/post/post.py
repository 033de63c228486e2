"""Post-processing: from columns of results to atoms in the feature memory, as the record EXEC says.

::

    engine y -> [column buffer] --+                     operand atoms (feature memory)
    vector beats -> vector -------+-> column, its           |
    channels -> parameter memory ---> parameters  -> values -+-> packer -> writer -> feature memory

A column enters when its parameters are there, for as many cycles as rows share a requantiser; columns that do not count
are dropped. Values stop where atoms wait to be written; those that wait for an operand stop only what is before them.
Nothing of a record is kept here but where it is: its fields stay steady from ``start`` to ``done``.
"""

from types import SimpleNamespace
from typing import Any

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.kinds import Memory

from ..array.readout import result_layout
from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from ..memory.ports import READ_LATENCY, read_layout, write_layout
from .access import group_layout
from .columns import Columns, phase_bits
from .elements import plane_bits
from .fields import fields_layout, not_built, some_of
from .multiplication import recoding_for
from .operand_reader import OperandReader
from .packer import Packer
from .parameters import ENTRY_BITS, Parameters
from .requantiser import requantiser_latency
from .slots import done_of, slots_of
from .table import TABLE_ADDRESS_BITS
from .values import Values, has_operand
from .vector import beat_layout
from .writer import Writer

__all__ = ["Post", "load_layout"]


def load_layout() -> data.StructLayout:
    """8 bytes for a local memory: its number as records have it, their place in it."""
    return data.StructLayout({"memory": 3, "address": 16, "data": ENTRY_BITS})


class Post(Unit):
    """Post-processing.

    Ports
    -----
    fields : in, of the record EXEC
        Steady from ``start`` to ``done``.
    start : in, 1 bit
        For a cycle: a record begins.
    done : out, 1 bit
        For a cycle: all of its atoms have been written, and all of its columns taken.
    refused : out, 1 bit
        The fields ask for what is not built.
    overflow : out, 1 bit
        For a cycle: a result and its bias left 32 bits, in atoms that were written.
    beyond : out, 1 bit
        For a cycle: an atom or a parameter lies beyond its memory.
    load_valid : in, 1 bit
    load : in, :func:`load_layout`
        8 bytes for the parameter memory or the table, always taken; those for other memories are ignored.
    y : in, stream of :func:`lowtide.hw.array.readout.result_layout`
        Of the engine.
    beats : in, stream of :func:`lowtide.hw.post.vector.beat_layout`
        Of a vector source; only where it is built.
    out_groups, operand_groups : in, streams of :func:`lowtide.hw.post.access.group_layout`
        Where atoms go to, and where those of the operand are; these only where an operand can be read, and only in
        records that have one.
    operand_read : out, stream of :func:`lowtide.hw.memory.ports.read_layout`
    answer : in, R atoms
        Of the feature memory; both only where an operand can be read.
    write : out, stream of :func:`lowtide.hw.memory.ports.write_layout`
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        ports: dict[str, Any] = {
            "fields": In(fields_layout()),
            "start": In(1),
            "done": Out(1),
            "refused": Out(1),
            "overflow": Out(1),
            "beyond": Out(1),
            "load_valid": In(1),
            "load": In(load_layout()),
            "y": In(stream.Signature(result_layout(config.array))),
        }
        if "vector" in config.post:
            ports["beats"] = In(stream.Signature(beat_layout(config)))
        ports["out_groups"] = In(stream.Signature(group_layout(config)))
        if has_operand(config):
            ports |= {
                "operand_groups": In(stream.Signature(group_layout(config))),
                "operand_read": Out(stream.Signature(read_layout(config))),
                "answer": In(config.rows * config.atom_bits),
            }
        super().__init__(f"{config.top}_post", ports | {"write": Out(stream.Signature(write_layout(config)))})

    def build(self, m: Module) -> None:
        config, shared = self.config, self.config.rows_per_requantiser
        advance, behind, takes, taken, last_phase = (
            Signal(name=name) for name in ("advance", "advance_behind", "takes", "taken", "last_phase")
        )
        phase = Signal(phase_bits(config))
        columns, item = self._inputs(m, phase, taken)
        channel = item.channel
        m.d.comb += [
            last_phase.eq((phase == shared - 1) | ~channel.counts),
            takes.eq(advance & columns.valid & item.valid & channel.counts),
            taken.eq(advance & columns.valid & item.valid & last_phase),
        ]
        with m.If(self.start):
            m.d.sync += phase.eq(0)
        with m.Elif(takes):
            m.d.sync += phase.eq(Mux(last_phase, 0, phase + 1))
        slots = slots_of(config, m, self.start, advance, behind, takes, phase, last_phase, channel)
        inputs, waits, operand_beyond = self._operand(m, advance, slots)
        codes = self._values(m, advance, behind, columns.results, item, inputs)
        writer = self._written(m, behind, slots[-1], codes)
        m.d.comb += self.done.eq(done_of(m, self.start, taken, channel.finishes, writer.done))
        m.d.comb += [
            behind.eq(~(slots[-1].valid & writer.busy & ~writer.released)),
            advance.eq(behind & ~waits),
            self.refused.eq(not_built(config, self.fields)),
            self.overflow.eq(writer.overflowed),
            self.beyond.eq(writer.beyond | operand_beyond | (takes & item.beyond)),
        ]

    def _inputs(self, m: Module, phase: Value, taken: Value) -> tuple[Any, Any]:
        """The column that is there, and its parameters."""
        config = self.config
        beats = {"beats_valid": self.beats.valid, "beats_data": self.beats.payload} if "vector" in config.post else {}
        columns = self.place(
            m,
            "columns",
            Columns(config),
            fields=some_of(m, self.fields, Columns.NAMES, "columns_fields"),
            start=self.start,
            y_valid=self.y.valid,
            y_data=self.y.payload,
            phase=phase,
            taken=taken,
            **beats,
        )
        m.d.comb += self.y.ready.eq(columns.y_ready)
        if beats:
            m.d.comb += self.beats.ready.eq(columns.beats_ready)
        parameters = self.place(
            m,
            "parameters",
            Parameters(config),
            fields=some_of(m, self.fields, Parameters.NAMES, "parameters_fields"),
            start=self.start,
            write=self.load_valid & (self.load.memory == Memory.PARAMETER),
            address=self.load.address[: (config.parameters - 1).bit_length()],
            entry=self.load.data,
            items_ready=taken,
        )
        item = SimpleNamespace(valid=parameters.items_valid)
        for name in ("bias", "multiplier", "shift", "beyond", "channel"):
            setattr(item, name, getattr(parameters.items_data, name))
        return columns, item

    def _operand(self, m: Module, advance: Value, slots: list[Signal]) -> tuple[dict[str, Value], Value, Value]:
        """The operand's element of each lane, as an input of the values; whether they wait for it; whether an atom was
        beyond the memory."""
        config = self.config
        if not has_operand(config):
            return {}, Const(0), Const(0)
        latency = requantiser_latency(recoding_for(config))
        slot, used = slots[latency], self.fields.operand.any()
        near = [each.valid & each.closes & ~each.ends for each in slots[latency - READ_LATENCY : latency + 1]]
        reader = self.place(
            m,
            "operand_reader",
            OperandReader(config),
            fields=some_of(m, self.fields, OperandReader.NAMES, "operand_fields"),
            start=self.start,
            groups_valid=self.operand_groups.valid,
            groups_data=self.operand_groups.payload,
            read_ready=self.operand_read.ready,
            answer=self.answer,
            phase=slot.phase,
            offset=slot.offset,
            near=Cat(near).any(),
            used=advance & used & slot.valid & slot.closes,
            ends=slot.ends,
        )
        m.d.comb += [
            self.operand_groups.ready.eq(reader.groups_ready),
            self.operand_read.valid.eq(reader.read_valid),
            self.operand_read.payload.eq(reader.read_data),
        ]
        return {"elements": Value.cast(reader.elements)}, used & slot.valid & ~reader.present, reader.beyond

    def _values(
        self, m: Module, advance: Value, behind: Value, results: Any, item: Any, inputs: dict[str, Value]
    ) -> Any:
        """The lanes."""
        if "table" in self.config.post:
            inputs |= {
                "write": self.load_valid & (self.load.memory == Memory.TABLE),
                "address": self.load.address[:TABLE_ADDRESS_BITS],
                "entries": self.load.data,
            }
        return self.place(
            m,
            "values",
            Values(self.config),
            advance=advance,
            advance_behind=behind,
            fields=some_of(m, self.fields, Values.NAMES, "values_fields"),
            results=Value.cast(results),
            bias=item.bias,
            multiplier=item.multiplier,
            shift=item.shift,
            **inputs,
        )

    def _written(self, m: Module, behind: Value, slot: Signal, values: Any) -> Any:
        """Packer and writer."""
        config = self.config
        store, plane = Signal(), Signal(plane_bits(config))
        m.d.comb += store.eq(slot.valid & behind)
        packer = self.place(
            m,
            "packer",
            Packer(config),
            fields=some_of(m, self.fields, Packer.NAMES, "packer_fields"),
            store=store,
            phase=slot.phase,
            opens=slot.opens,
            offset=slot.offset,
            values=Value.cast(values.codes),
            overflow=values.overflow,
            plane=plane,
        )
        writer = self.place(
            m,
            "writer",
            Writer(config),
            fields=some_of(m, self.fields, Writer.NAMES, "writer_fields"),
            start=self.start,
            groups_valid=self.out_groups.valid,
            groups_data=self.out_groups.payload,
            whole=store & slot.closes,
            ends=slot.ends,
            overflow=packer.overflowed,
            atoms=packer.atoms,
            write_ready=self.write.ready,
        )
        m.d.comb += [
            plane.eq(writer.plane),
            self.out_groups.ready.eq(writer.groups_ready),
            self.write.valid.eq(writer.write_valid),
            self.write.payload.eq(writer.write_data),
        ]
        return writer
