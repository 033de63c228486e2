"""Engine: an array with its edges behind four streams, the top of what is generated.

- ``job``: a mode word, a number of chunks, and how many values the last of them has; what lies beyond these is ignored.
  A refused job (see :mod:`lowtide.hw.mode.reasons`) takes no operand, gives no result.
- ``x``: one beat of data for all rows, row 0 lowest, value 0 of a row lowest.
- ``w``: one beat of weights for all columns, column 0 lowest, value 0 of a column lowest.
- ``y``: one column of results for all rows, columns 0 to cols - 1 of each job, in order of the jobs.
- ``codebook``, where a weight format needs one: an integer, its place and its book (0 or 1). It waits while a job that
  uses the book runs or waits.

``x`` and ``w`` are taken together, once a beat. A missing operand leaves a bubble; a result that is not taken freezes
everything behind one clock enable, with register stages a cycle later, so no pattern of back-pressure loses or repeats
a value. With inputs always ready and results always taken the next job follows without an idle cycle (short jobs: see
:mod:`lowtide.hw.array.sequencer`).

``error`` is sticky, ``reason`` tells the first error since ``clear``. ``cycles`` counts the clock cycles, modulo 2^32,
in which a job was running, its waiting included, since ``clear``.
"""

from amaranth.hdl import Cat, Module, Mux, Signal, Value
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ..config.array_config import ArrayConfig
from ..logic.skid_buffer import SkidBuffer
from ..logic.timing.enable import Enable
from ..logic.unit import Unit
from ..mode.reasons import REASON_BITS, Reason
from ..pe.control_bits import later
from .array import PEArray
from .decoder import Codebooks, entry_layout, table_bits
from .edges import Edge, stream_bits
from .job import JobLayout
from .readout import Readout, result_layout
from .sequencer import Sequencer

__all__ = ["COUNTER_BITS", "Engine"]

COUNTER_BITS = 32


