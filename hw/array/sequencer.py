"""Sequencer: turns jobs into beats. One job runs, the next one waits, so that no cycle is lost between them.

Each cycle it either takes a *step* (control bits go into the array and the encoders) or leaves a bubble, because an
operand is missing or because the results of the job before must leave first:

- results leave one column a cycle, so two ``last`` steps are at least ``cols`` cycles apart;
- without result buffer a column leaves when its bottom row is done, so a job waits for the one before, ``rows - 1``
  cycles where PEs have operands of their own (:attr:`lowtide.hw.config.array_config.ArrayConfig.pause`).

A job makes one or more passes over its chunks, a chunk takes a beat of one or more rounds, a round has slots, of which
``slots_per_cycle`` are done in each step (:class:`lowtide.hw.pe.kind.time.Time`). Operands are taken in the first step
of a beat.
"""

from types import SimpleNamespace

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from ..config.array_config import CHUNK_BITS, ArrayConfig
from ..logic.unit import Unit
from ..mode.reasons import REASON_BITS
from ..mode.word import ModeWord
from ..pe.control_bits import control_layout, encoder_control_layout
from ..pe.kind import Beat
from .decoder import uses_codebook
from .job import JobLayout, offered_job
from .remaining import counted, remaining
from .steps import steps_and_finish
from .used_values import look_ahead, used_values

__all__ = ["Sequencer"]


