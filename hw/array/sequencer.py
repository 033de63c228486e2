"""Sequencer: turns jobs into beats. One job runs, the next one waits, so that no cycle is lost between them.

Each cycle it either takes a *step* (control bits go into the array and the encoders) or leaves a bubble, because an
operand is missing or because the results of the job before must leave first:

- results leave one column a cycle, so two ``last`` steps are at least ``cols`` cycles apart;
- without result buffer a column leaves when its bottom row is done, so a job waits ``rows - 1`` cycles for the one
  before.

A job makes one or more passes over its chunks, a chunk takes a beat of one or more rounds, a round has slots, of which
``slots_per_cycle`` are done in each step (:class:`lowtide.hw.pe.kind.time.Time`). Operands are taken in the first step
of a beat.
"""

from amaranth.hdl import Cat, Const, Mux, Signal
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..config.array_config import CHUNK_BITS, TAIL_BITS
from ..logic.unit import Unit
from ..mode.reasons import REASON_BITS, Reason
from ..mode.word import FIELDS, ModeWord
from ..pe.base import control_layout, encoder_control_layout
from ..pe.kind import Beat
from .decoder import refused_formats, uses_codebook

__all__ = ["JobLayout", "Sequencer"]

#: Payload of the ``job`` stream: mode word, number of chunks, values in the last of them less one.
JobLayout = data.StructLayout({"mode": ModeWord, "chunks": CHUNK_BITS, "tail": TAIL_BITS})