class Engine(Unit):
    """The generated design of one :class:`lowtide.hw.config.array_config.ArrayConfig`.

    Ports
    -----
    job : in, stream of :data:`lowtide.hw.array.job.JobLayout`
    x, w : in, streams of :func:`lowtide.hw.array.edges.stream_bits` bits
        A beat of data for all rows, of weights for all columns.
    y : out, stream of :func:`lowtide.hw.array.readout.result_layout`
        A column of results.
    codebook : in, stream of :func:`lowtide.hw.array.decoder.entry_layout`
        Only where a weight format needs one: an integer of a codebook.
    clear : in, 1 bit
        Sets ``error``, ``reason`` and ``cycles`` to 0.
    error : out, 1 bit
        An error has been seen since ``clear``.
    reason : out, REASON_BITS bits
        The first one, a code of :data:`lowtide.hw.mode.reasons.Reason`.
    busy : out, 1 bit
        A job runs.
    cycles : out, COUNTER_BITS bits
        Clock cycles with a running job since ``clear``.
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        ports = {
            "job": In(stream.Signature(JobLayout)),
            "x": In(stream.Signature(stream_bits(config, "x"))),
            "w": In(stream.Signature(stream_bits(config, "w"))),
            "y": Out(stream.Signature(result_layout(config))),
        }
        if table_bits(config):
            ports["codebook"] = In(stream.Signature(entry_layout(config)))
        super().__init__(
            config.name,
            ports
            | {
                "clear": In(1),
                "error": Out(1),
                "reason": Out(REASON_BITS),
                "busy": Out(1),
                "cycles": Out(COUNTER_BITS),
            },
        )

    def build(self, m: Module) -> None:
        config = self.config
        proceed = Signal()
        steps = control_steps = proceed
        if config.pipeline:
            proceeds = Signal()
            steps, control_steps = (
                self.place(m, f"{part}_enable", Enable(f"{config.name}_enable"), i=proceeds).o
                for part in ("sequencer", "control")
            )
        sequencer = self.place(
            m,
            "sequencer",
            Sequencer(config),
            proceed=steps,
            job_data=self.job.payload,
            job_valid=self.job.valid,
            x_valid=self.x.valid,
            w_valid=self.w.valid,
        )
        inputs: dict[str, Value] = {}
        enables: dict[str, dict[str, Value]] = {}
        if config.pipeline:
            for part in ("west", "north", "array", "readout"):
                own = self.place(m, f"{part}_enable", Enable(f"{config.name}_enable"), i=proceeds).o
                enables[part] = {"en": own} | ({"proceeds": proceeds} if part != "readout" else {})
        else:
            enables = dict.fromkeys(("west", "north", "array", "readout"), {"en": proceed})
        if table_bits(config):
            codebooks = self.place(
                m,
                "codebooks",
                Codebooks(config),
                in_use=sequencer.codebooks,
                chosen=sequencer.mode.codebook,
                codebook_data=self.codebook.payload,
                codebook_valid=self.codebook.valid,
            )
            m.d.comb += self.codebook.ready.eq(codebooks.codebook_ready)
            inputs["entries"] = codebooks.entries
        west = self.place(
            m,
            "west_edge",
            Edge(config, "x"),
            **enables["west"],
            mode=sequencer.mode,
            used=sequencer.used,
            values=self.x.payload,
            control=sequencer.west,
        )
        north = self.place(
            m,
            "north_edge",
            Edge(config, "w"),
            **enables["north"],
            mode=sequencer.mode,
            used=sequencer.used,
            values=self.w.payload,
            control=sequencer.north,
            **inputs,
        )
        control = sequencer.control
        for stage in range(config.pe.edge_latency(config)):
            with m.If(control_steps):
                control = later(m, control, reset=("valid",), prefix=f"stage_{stage + 1}_")
        show = Signal(config.stops("x") * config.cols)
        array = self.place(
            m,
            "array",
            PEArray(config),
            **enables["array"],
            control=control,
            west=west.operands,
            north=north.operands,
            show=show,
        )
        readout = self.place(
            m,
            "readout",
            Readout(config),
            **enables["readout"],
            done=array.done,
            results=array.results,
            y_ready=self.y.ready,
        )
        if config.pipeline:
            skid = self.place(
                m,
                "skid_buffer",
                SkidBuffer(f"{config.name}_skid_buffer", len(Value.cast(self.y.payload))),
                i_valid=readout.y_valid,
                i_data=readout.y_data,
                o_ready=self.y.ready,
            )
            m.d.comb += [proceed.eq(skid.proceed), proceeds.eq(skid.proceeds)]
            m.d.comb += [self.y.valid.eq(skid.o_valid), self.y.payload.eq(skid.o_data)]
        else:
            m.d.comb += [
                proceed.eq(~self.y.valid | self.y.ready),
                self.y.valid.eq(readout.y_valid),
                self.y.payload.eq(readout.y_data),
            ]
        m.d.comb += [
            show.eq(readout.show),
            self.job.ready.eq(sequencer.job_ready),
            self.x.ready.eq(sequencer.take),
            self.w.ready.eq(sequencer.take),
            self.busy.eq(sequencer.running),
        ]
        lost, invalid = north.lost & enables["north"]["en"], north.invalid & sequencer.take
        refused, why = sequencer.refused, sequencer.reason
        if config.pipeline:  # reported a cycle later: registers behind the edge and the sequencer
            found = Signal(3)
            found_reason = Signal(REASON_BITS, reset_less=True)
            m.d.sync += [found.eq(Cat(lost, invalid, refused)), found_reason.eq(why)]
            (lost, invalid, refused), why = found, found_reason
        with m.If(self.clear):
            m.d.sync += [self.error.eq(0), self.reason.eq(Reason["NONE"]), self.cycles.eq(0)]
        with m.Else():
            m.d.sync += self.cycles.eq(self.cycles + sequencer.running)
            with m.If(~self.error & (refused | lost | invalid)):
                reason = Mux(lost, Reason["TERMS_LOST"], Reason["WEIGHT_CODE"])
                m.d.sync += [self.error.eq(1), self.reason.eq(Mux(refused, why, reason))]
