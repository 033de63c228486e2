"""Sequencer: turns jobs into beats. One job runs, the next one waits, so that no cycle is lost between them.

Each cycle it either takes a *step* (control bits go into the array and the encoders) or leaves a bubble, because an
operand is missing or because the results of the job before must leave first:

- results leave one column a cycle, so two ``last`` steps are at least ``cols`` cycles apart;
- without result buffer a column leaves when its bottom row is done, so a job waits ``rows - 1`` cycles for the one
  before.

A beat has ``slots`` work items, of which ``slots_per_cycle`` are done in each step; operands are taken in its first.
"""

from amaranth.hdl import Cat, Mux, Signal
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from .config import CHUNK_BITS
from .errors import REASON_BITS, Reason
from .mode import FIELDS, ModeWord
from .pe.base import control_layout, encoder_control_layout
from .unit import Unit

__all__ = ["JobLayout", "Sequencer"]

#: Payload of the ``job`` stream, mode word first.
JobLayout = data.StructLayout({"mode": ModeWord, "chunks": CHUNK_BITS})


class Sequencer(Unit):
    """Jobs to beats.

    Ports: ``proceed`` (0 freezes), stream ``job``, ``x_valid`` and ``w_valid``, ``take`` (both operands are taken in
    this cycle), ``mode`` of the running job, ``control`` for the array, ``encoder`` for the north edge, ``refused`` and
    its ``reason`` (one cycle, a job was not accepted), ``running``.
    """

    def __init__(self, config):
        self.config = config
        super().__init__(f"{config.name}_sequencer", {
            "proceed": In(1), "job": In(stream.Signature(JobLayout)), "x_valid": In(1), "w_valid": In(1),
            "take": Out(1), "mode": Out(ModeWord), "control": Out(control_layout(config.operations)),
            "encoder": Out(encoder_control_layout(config)),
            "refused": Out(1), "reason": Out(REASON_BITS), "running": Out(1),
        })

    def build(self, m):
        kind = self.config.operations
        waiting = Signal()
        job = Signal(JobLayout, reset_less=True)  # the job that waits
        running = Signal()
        chunks = Signal(CHUNK_BITS, reset_less=True)  # chunks left of the running job
        begun = Signal()  # its first beat has begun
        in_beat = Signal()  # a beat is under way
        step = Signal()
        starts_beat = Signal()
        ends_beat = Signal()
        last = Signal()
        finished = Signal()
        slots, slots_left = self.slots(m, starts_beat)

        m.d.comb += [
            starts_beat.eq(~in_beat),
            ends_beat.eq(1 if slots is None else slots <= kind.slots_per_cycle(self.config)),
            last.eq(ends_beat & (chunks == 1)),
            step.eq(self.proceed & running & (in_beat | (self.x_valid & self.w_valid))
                    & self.spaced(m, step, last, begun)),
            self.take.eq(step & starts_beat),
            finished.eq(step & last),
        ]
        with m.If(step):
            m.d.sync += [in_beat.eq(~ends_beat), begun.eq(1)]
            if slots is not None:
                m.d.sync += slots_left.eq(slots - kind.slots_per_cycle(self.config))
            with m.If(ends_beat):
                m.d.sync += chunks.eq(chunks - 1)

        load = Signal()
        accepted = Signal()
        refused, reason = self.check(m)
        m.d.comb += [
            load.eq(waiting & (~running | finished)),
            self.job.ready.eq(~waiting | load),
            accepted.eq(self.job.valid & self.job.ready & ~refused),
            self.refused.eq(self.job.valid & self.job.ready & refused), self.reason.eq(reason),
            self.running.eq(running),
        ]
        with m.If(load | finished):
            m.d.sync += [running.eq(load), begun.eq(0), in_beat.eq(0), chunks.eq(job.chunks), self.mode.eq(job.mode)]
        with m.If(self.job.ready):
            m.d.sync += [waiting.eq(accepted), job.eq(self.job.payload)]

        m.d.comb += [self.control.valid.eq(step), self.control.beat.eq(self.take),
                     self.control.first.eq(step & ~begun), self.control.last.eq(finished),
                     self.encoder.beat.eq(self.take), self.encoder.step.eq(step),
                     self.encoder.final.eq(step & ends_beat)]
        m.d.comb += [self.control[name].eq(self.mode[name]) for name in kind.pe_fields]
        m.d.comb += [self.encoder[name].eq(self.mode[name]) for name in kind.encoder_fields]
        if width := kind.slot_bits(self.config):
            m.d.comb += self.encoder.slot.eq(kind.slot_control(self.config, slots) & step.replicate(width))

    def slots(self, m, starts_beat):
        """Slots of the beat that are not done before this cycle, and the register that keeps them.

        Both are None where every beat has one cycle.
        """
        slots = self.config.operations.slots(self.mode)
        if isinstance(slots, int):
            assert slots <= self.config.operations.slots_per_cycle(self.config)
            return None, None
        left, now = Signal(len(slots), name="slots_left", reset_less=True), Signal(len(slots), name="slots")
        m.d.comb += now.eq(Mux(starts_beat, slots, left))
        return now, left

    def spaced(self, m, step, last, begun):
        """Whether the results of the job before leave room for this step."""
        rows, cols = self.config.rows, self.config.cols
        pause = 0 if self.config.result_buffer else rows - 1
        longest = max(cols - 1, pause)
        if longest == 0:
            return 1
        since = Signal(range(longest + 1), init=longest)  # full cycles since the last `last`
        with m.If(step & last):
            m.d.sync += since.eq(0)
        with m.Elif(self.proceed & (since != longest)):
            m.d.sync += since.eq(since + 1)
        spaced = ~last | (since >= cols - 1) if cols > 1 else 1
        return spaced & (begun | (since >= pause)) if pause else spaced

    def check(self, m):
        """Whether the job that is offered must be refused, and why; the first reason in order of the codes."""
        supported, mode = self.config.operations.supported(self.config), self.job.payload.mode
        failures = []
        for code, field in enumerate(FIELDS, start=1):
            allowed = [number - field.bias for number in supported[field.name]]
            value = mode[field.name]
            if allowed == list(range(1 << field.bits)):
                continue
            if allowed == list(range(allowed[0], allowed[-1] + 1)):
                below = [value < allowed[0]] if allowed[0] else []
                above = [value > allowed[-1]] if allowed[-1] < (1 << field.bits) - 1 else []
                failures.append((Reason(code), Cat(below, above).any()))
            else:
                failures.append((Reason(code), ~value.matches(*allowed)))
        failures += self.config.operations.refused(self.config, mode)
        failures.append((Reason.NO_CHUNKS, self.job.payload.chunks == 0))
        refused = Signal()
        reason = Signal(REASON_BITS)
        for code, failed in reversed(failures):
            with m.If(failed):
                m.d.comb += [refused.eq(1), reason.eq(code)]
        return refused, reason
