"""Engine: an array with its edges behind four streams, the top of what is generated.

- ``job``: a mode word and a number of chunks. A refused job (see :mod:`hw.errors`) takes no operand, gives no result.
- ``x``: one beat of data for all rows: ``rows`` times ``chunk`` values of ``x_width`` bits, row 0 lowest.
- ``w``: one chunk of weights for all columns: ``cols`` times ``chunk`` values of ``w_width`` bits, column 0 lowest.
- ``y``: one column of results for all rows, columns 0 to cols - 1 of each job, in order of the jobs.

``x`` and ``w`` are taken together, once a beat. A missing operand leaves a bubble; a result that is not taken freezes
everything behind one clock enable, so no pattern of back-pressure loses or repeats a value. With inputs always ready
and results always taken the next job follows without an idle cycle (short jobs: see :mod:`hw.sequencer`).

``error`` is sticky, ``reason`` tells the first error since ``clear``. ``cycles`` counts the clock cycles, modulo 2^32,
in which a job was running, its waiting included, since ``clear``.
"""

from amaranth.hdl import Mux, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from .array import PEArray
from .edges import NorthEdge, WestEdge, stream_bits
from .errors import REASON_BITS, Reason
from .readout import Readout, result_layout
from .sequencer import JobLayout, Sequencer
from .unit import Unit

__all__ = ["COUNTER_BITS", "Engine"]

COUNTER_BITS = 32


class Engine(Unit):
    """The generated design of one :class:`hw.config.ArrayConfig`."""

    def __init__(self, config):
        self.config = config
        super().__init__(config.name, {
            "job": In(stream.Signature(JobLayout)),
            "x": In(stream.Signature(stream_bits(config, "x"))), "w": In(stream.Signature(stream_bits(config, "w"))),
            "y": Out(stream.Signature(result_layout(config))),
            "clear": In(1), "error": Out(1), "reason": Out(REASON_BITS), "busy": Out(1), "cycles": Out(COUNTER_BITS),
        })

    def build(self, m):
        config = self.config
        proceed = Signal()
        sequencer = self.place(m, "sequencer", Sequencer(config), proceed=proceed,
                               job_data=self.job.payload, job_valid=self.job.valid,
                               x_valid=self.x.valid, w_valid=self.w.valid)
        west = self.place(m, "west_edge", WestEdge(config), en=proceed,
                          values=self.x.payload, control=sequencer.control)
        north = self.place(m, "north_edge", NorthEdge(config), en=proceed,
                           values=self.w.payload, control=sequencer.encoder, mode=sequencer.mode)
        show = Signal(config.rows * config.cols)
        array = self.place(m, "array", PEArray(config), en=proceed,
                           control=west.control_out, west=west.operands, north=north.operands, show=show)
        readout = self.place(m, "readout", Readout(config), en=proceed,
                             done=array.done, results=array.results, y_ready=self.y.ready)
        m.d.comb += [
            proceed.eq(~self.y.valid | self.y.ready), show.eq(readout.show),
            self.job.ready.eq(sequencer.job_ready),
            self.x.ready.eq(sequencer.take), self.w.ready.eq(sequencer.take),
            self.y.valid.eq(readout.y_valid), self.y.payload.eq(readout.y_data),
            self.busy.eq(sequencer.running),
        ]
        with m.If(self.clear):
            m.d.sync += [self.error.eq(0), self.reason.eq(Reason.NONE), self.cycles.eq(0)]
        with m.Else():
            m.d.sync += self.cycles.eq(self.cycles + sequencer.running)
            with m.If(~self.error & (sequencer.refused | (north.lost & proceed))):
                m.d.sync += [self.error.eq(1),
                             self.reason.eq(Mux(sequencer.refused, sequencer.reason, Reason.TERMS_LOST))]
