"""Post-processing: from columns of results to atoms in the feature memory, as the record EXEC says.

::

    engine y -> [column buffer] --+                     operand atoms (feature memory)
    vector beats -> vector -------+-> column, its           |
    channels -> parameter memory ---> parameters  -> values -+-> [top-k] -> packer -> writer -> feature memory

A column enters when its parameters are there, for as many cycles as rows share a requantiser, in a record with a second
tensor every few cycles (:mod:`lowtide.hw.post.values.turns`); columns that do not count are dropped. Values stop where
atoms wait to be written, and where one waits for its operand.
Sums that are measured are compared beside the values; then a column waits until it is known which rows have a pixel.
Nothing of a record is kept here but where it is: its fields stay steady from ``start`` to ``done``.
"""

from collections.abc import Sequence
from typing import Any

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..array.readout import result_layout
from ..config.accelerator_config import AcceleratorConfig
from ..logic.timing.fence import fenced
from ..logic.unit import Unit
from ..memory.ports import read_layout, write_layout
from .atoms.access import group_layout
from .columns.columns import phase_bits
from .columns.parameters import ENTRY_BITS
from .columns.vector import beat_layout
from .fields import fields_layout, not_built
from .operand import place_operand_reader
from .slots import done_of, shown_of, slots_of
from .values.lanes import has_operand, turns_of
from .widths import ELEMENT_BITS, SUM_BITS
from .wiring import (
    place_extremes,
    place_inputs,
    place_top_k,
    place_values,
    place_written,
    rows_unknown,
)

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
    beats : in, stream of :func:`lowtide.hw.post.columns.vector.beat_layout`
        Of a vector source; only where it is built.
    out_groups, operand_groups : in, streams of :func:`lowtide.hw.post.atoms.access.group_layout`
        Where atoms go to, and where those of the operand are; these only where an operand can be read, and only in
        records that have one.
    operand_read : out, stream of :func:`lowtide.hw.memory.ports.read_layout`
    answer : in, R atoms
        Of the feature memory; both only where an operand can be read.
    measured_groups : in, stream of :func:`lowtide.hw.post.atoms.access.group_layout`
        Which rows have a pixel; only where sums can be measured, and only in records that do.
    smallest, largest : out, 32 bits, signed
        Of the sums of the record, steady from ``done`` to the next ``start``, 0 where it does not measure; only where
        sums can be measured.
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
        if "measure" in config.post:
            ports |= {
                "measured_groups": In(stream.Signature(group_layout(config))),
                "smallest": Out(signed(SUM_BITS)),
                "largest": Out(signed(SUM_BITS)),
            }
        super().__init__(f"{config.top}_post", ports | {"write": Out(stream.Signature(write_layout(config)))})

    def build(self, m: Module) -> None:
        config, shared = self.config, self.config.rows_per_requantiser
        self.meets_second = Signal()  # there is a second tensor: a register, as all values hang on it
        m.d.sync += self.meets_second.eq(self.fields.operand.any())
        advance, takes, taken, last_phase, blocked, waits = (
            Signal(name=name) for name in ("advance", "takes", "taken", "last_phase", "blocked", "waits")
        )
        phase = Signal(phase_bits(config))
        elements: dict[str, Value] = {}
        if has_operand(config):
            elements = {"meets": Signal(name="meets"), "elements": Signal(config.requantisers * ELEMENT_BITS)}
        columns, item = place_inputs(self, m, phase, taken, elements)
        channel = item.channel
        slots = slots_of(config, m, self.start, advance, takes, phase, last_phase, channel)
        # what comes last is whether values go on: all else of who enters is made before it, and what is taken hangs on
        # other gates than all registers
        there = columns.valid & item.valid & ~rows_unknown(self, channel) & ~(channel.counts & self.hindered(slots))
        may_enter = fenced(self, m, there & channel.counts, "may_enter")
        may_leave = fenced(self, m, there & last_phase, "may_leave")
        goes, stops = ~blocked & ~waits, Cat(blocked, waits)
        m.d.comb += [
            last_phase.eq((phase == shared - 1) | ~channel.counts),
            takes.eq(goes & may_enter),
            taken.eq(goes & may_leave),
        ]
        with m.If(self.start):
            m.d.sync += phase.eq(0)
        with m.Elif(takes):
            m.d.sync += phase.eq(Mux(last_phase, 0, phase + 1))
        operand_beyond = place_operand_reader(self, m, advance, slots, elements, waits, blocked)
        lanes_advance = ~fenced(self, m, stops, "lanes_stop").any()
        codes = place_values(self, m, lanes_advance, takes, columns.results, item)
        place_extremes(self, m, codes, phase, takes, taken & channel.counts & channel.ends)
        shown, codes = place_top_k(
            self, m, advance, shown_of(config, m, self.start, advance, self.meets_second, slots), codes
        )
        writer = place_written(self, m, goes, shown, codes)
        m.d.comb += self.done.eq(done_of(m, self.start, taken, channel.finishes, writer.done))
        m.d.comb += [
            blocked.eq(shown.valid & writer.stuck),
            advance.eq(~fenced(self, m, stops, "slots_stop").any()),
            self.refused.eq(not_built(config, self.fields)),
            self.overflow.eq(writer.overflowed),
            self.beyond.eq(writer.beyond | operand_beyond | (takes & item.beyond)),
        ]

    def hindered(self, slots: Sequence[Any]) -> Value:
        """Whether no results may enter, as lanes multiply others for a second tensor in the cycles that they need."""
        if not has_operand(self.config):
            return Const(0)
        hindered = turns_of(self.config).hindered
        return self.meets_second & Cat(slots[cycle].valid for cycle in hindered).any()
