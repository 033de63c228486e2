"""Takes the words of a list apart into records and hands each to its engine, in order.

A record goes word by word into the registers of its engine's lane, as soon as the one before it has left them. END,
WAIT and whatever is no record wait until every lane is empty.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS, Error
from lowtide.common.records.kinds import End, Wait
from lowtide.common.records.record import RECORD_BYTES, Kind, Record

from ...logic.unit import Unit
from ..record_words import KIND_BITS, RECORDS, mask_of
from .fetch import word_layout
from .tokens import ENGINES

__all__ = ["NUMBER_BITS", "Dispatch"]

NUMBER_BITS = 24  #: of the number of a record in its list


class Dispatch(Unit):
    """Words of a list to the lanes of the engines.

    Parameters
    ----------
    name : str
    bus_bits : int
        Width of a word.

    Ports
    -----
    start : in, 1 bit
        A list begins.
    stop : in, 1 bit
        Nothing is taken any more.
    word : in, stream of :func:`lowtide.hw.control.lists.fetch.word_layout`
    ENGINE_free : in, 1 bit
        The lane takes a record.
    ENGINE_write : out, 1 bit
        A word for the lane: ``data``, the ``index``-th of its record.
    ENGINE_whole : out, 1 bit
        It is the last one.
    data : out, bus_bits bits
    index : out
    error : out, ERROR_BITS bits
        With the last word of a record: RESERVED, BUS or NONE.
    number : out, NUMBER_BITS bits
        Of the record that is taken apart.
    empty : in, 1 bit
        All lanes are.
    ends, waits : out, 1 bit
        For one cycle, all lanes are empty: END; WAIT.
    resume : in, 1 bit
        The list goes on behind WAIT.
    waiting : out, 1 bit
        It does not yet.
    fails : out, 1 bit
        For one cycle, all lanes are empty: no record, with ``code``.
    code : out, ERROR_BITS bits
    """

    def __init__(self, name: str, bus_bits: int) -> None:
        self.bus_bits = bus_bits
        self.words = 8 * RECORD_BYTES // bus_bits  # of 64 bytes
        ports: dict[str, object] = {
            "start": In(1),
            "stop": In(1),
            "word": In(stream.Signature(word_layout(bus_bits))),
        }
        for engine in ENGINES:
            ports |= {f"{engine}_free": In(1), f"{engine}_write": Out(1), f"{engine}_whole": Out(1)}
        ports |= {
            "data": Out(bus_bits),
            "index": Out(range(2 * self.words)),
            "error": Out(ERROR_BITS),
            "number": Out(NUMBER_BITS),
            "empty": In(1),
            "ends": Out(1),
            "waits": Out(1),
            "resume": In(1),
            "waiting": Out(1),
            "fails": Out(1),
            "code": Out(ERROR_BITS),
        }
        super().__init__(name, ports)

    def build(self, m: Module) -> None:
        kind, first = Signal(KIND_BITS), Signal(init=1)  # of the word that is next: its record's; the first of it
        held_kind = Signal(KIND_BITS, reset_less=True)
        held_to = Signal(len(ENGINES), reset_less=True)  # its engine
        index = Signal(range(2 * self.words))
        blocked, code = Signal(), Signal(ERROR_BITS, reset_less=True)  # a record that waits for all lanes; its error
        reserved, bad = Signal(), Signal()  # in the words of this record before this one
        is_reserved, is_bad = Signal(), Signal()  # up to this one
        word = self.word.payload
        m.d.comb += [
            kind.eq(Mux(first, word.data[:KIND_BITS], held_kind)),
            is_bad.eq(word.bad | (bad & ~first)),
            is_reserved.eq(self.reserved(kind, index, word.data) | (reserved & ~first)),
            self.data.eq(word.data),
            self.index.eq(index),
        ]
        lost = Signal()  # there is no first word or it is bad, so nothing is known of the record
        ends_outside = Signal()  # it is EXEC, whose second half is not there: its lane is told so
        m.d.comb += [lost.eq(first & (word.outside | word.bad)), ends_outside.eq(word.outside & ~first)]
        to = {engine: Signal(name=f"to_{engine}") for engine in ENGINES}
        m.d.comb += Cat(to.values()).eq(Mux(first, word.to, held_to))
        free = Cat(to[engine] & getattr(self, f"{engine}_free") for engine in ENGINES).any()
        goes, last, lane = Signal(), Signal(), Signal()
        m.d.comb += [
            lane.eq(Cat(to.values()).any() & ~lost),
            last.eq(lost | ends_outside | (index == Mux(to["exec"], 2 * self.words - 1, self.words - 1))),
            self.word.ready.eq(~blocked & ~self.stop & (~lane | free)),
            goes.eq(self.word.valid & self.word.ready),
            self.error.eq(
                Mux(
                    ends_outside,
                    Const(Error.WINDOW, ERROR_BITS),
                    Mux(is_reserved, Const(Error.RESERVED, ERROR_BITS), Mux(is_bad, Const(Error.BUS, ERROR_BITS), 0)),
                )
            ),
        ]
        for engine in ENGINES:
            writes = goes & to[engine] & ~lost
            m.d.comb += [
                getattr(self, f"{engine}_write").eq(writes),
                getattr(self, f"{engine}_whole").eq(writes & last),
            ]
        with m.If(goes):
            m.d.sync += [
                index.eq(Mux(last, 0, index + 1)),
                first.eq(last),
                held_kind.eq(kind),
                held_to.eq(Cat(to.values())),
                reserved.eq(is_reserved),
                bad.eq(is_bad),
            ]
            with m.If(last & lane):
                m.d.sync += self.number.eq(self.number + 1)
            with m.If(last & ~lane):
                m.d.sync += [blocked.eq(1), code.eq(self.verdict(kind, lost, word))]
        done = blocked & self.empty & ~self.stop
        waits = Signal()
        m.d.comb += [
            self.ends.eq(done & (code == 0) & (held_kind == int(Kind.END))),
            waits.eq(done & (code == 0) & (held_kind == int(Kind.WAIT))),
            self.waits.eq(waits & ~self.waiting),
            self.fails.eq(done & (code != 0)),
            self.code.eq(code),
        ]
        with m.If(self.waiting & self.resume & ~self.stop):  # every lane is empty still
            m.d.sync += [self.waiting.eq(0), blocked.eq(0), self.number.eq(self.number + 1)]
        with m.Elif(waits):
            m.d.sync += self.waiting.eq(1)
        with m.If(self.ends | self.fails):
            m.d.sync += blocked.eq(0)
        with m.If(self.start | self.stop):
            m.d.sync += [index.eq(0), first.eq(1), blocked.eq(0), self.waiting.eq(0)]
        with m.If(self.start):
            m.d.sync += self.number.eq(0)

    def reserved(self, kind: Value, index: Value, word: Value) -> Value:
        """Whether a word has ones in bits that are 0 in its kind of record."""
        found: list[Value] = []
        records: tuple[type[Record], ...] = (End, Wait, *RECORDS.values())
        for record in records:
            ones = mask_of(record)
            for place in range(8 * record.size // self.bus_bits):
                if mask := ones >> place * self.bus_bits & (1 << self.bus_bits) - 1:
                    found.append((kind == int(record.kind)) & (index == place) & (word & mask).any())
        return Cat(found).any()

    def verdict(self, kind: Value, lost: Value, word: Value) -> Value:
        """The error of a record that no lane takes."""
        known = (kind == int(Kind.END)) | (kind == int(Kind.WAIT))
        return Mux(
            lost,
            Mux(word.outside, Const(Error.WINDOW, ERROR_BITS), Const(Error.BUS, ERROR_BITS)),
            Mux(known, self.error, Const(Error.KIND, ERROR_BITS)),
        )
