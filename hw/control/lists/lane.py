"""What stands before an engine: its next record, which is checked while one runs, and what is counted of that one.

A record begins when the engine is free, the record is checked, its tokens are there, and the entry of the record before
it has left; then its fields are copied by the engine and the registers take the next one.
"""

from amaranth.hdl import Const, Module, Mux, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS, Error
from lowtide.common.records.execute import Exec
from lowtide.common.records.record import RECORD_BYTES

from ...logic.unit import Unit
from ...post.widths import EXTREMES
from ..record_words import RECORDS, out_of_range, record_layout
from .dispatch import NUMBER_BITS
from .tokens import TOKEN_BITS

__all__ = ["COUNTER_BITS", "Lane", "entry_layout"]

COUNTER_BITS = 32  #: of cycles and beats
_COUNTS = ("cycles", "active", "bus_waits", "beats")  # while a record runs


def entry_layout() -> data.StructLayout:
    """What is told of a record that has ended, 32 bytes."""
    return data.StructLayout(
        {
            "number": NUMBER_BITS,
            "unused": 4,
            "kind": 4,
            **{name: COUNTER_BITS for name in ("begun", "cycles", "token_waits", "active", "bus_waits", "beats")},
            "zero": COUNTER_BITS,
        }
    )


class Lane(Unit):
    """The registers of an engine's next record.

    Parameters
    ----------
    name : str
    engine : str
        One of ENGINES.
    bus_bits : int
        Width of a word.
    measures : bool
        Its entry has, in place of ``bus_waits`` and ``beats``, what it measures.

    Ports
    -----
    stop : in, 1 bit
        No record begins any more; the one that waits is dropped.
    write, whole, index, data, error, number : in
        A word of the next record, whether it is the last one (only with ``write``), and then the record's error and
        number.
    free : out, 1 bit
        Words are taken.
    record : out, layout of the record
        The next one.
    check : out, 1 bit
        For one cycle: it is whole.
    checked, check_error : in, 1 and ERROR_BITS bits
        It is checked, with this error.
    allowed : in, 1 bit
        Its tokens are there.
    begins : out, 1 bit
        For one cycle.
    fails, code : out, 1 and ERROR_BITS bits
        For one cycle, in the place of ``begins``: it has an error.
    next_number : out, NUMBER_BITS bits
        Its number.
    waiting : out, 1 bit
        There is one.
    ended : in, 1 bit
        For one cycle, of the engine.
    running, running_number : out, 1 and NUMBER_BITS bits
        A record runs; its number, also when it has ended.
    give_a, give_b : out, 3 bits
        Its tokens.
    active, waits, beat : in, 1 bit
        What is counted: cycles in which the engine works, in which it waits for the bus, beats of the bus.
    smallest, largest : in, COUNTER_BITS bits
        What a record has measured that has ended; only where it ``measures``.
    cycle : in, COUNTER_BITS bits
        Since the list began.
    profiled : in, 1 bit
        Entries are wanted.
    entry : out, stream of :func:`entry_layout`
    """

    def __init__(self, name: str, engine: str, bus_bits: int, *, measures: bool = False) -> None:
        self.kind, self.bus_bits, self.measures = RECORDS[engine], bus_bits, measures
        self.words = 8 * RECORD_BYTES // bus_bits
        super().__init__(
            name,
            {
                "stop": In(1),
                "write": In(1),
                "whole": In(1),
                "index": In(range(2 * self.words)),
                "data": In(bus_bits),
                "error": In(ERROR_BITS),
                "number": In(NUMBER_BITS),
                "free": Out(1),
                "record": Out(record_layout(self.kind)),
                "check": Out(1),
                "checked": In(1),
                "check_error": In(ERROR_BITS),
                "allowed": In(1),
                "begins": Out(1),
                "fails": Out(1),
                "code": Out(ERROR_BITS),
                "next_number": Out(NUMBER_BITS),
                "waiting": Out(1),
                "ended": In(1),
                "running": Out(1),
                "running_number": Out(NUMBER_BITS),
                "give_a": Out(TOKEN_BITS),
                "give_b": Out(TOKEN_BITS),
                "active": In(1),
                "waits": In(1),
                "beat": In(1),
                **({what: In(COUNTER_BITS) for what in EXTREMES} if measures else {}),
                "cycle": In(COUNTER_BITS),
                "profiled": In(1),
                "entry": Out(stream.Signature(entry_layout())),
            },
        )

    def build(self, m: Module) -> None:
        layout = record_layout(self.kind)
        bits, running, waiting, tells = Signal(layout.size, reset_less=True), Signal(), Signal(), Signal()
        number, error = Signal(NUMBER_BITS, reset_less=True), Signal(ERROR_BITS, reset_less=True)
        quiet = Signal(init=1)  # no entry waits: the opposite of ``tells``, which has every bit of the entry to drive
        partly = Signal()  # words have come, the last has not
        found = Signal(ERROR_BITS)
        ready = Signal()
        m.d.comb += [
            self.free.eq(~(waiting | self.whole)),
            self.record.as_value().eq(bits),
            self.waiting.eq(waiting | partly | self.write),
            self.next_number.eq(number),
            self.running.eq(running),
            self.running_number.eq(self.entry.payload.number),
            self.code.eq(found),
            ready.eq(waiting & self.checked & ~running & self.allowed & ~self.stop & quiet),
            self.begins.eq(ready & (found == 0)),
            self.fails.eq(ready & (found != 0)),
        ]
        wrong: Value = Const(0, 1)  # movers have a check
        if self.kind is Exec:
            wrong = Signal(name="wrong")
            m.d.sync += wrong.eq(out_of_range(self.kind, self.record))
        told = Mux(wrong, Const(Error.RANGE, ERROR_BITS), self.check_error)
        # the lowest code is told: an error of the words is RESERVED, the lowest, or BUS, which makes the others void
        m.d.comb += found.eq(Mux(error != 0, error, told))
        for place in range(-(-layout.size // self.bus_bits)):
            part = bits[place * self.bus_bits : (place + 1) * self.bus_bits]
            with m.If(self.write & (self.index == place)):
                m.d.sync += part.eq(self.data)
        m.d.sync += self.check.eq(self.whole)
        with m.If(self.write):
            m.d.sync += [number.eq(self.number), partly.eq(~self.whole)]
        with m.If(self.whole):
            m.d.sync += [waiting.eq(1), error.eq(self.error)]
        with m.Elif(ready):
            m.d.sync += waiting.eq(0)
        with m.If(self.stop):
            m.d.sync += [waiting.eq(0), partly.eq(0)]
        with m.If(self.begins):
            m.d.sync += [running.eq(1), self.give_a.eq(self.record.give_a), self.give_b.eq(self.record.give_b)]
        with m.Elif(self.ended):
            m.d.sync += running.eq(0)
        self.counters(m, number, waiting & self.checked & ~running & quiet, tells, quiet)

    def counters(self, m: Module, number: Signal, idle: Signal, tells: Signal, quiet: Signal) -> None:
        """Counts what the record does; its entry waits to be taken when it has ended."""
        counts = {name: Signal(COUNTER_BITS, name=name, reset_less=True) for name in _COUNTS}
        last_number = Signal(NUMBER_BITS, reset_less=True)
        begun, waited = (Signal(COUNTER_BITS, name=name, reset_less=True) for name in ("begun", "waited"))
        token_waits = Signal(COUNTER_BITS)  # of the next record
        told: dict[str, Value] = dict(counts)
        if self.measures:  # its engine is no client of the bus
            told |= {"bus_waits": self.smallest, "beats": self.largest}
        m.d.comb += [
            self.entry.valid.eq(tells),
            self.entry.payload.number.eq(last_number),
            self.entry.payload.unused.eq(0),
            self.entry.payload.kind.eq(int(self.kind.kind)),
            self.entry.payload.begun.eq(begun),
            self.entry.payload.token_waits.eq(waited),
            *(self.entry.payload[name].eq(value) for name, value in told.items()),
            self.entry.payload.zero.eq(0),
        ]
        with m.If(self.begins | self.fails):
            m.d.sync += [last_number.eq(number), begun.eq(self.cycle), waited.eq(token_waits), token_waits.eq(0)]
            m.d.sync += [count.eq(0) for count in counts.values()]
        with m.Else():
            m.d.sync += token_waits.eq(Mux(self.stop, 0, token_waits + (idle & ~self.allowed)))
            with m.If(self.running):
                happens = {"cycles": 1, "active": self.active, "bus_waits": self.waits, "beats": self.beat}
                m.d.sync += [counts[name].eq(counts[name] + happens[name]) for name in _COUNTS]
        with m.If(self.ended):
            m.d.sync += [tells.eq(self.profiled), quiet.eq(~self.profiled)]
        with m.Elif(self.entry.ready):
            m.d.sync += [tells.eq(0), quiet.eq(1)]
