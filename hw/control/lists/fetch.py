"""Reads a list of records ahead: up to four records of 64 bytes wait, as beats of the bus.

What is read ahead may lie behind the list's end. It is not read where it is beyond the window, and an answer that is an
error is noted beside its beat: neither matters unless the list goes on to there.
"""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ...bus.axi import ADDRESS_BITS, request_layout
from ...bus.read_master import beat_layout
from ...logic.unit import Unit
from ...memory.queue import Queue
from ..record_words import KIND_BITS, RECORDS
from .blocks import LIST
from .tokens import ENGINES

__all__ = ["Fetch", "word_layout"]

_RECORDS = 4  # that are read ahead


def word_layout(bus_bits: int) -> data.StructLayout:
    """A beat of a record: ``bad``, the bus answered with an error; ``outside``, it is beyond the window; ``to``, a bit
    for each engine: where a record begins with it, it is one of the engine's."""
    return data.StructLayout({"data": bus_bits, "bad": 1, "outside": 1, "to": len(ENGINES)})


class Fetch(Unit):
    """Lists to their words.

    Parameters
    ----------
    name : str
    bus_bits : int
        Width of the bus.
    beats_bits : int
        Of the beats of a request.

    Ports
    -----
    start : in, 1 bit
        For one cycle, when ``idle``: a list begins.
    address : in, 26 bits
        Its address in records of 64 bytes.
    base, limit : in, 32 bits
        First and last byte of the window for reads.
    stop : in, 1 bit
        Nothing is read any more, and what comes is dropped.
    idle : out, 1 bit
        Nothing is on its way or waits.
    request, beat : out, in, streams
        To the master of reads.
    word : out, stream of :func:`word_layout`
        All beats of the first record, then of the next one.
    """

    def __init__(self, name: str, bus_bits: int, beats_bits: int) -> None:
        self.bus_bits = bus_bits
        super().__init__(
            name,
            {
                "start": In(1),
                "address": In(LIST.number_bits),
                "base": In(ADDRESS_BITS),
                "limit": In(ADDRESS_BITS),
                "stop": In(1),
                "idle": Out(1),
                "request": Out(stream.Signature(request_layout(bus_bits, beats_bits))),
                "beat": In(stream.Signature(beat_layout(bus_bits))),
                "word": Out(stream.Signature(word_layout(bus_bits))),
            },
        )

    def build(self, m: Module) -> None:
        beats = 8 * LIST.size // self.bus_bits  # of a record
        depth = max(2, _RECORDS * beats)
        record = Signal(LIST.number_bits)  # that is asked for next
        running, asking = Signal(), Signal()
        leaves, moves, there = Signal(), Signal(), Signal()  # there: a word is, in a register behind its memory
        words = self.place(
            m,
            "words",
            # of the words that wait ``there`` has one
            Queue(f"{self.name}_words", width=beat_layout(self.bus_bits).size, most=depth - 1),
            start=0,
            i_valid=self.beat.valid,
            i_data=self.beat.payload,
            o_ready=moves,
        )
        held, to = Signal(beat_layout(self.bus_bits), reset_less=True), Signal(len(ENGINES), reset_less=True)
        promised = Signal(range(depth + 1))  # words that wait or come
        asks, inside = Signal(), Signal()  # inside: the record is, a cycle later; none is asked for in that cycle
        ended = Signal()  # nothing is left but what is beyond the window, since a cycle
        m.d.comb += [
            asks.eq(running & inside & ~self.stop & ~asking & (promised <= depth - beats)),
            self.beat.ready.eq(words.i_ready),
            self.request.valid.eq(asking),
            self.request.payload.beats.eq(beats),
            self.word.valid.eq((there | (running & ended)) & ~self.stop),
            self.word.payload.data.eq(held.data),
            self.word.payload.bad.eq(held.bad & there),
            self.word.payload.outside.eq(~there),
            self.word.payload.to.eq(to),
            leaves.eq(there & (self.stop | self.word.ready)),
            moves.eq(~there | leaves),
            self.idle.eq((promised == 0) & ~asking & ~running),
        ]
        m.d.sync += [
            inside.eq(LIST.are_inside(Mux(self.start, self.address, record), self.base, self.limit)),
            ended.eq(running & ~inside & (promised == 0)),
        ]
        with m.If(moves):
            kind = words.o_data[:KIND_BITS]
            m.d.sync += [there.eq(words.o_valid), held.eq(words.o_data)]
            m.d.sync += to.eq(Cat(kind == int(RECORDS[engine].kind) for engine in ENGINES))
        asked = Signal.like(record)
        m.d.comb += self.request.payload.address.eq(LIST.beat_address(asked, self.bus_bits))
        m.d.sync += promised.eq(promised + Mux(asks, beats, 0) - leaves)
        with m.If(asks):
            m.d.sync += [asking.eq(1), asked.eq(record), record.eq(record + 1)]
        with m.Elif(self.request.ready):
            m.d.sync += asking.eq(0)
        with m.If(self.start):
            m.d.sync += [running.eq(1), record.eq(self.address)]
        with m.Elif(self.stop):
            m.d.sync += running.eq(0)
