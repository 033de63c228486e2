"""Columns: results of whichever source a record has, one for each lane in each phase of a column.

Elements of a second tensor come the same way, in cycles in which no result enters: lanes add something to either.

A lane serves ``rows_per_requantiser`` rows, one in each phase: lane l those from ``l q`` to ``l q + q - 1``. Where a
column takes several cycles, as rows share a lane or values meet a second tensor, those that the engine gives one behind
the other wait in a memory meanwhile, and the array goes on with the next job.
"""

from collections.abc import Sequence
from typing import Any

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.execute import Source

from ...array.readout import result_layout
from ...config.accelerator_config import AcceleratorConfig
from ...logic.arithmetic import any_of
from ...logic.unit import Unit
from ...memory.queue import Queue
from ..fields import fields_layout, some_of
from ..values.lanes import has_operand
from ..widths import ELEMENT_BITS, SUM_BITS
from .vector import Vector, beat_layout

__all__ = ["Columns", "of_lanes", "phase_bits"]


def phase_bits(config: AcceleratorConfig) -> int:
    """Width of the number of a phase."""
    return (config.rows_per_requantiser - 1).bit_length()


def of_lanes(config: AcceleratorConfig, rows: Value, phase: Value) -> list[Value]:
    """Of words of all rows, row 0 lowest, those of the rows that lanes serve in a phase."""
    shared = config.rows_per_requantiser
    width = len(rows) // config.rows
    return [
        rows[lane * shared * width :][: shared * width].word_select(phase, width) for lane in range(config.requantisers)
    ]


class Columns(Unit):
    """Columns of results.

    Ports
    -----
    fields : in, of the record EXEC
        Steady from ``start`` on.
    start : in, 1 bit
        A record begins: columns that wait are dropped.
    y : in, stream of :func:`lowtide.hw.array.readout.result_layout`
        Of the engine.
    beats : in, stream of :func:`lowtide.hw.post.columns.vector.beat_layout`
        Of a vector source; only where it is built.
    valid : out, 1 bit
        A column is there.
    phase : in, log2(``rows_per_requantiser``) bits
    meets : in, 1 bit
    elements : in, a signed value of 17 bits for each lane
        These instead of results; both only where a second tensor can be read.
    results : out, a signed value of 32 bits for each lane
        Of its row in this phase; wider results are cut.
    taken : in, 1 bit
        The column has been used; only where it is there.
    """

    NAMES = tuple(dict.fromkeys(("source", *Vector.NAMES)))

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        ports: dict[str, Any] = {
            "fields": In(fields_layout(self.NAMES)),
            "start": In(1),
            "y": In(stream.Signature(result_layout(config.array))),
        }
        if "vector" in config.post:
            ports["beats"] = In(stream.Signature(beat_layout(config)))
        ports |= {
            "valid": Out(1),
            "phase": In(phase_bits(config)),
            **(
                {"meets": In(1), "elements": In(data.ArrayLayout(signed(ELEMENT_BITS), config.requantisers))}
                if has_operand(config)
                else {}
            ),
            "results": Out(data.ArrayLayout(signed(SUM_BITS), config.requantisers)),
            "taken": In(1),
        }
        super().__init__(f"{config.top}_columns", ports)

    def build(self, m: Module) -> None:
        vector, engine_takes = Signal(), Signal()
        built = "vector" in self.config.post
        m.d.comb += vector.eq(self.fields.source != Source.ENGINE if built else 0)
        m.d.comb += engine_takes.eq(self.taken & ~vector)
        valid, rows = self._engine(m, engine_takes)
        meets = self.meets if has_operand(self.config) else Const(0, 1)
        sources = [(~vector & ~meets, of_lanes(self.config, rows, self.phase))]
        if "vector" in self.config.post:
            found = self.place(
                m,
                "vector",
                Vector(self.config),
                fields=some_of(m, self.fields, Vector.NAMES, "vector_fields"),
                start=self.start,
                beats_valid=self.beats.valid,
                beats_data=self.beats.payload,
                columns_ready=self.taken & vector,
            )
            sources.append((vector & ~meets, of_lanes(self.config, Value.cast(found.columns_data), self.phase)))
            valid = Mux(vector, found.columns_valid, valid)
            m.d.comb += self.beats.ready.eq(found.beats_ready)
        if has_operand(self.config):
            sources.append((meets, list(self.elements)))
        m.d.comb += [self.valid.eq(valid), Value.cast(self.results).eq(_selected(m, sources))]

    def _engine(self, m: Module, takes: Value) -> tuple[Value, Value]:
        """Whether a column of the engine is there, and its results."""
        config, y = self.config, self.y
        width = min(config.array.acc_width, SUM_BITS)
        rows = Cat(y.payload.values[row][:width] for row in range(config.rows))
        if config.rows_per_requantiser == 1 and not has_operand(config):
            m.d.comb += y.ready.eq(takes)
            return y.valid, rows
        part = len(rows) // 2  # two buffers side by side: whether a word is taken comes late, and drives half as much
        unit = Queue(f"{config.top}_column_buffer", width=part, most=1 + max(2, 1 << (config.cols - 1).bit_length()))
        buffers = [
            self.place(
                m,
                f"column_buffer_{number}",
                unit,
                start=self.start,
                i_valid=y.valid,
                i_data=rows.word_select(number, part),
                o_ready=takes,
            )
            for number in range(2)
        ]
        m.d.comb += y.ready.eq(buffers[0].i_ready)
        return buffers[0].o_valid, Cat(buffer.o_data for buffer in buffers)


def _selected(m: Module, sources: Sequence[tuple[Value, Sequence[Value]]]) -> Value:
    """The values of the one source that counts, of all lanes, extended by their signs: one and-or for each bit."""
    if len(sources) == 1:
        return Cat(_extended(value) for value in sources[0][1])
    choices = []
    for number, (counts, values) in enumerate(sources):
        line = Signal(name=f"takes_{number}")
        m.d.comb += line.eq(counts)
        choices.append(Cat(_extended(value) & line.replicate(SUM_BITS) for value in values))
    return any_of(choices)


def _extended(value: Value) -> Value:
    return Cat(value, value[-1].replicate(SUM_BITS))[:SUM_BITS]
