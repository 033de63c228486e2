"""What begins and ends a record EXEC: it keeps the record, refuses what cannot run, and stops at the first error.

::

    cycle     0       1        2 ...                     n       n + 1
    begin     1
    start             1        units run
    done                                                 1
    ended                                                        1

What units tell is looked at in the next cycle: nothing in them depends on what becomes of the record in the same one.
A record that must stop is abandoned: ``abort`` resets the units for one cycle, and the record has ended in the next
one. That happens with an error of its own. With ``stop``, an error elsewhere, a record goes on to its end, unless there
is no progress for ``PATIENCE`` cycles. ``chunks`` is compared with taps times blocks, added up bit by bit while the
first group is filled.
"""

from amaranth.hdl import Cat, Module, Mux, Signal, Value
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS, Error
from lowtide.common.records.execute import Exec, Source

from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from ..memory.ports import record_layout
from ..memory.weight_memory import PACKINGS
from ..mode.reasons import REASON_BITS
from ..mode.word import WORD_BITS, ModeWord
from ..post.elements import planes

__all__ = ["PATIENCE", "RECORD", "ExecControl"]

PATIENCE = 1 << 12  #: cycles without progress, more than any beat of any kind takes

RECORD = record_layout(*(field.name for field in Exec.layout()))  #: every field of a record EXEC
_HEADER = ("kind", "take_a", "take_b", "give_a", "give_b", "reserved")
_PLANES = ("plane_step", "out_plane_step")


class ExecControl(Unit):
    """One record EXEC at a time.

    Ports
    -----
    record : in, :data:`RECORD`
        In the cycle of ``begin``.
    begin : in, 1 bit
        For one cycle, while no record runs.
    stop : in, 1 bit
        Abandon the record that runs if it does not go on.
    progress : in, 1 bit
        It does, in this cycle.
    held : out, :data:`RECORD`
        The record, from the cycle behind ``begin`` to its end; 0 in its header, and where no kind of values that is
        built needs a field.
    start : out, 1 bit
        For one cycle: units begin with ``held``.
    abort : out, 1 bit
        For one cycle: units give up and are as after reset.
    done : in, 1 bit
        For one cycle: all of it is written.
    refused, beyond, failed, overflow : in, 1 bit
        What is wrong: fields that ask for what is not built (in the cycle of ``start``), an access beyond a local
        memory, the engine's error flag, a sum beyond 32 bits.
    engine_reason : in, REASON_BITS bits
    ended : out, 1 bit
        For one cycle: the record has ended.
    error : out, ERROR_BITS bits
        For one cycle, before ``ended``: a code of :class:`lowtide.common.records.errors.Error`, else 0.
    reason : out, REASON_BITS bits
        With the error ENGINE: the engine's reason.
    active : out, 1 bit
        A record runs.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.top}_exec_control",
            {
                "record": In(RECORD),
                "begin": In(1),
                "stop": In(1),
                "progress": In(1),
                "held": Out(RECORD),
                "start": Out(1),
                "abort": Out(1),
                "done": In(1),
                "refused": In(1),
                "beyond": In(1),
                "failed": In(1),
                "overflow": In(1),
                "engine_reason": In(REASON_BITS),
                "ended": Out(1),
                "error": Out(ERROR_BITS),
                "reason": Out(REASON_BITS),
                "active": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        held, kept = Signal(RECORD), Signal(record_layout(*self.kept()), reset_less=True)
        m.d.comb += [held[name].eq(kept[name] if name in kept.shape().members else 0) for name in RECORD.members]
        running, idle = Signal(), Signal(init=1)
        m.d.comb += running.eq(~idle)
        abandoned = Signal()
        wrong_now, error, done = Signal(ERROR_BITS), Signal(ERROR_BITS), Signal()  # of this cycle; of the one before
        reason = Signal(REASON_BITS, reset_less=True)
        quiet = Signal(range(PATIENCE))  # cycles without progress
        m.d.sync += quiet.eq(Mux(self.stop & ~self.progress, quiet + 1, 0))
        out_of_range = Signal()
        m.d.comb += out_of_range.eq((self.start & (self.refused | self.unfit(held))) | self.wrong_chunks(m, held))
        for code, wrong in reversed(
            (
                (Error.RANGE, out_of_range),
                (Error.ADDRESS, self.beyond),
                (Error.ENGINE, self.failed),
                (Error.OVERFLOW, self.overflow),
            )
        ):
            with m.If(wrong):
                m.d.comb += wrong_now.eq(code)
        m.d.comb += [
            self.held.eq(held),
            self.error.eq(Mux(running, error, Error.NONE)),
            self.reason.eq(reason),
            self.abort.eq(running & ((quiet == PATIENCE - 1) | (error != Error.NONE))),
            self.ended.eq((running & done & ~self.abort) | abandoned),
            self.active.eq(running),
        ]
        m.d.sync += [
            self.start.eq(self.begin),
            abandoned.eq(self.abort),
            error.eq(Mux(running & ~self.abort, wrong_now, Error.NONE)),
            done.eq(running & self.done & ~self.abort),
            reason.eq(self.engine_reason),
        ]
        with m.If(idle):  # not with ``begin``, which comes late and would go to each of these registers
            m.d.sync += [kept[name].eq(self.record[name]) for name in kept.shape().members]
        with m.If(self.begin):
            m.d.sync += idle.eq(0)
        with m.Elif(done | self.abort):
            m.d.sync += idle.eq(1)

    def kept(self) -> list[str]:
        """Fields that anything needs."""
        dropped = _HEADER if planes(self.config) else (*_HEADER, *_PLANES)
        return [name for name in RECORD.members if name not in dropped]

    def unfit(self, record: data.View) -> Value:
        """Whether fields do not fit the mode, or each other: what post-processing does not know."""
        array, vector = self.config.array, record.source != Source.ENGINE
        mode = data.View(ModeWord, record.mode[:WORD_BITS])
        narrow = [
            holds & (record.weight_packing == packing)
            for bits, holds in array.pe.element_sizes(array, mode, "w")
            for packing, beats in enumerate(PACKINGS)
            if bits < beats
        ]
        pixels = Cat(record.out_rows != 1, record.out_columns != 1).any()
        return Cat(
            record.mode[WORD_BITS:].any(),
            vector & (record.blocks != 1),
            *(~vector & each for each in narrow),
            *([record.top_k.any() & pixels] if self.config.top_k else []),
        ).any()

    def wrong_chunks(self, m: Module, record: data.View) -> Value:
        """Whether ``chunks`` is not taps times blocks: for one cycle, as many cycles after ``start`` as taps have
        bits."""
        bits = len(record.taps)
        taps = Signal(bits, reset_less=True)
        addend = Signal(bits + len(record.blocks), reset_less=True)
        total = Signal(len(addend), reset_less=True)
        left, told = Signal(range(bits + 1)), Signal()
        with m.If(self.start):
            m.d.sync += [taps.eq(record.taps), addend.eq(record.blocks), total.eq(0), left.eq(bits)]
        with m.Elif(left != 0):
            m.d.sync += [
                total.eq(total + Mux(taps[0], addend, 0)),
                taps.eq(taps >> 1),
                addend.eq(addend << 1),
                left.eq(left - 1),
            ]
        m.d.sync += told.eq(~self.start & (left == 1))
        return told & (total != record.chunks)