class Sequencer(Unit):
    """Jobs to beats.

    Ports: ``proceed`` (0 freezes), stream ``job``, ``x_valid`` and ``w_valid``, ``take`` (both operands are taken in
    this cycle), ``mode`` of the running job, ``used`` (values of this chunk that count), ``control`` for the array,
    ``west`` and ``north`` for the edges, ``refused`` and its ``reason`` (one cycle, a job was not accepted),
    ``running``, ``codebooks`` (those that jobs use).
    """

    def __init__(self, config):
        self.config = config
        super().__init__(
            f"{config.name}_sequencer",
            {
                "proceed": In(1),
                "job": In(stream.Signature(JobLayout)),
                "x_valid": In(1),
                "w_valid": In(1),
                "take": Out(1),
                "mode": Out(ModeWord),
                "used": Out(config.chunk),
                "control": Out(control_layout(config)),
                "west": Out(encoder_control_layout(config, "west")),
                "north": Out(encoder_control_layout(config, "north")),
                "refused": Out(1),
                "reason": Out(REASON_BITS),
                "running": Out(1),
                "codebooks": Out(2),
            },
        )

    def build(self, m):
        config, kind = self.config, self.config.pe
        waiting = Signal()
        job = Signal(JobLayout, reset_less=True)  # the job that waits
        running = Signal()
        tail = Signal(TAIL_BITS, reset_less=True)  # of the running job
        chunks = Signal(CHUNK_BITS, reset_less=True)  # chunks left of its pass
        begun = Signal()  # its first beat has begun
        in_round = Signal()  # a round is under way
        in_beat = Signal()  # a beat is
        starts = Signal()
        ends_round = Signal()
        ends_beat = Signal()
        closes = Signal()  # the chunk is the last of its pass
        step = Signal()
        last = Signal()
        finished = Signal()
        load = Signal()
        slots, slots_left = remaining(m, "slots", kind.slots(config, self.mode), starts)
        rounds, rounds_left = remaining(m, "rounds", kind.rounds(config, self.mode), ~in_beat)
        per_cycle = kind.slots_per_cycle(config)

        m.d.comb += [
            starts.eq(~in_round),
            ends_round.eq(1 if slots is None else slots <= per_cycle),
            ends_beat.eq(ends_round & (1 if rounds is None else rounds == 1)),
            closes.eq(chunks == 1),
            step.eq(
                self.proceed & running & (in_beat | (self.x_valid & self.w_valid)) & self.spaced(m, step, last, begun)
            ),
            self.take.eq(step & ~in_beat),
            finished.eq(step & last),
        ]
        opens, passes = self.passes(m, load, job, step & ends_beat & closes)
        m.d.comb += last.eq(ends_beat & closes & (1 if passes is None else passes.last))
        with m.If(step):
            m.d.sync += [in_round.eq(~ends_round), in_beat.eq(~ends_beat), begun.eq(1)]
            if slots is not None:
                m.d.sync += slots_left.eq(slots - per_cycle)
            if rounds is not None:
                m.d.sync += rounds_left.eq(rounds - ends_round)
            with m.If(ends_beat):
                m.d.sync += [chunks.eq(chunks - 1), *([opens.eq(closes)] if passes is not None else [])]
                if passes is not None:
                    with m.If(closes):
                        m.d.sync += chunks.eq(self.again)

        accepted = Signal()
        refused, reason = self.check(m)
        m.d.comb += [
            load.eq(waiting & (~running | finished)),
            self.job.ready.eq(~waiting | load),
            accepted.eq(self.job.valid & self.job.ready & ~refused),
            self.refused.eq(self.job.valid & self.job.ready & refused),
            self.reason.eq(reason),
            self.running.eq(running),
        ]
        with m.If(load | finished):
            m.d.sync += [
                running.eq(load),
                begun.eq(0),
                in_beat.eq(0),
                in_round.eq(0),
                chunks.eq(job.chunks),
                tail.eq(job.tail),
                self.mode.eq(job.mode),
            ]
            if passes is not None:
                m.d.sync += [self.again.eq(job.chunks), opens.eq(1)]
        with m.If(self.job.ready):
            m.d.sync += [waiting.eq(accepted), job.eq(self.job.payload)]

        for book in range(2):
            used = [
                valid & uses_codebook(mode) & (mode.codebook == book)
                for valid, mode in ((running, self.mode), (waiting, job.mode))
            ]
            m.d.comb += self.codebooks[book].eq(Cat(used).any())
        values = Signal(TAIL_BITS + 1)  # of this chunk
        m.d.comb += [
            values.eq(Mux(closes, tail + 1, kind.values(config, self.mode))),
            self.used.eq(Cat(values > value for value in range(config.chunk))),
        ]
        beat = Beat(
            step=step,
            slots=slots,
            rounds=rounds,
            starts=starts,
            opens=opens,
            closes=closes,
            tail=tail,
            control=None if passes is None else passes.control,
        )
        m.d.comb += [
            self.control.valid.eq(step),
            self.control.beat.eq(step & starts),
            self.control.first.eq(step & ~begun),
            self.control.last.eq(finished),
        ]
        for where, port in (("pe", self.control), ("west", self.west), ("north", self.north)):
            bits = kind.control_values(config, where, self.mode, beat)
            m.d.comb += [port[name].eq(bits[name]) for name in kind.control(config, where)]
            if where != "pe":
                m.d.comb += [
                    port.beat.eq(self.take),
                    port.start.eq(step & starts),
                    port.step.eq(step),
                    port.final.eq(step & ends_beat),
                ]

    def passes(self, m, load, job, step):
        """Whether this is the first chunk of a pass, and the outputs of the kind's pass sequencer; None without one."""
        unit = self.config.pe.pass_sequencer(self.config)
        if unit is None:
            return Const(1), None
        self.again = Signal(CHUNK_BITS, name="chunks_of_a_pass", reset_less=True)
        return Signal(name="opens"), self.place(m, "passes", unit, start=load, mode=job.mode, step=step)

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
        """Whether the job that is offered must be refused, and why; the first reason in order of the checks."""
        supported, mode = self.config.pe.supported(self.config), self.job.payload.mode
        failures = []
        for field in FIELDS:
            allowed = [number - field.bias for number in supported[field.name]]
            value = mode[field.name]
            if allowed == list(range(1 << field.bits)):
                continue
            if allowed == list(range(allowed[0], allowed[-1] + 1)):
                below = [value < allowed[0]] if allowed[0] else []
                above = [value > allowed[-1]] if allowed[-1] < (1 << field.bits) - 1 else []
                failures.append((Reason(field.reason), Cat(below, above).any()))
            else:
                failures.append((Reason(field.reason), ~value.matches(*allowed)))
        kind = self.config.pe
        failures += [(Reason.FORMAT, refused) for refused in refused_formats(self.config, mode)]
        if (refused := kind.refused(self.config, mode)) is not None:
            failures.append((kind.refusal_reason, refused))
        failures += [
            (Reason.NO_CHUNKS, self.job.payload.chunks == 0),
            (Reason.TAIL_TOO_LONG, self.job.payload.tail >= kind.values(self.config, mode)),
        ]
        refused = Signal()
        reason = Signal(REASON_BITS)
        for code, failed in reversed(failures):
            with m.If(failed):
                m.d.comb += [refused.eq(1), reason.eq(code)]
        return refused, reason


def remaining(m, name, count, restart):
    """What is left of ``count`` before this cycle, and the register that keeps it; both None where it is always done at
    once."""
    if isinstance(count, int):
        assert count == 1
        return None, None
    left, now = Signal(len(count), name=f"{name}_left", reset_less=True), Signal(len(count), name=name)
    m.d.comb += now.eq(Mux(restart, count, left))
    return now, left