class Sequencer(Unit):
    """Jobs to beats.

    Ports
    -----
    proceed : in, 1 bit
        0 freezes.
    job : in, stream of :data:`lowtide.hw.array.job.JobLayout`
    x_valid, w_valid : in, 1 bit
        An operand is there.
    take : out, 1 bit
        Both operands are taken in this cycle.
    mode : out, ModeWord
        Of the running job.
    used : out, one bit for each value of the largest chunk
        Values of this chunk that count.
    control, west, north : out, :func:`control_layout` and :func:`encoder_control_layout`
        Control bits for the array and for the edges.
    refused : out, 1 bit
        For one cycle: a job was not accepted.
    reason : out, REASON_BITS bits
        Why, in that cycle.
    running : out, 1 bit
        A job runs.
    codebooks : out, 2 bits
        Codebooks that jobs use.
    """

    def __init__(self, config: ArrayConfig) -> None:
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

    def build(self, m: Module) -> None:
        config, kind = self.config, self.config.pe
        waiting = Signal()
        job = Signal(JobLayout, reset_less=True)  # the job that waits
        running = Signal()
        tail = Signal(bits_for(config.chunk - 1), reset_less=True)  # of the running job: values of its last chunk - 1
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
        per_cycle = kind.slots_per_cycle(config)
        if config.pipeline:
            counts = kind.slots(config, job.mode), kind.rounds(config, job.mode)
            slots = counted(m, "slots", counts[0], starts=load, steps=step, per_step=per_cycle)
            rounds = counted(m, "rounds", counts[1], starts=load, steps=step & ends_round, per_step=1)
        else:
            slots = remaining(m, "slots", kind.slots(config, self.mode), starts, lambda now: now <= per_cycle)
            rounds = remaining(m, "rounds", kind.rounds(config, self.mode), ~in_beat, lambda now: now == 1)

        steps, finishes = steps_and_finish(
            m,
            config,
            proceed=self.proceed,
            operands=in_beat | (self.x_valid & self.w_valid),
            running=running,
            begun=begun,
            last=last,
            step=step,
            finished=finished,
        )
        m.d.comb += [
            starts.eq(~in_round),
            ends_round.eq(1 if slots is None else slots.ends),
            ends_beat.eq(ends_round & (1 if rounds is None else rounds.ends)),
            *([] if config.pipeline else [closes.eq(chunks == 1)]),
            step.eq(steps),
            self.take.eq(step & ~in_beat),
            finished.eq(finishes),
        ]
        opens, passes = self.passes(m, load, job, step & ends_beat & closes)
        m.d.comb += last.eq(ends_beat & closes & (1 if passes is None else passes.last))
        with m.If(step):
            m.d.sync += [in_round.eq(~ends_round), in_beat.eq(~ends_beat), begun.eq(1)]
            if slots is not None and slots.left is not None:
                m.d.sync += slots.left.eq(slots.now - per_cycle)
            if rounds is not None and rounds.left is not None:
                m.d.sync += rounds.left.eq(rounds.now - ends_round)
            with m.If(ends_beat):
                m.d.sync += [chunks.eq(chunks - 1), *([opens.eq(closes)] if passes is not None else [])]
                if passes is not None:
                    with m.If(closes):
                        m.d.sync += chunks.eq(self.again)

        accepted = Signal()
        offered = offered_job(m, config, self.job)
        m.d.comb += [
            load.eq(waiting & (~running | finished)),
            offered.ready.eq(~waiting | (~running if self.asks_early else load)),
            accepted.eq(offered.valid & offered.ready & ~offered.refused),
            self.refused.eq(offered.valid & offered.ready & offered.refused),
            self.reason.eq(offered.reason),
            self.running.eq(running),
        ]
        with m.If(load | finished):
            m.d.sync += [
                running.eq(load),
                begun.eq(0),
                in_beat.eq(0),
                in_round.eq(0),
                chunks.eq(job.chunks),
                tail.eq(job.tail),  # a longer one is refused
                self.mode.eq(job.mode),
            ]
            if passes is not None:
                m.d.sync += [self.again.eq(job.chunks), opens.eq(1)]
        if self.asks_early:
            with m.If(load):
                m.d.sync += waiting.eq(0)
        with m.If(offered.ready):
            m.d.sync += [waiting.eq(accepted), job.eq(offered.payload)]
            for number, count in ((slots, kind.slots), (rounds, kind.rounds)):
                if number is not None and number.waiting is not None:
                    m.d.sync += number.waiting.eq(count(config, offered.payload.mode))

        for book in range(2):
            used = [
                valid & uses_codebook(mode) & (mode.codebook == book)
                for valid, mode in (
                    (running, self.mode),
                    (waiting, job.mode),
                    *((each.valid, each.job.mode) for each in offered.arrivals),
                )
            ]
            m.d.comb += self.codebooks[book].eq(Cat(used).any())
        if config.pipeline:
            goes_on = chunks == 2 if passes is None else Mux(closes, self.again == 1, chunks == 2)
            look_ahead(
                m,
                config,
                job,
                starts=load | finished,
                steps=step & ends_beat,
                goes_on=goes_on,
                closes=closes,
                used=self.used,
            )
        else:
            m.d.comb += self.used.eq(used_values(m, config, self.mode, tail=tail, closes=closes))
        beat = Beat(
            step=step,
            slots=Const(1) if slots is None else slots.now,
            rounds=Const(1) if rounds is None else rounds.now,
            starts=starts,
            opens=opens,
            closes=closes,
            tail=tail,
            control=data.View(data.StructLayout({}), Const(0, 0)) if passes is None else passes.control,
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

    @property
    def asks_early(self) -> bool:
        """Whether the place of the job that waits takes the next one a cycle after its job has begun, so that nothing
        on the way into it depends on a step. No cycle is lost: where a job follows another one its last step is at
        least two cycles later."""
        return self.config.pipeline > 0 and self.config.cols > 1

    def passes(self, m: Module, load: Value, job: data.View, step: Value) -> tuple[Value, SimpleNamespace | None]:
        """Whether this is the first chunk of a pass, and the outputs of the kind's pass sequencer, None without one."""
        unit = self.config.pe.pass_sequencer(self.config)
        if unit is None:
            return Const(1), None
        self.again = Signal(CHUNK_BITS, name="chunks_of_a_pass", reset_less=True)
        return Signal(name="opens"), self.place(m, "passes", unit, start=load, mode=job.mode, step=step)
