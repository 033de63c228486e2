"""Buffers of streams: pairs of registers that break every combinational path, and a small FIFO.

The FIFO's memory is read combinationally, so it becomes distributed RAM on FPGAs and registers elsewhere: it is for
tens of words.
"""

from typing import Any

from amaranth.hdl import Module, Mux, Shape, Signal
from amaranth.lib import stream
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from .unit import Unit

__all__ = ["Fifo", "PingPong", "Registered"]


class Registered(Unit):
    """Two words of a stream in registers. No output depends on an input of the same cycle, and no cycle is lost.

    Parameters
    ----------
    name : str
    shape : shape
        Of the payload.

    Ports
    -----
    i : in, stream
    o : out, stream
        A word leaves one cycle after it came, or later.
    """

    def __init__(self, name: str, shape: Any) -> None:
        self.shape = shape
        super().__init__(name, {"i": In(stream.Signature(shape)), "o": Out(stream.Signature(shape))})

    def build(self, m: Module) -> None:
        spare = Signal(Shape.cast(self.shape), reset_less=True)
        first = Signal(Shape.cast(self.shape), reset_less=True)
        valid, full = Signal(), Signal()  # first holds a word; spare does too
        room = Signal(init=1)  # it does not: a register of its own, as whole machines hang on it
        m.d.comb += [
            self.o.valid.eq(valid),
            self.o.payload.eq(first),
            self.i.ready.eq(room),
        ]
        with m.If(self.o.ready | ~valid):
            m.d.sync += [first.eq(Mux(full, spare, self.i.payload)), valid.eq(full | self.i.valid)]
            m.d.sync += [full.eq(0), room.eq(1)]
        with m.Elif(self.i.valid & ~full):
            m.d.sync += [full.eq(1), room.eq(0)]
        with m.If(~full):
            m.d.sync += spare.eq(self.i.payload)


class PingPong(Registered):
    """The same in two registers that take turns: a word goes straight into one of them, and whether one leaves goes to
    single bits alone, for streams that come late or whose reader does. What leaves is chosen behind the registers.
    Parameters and ports are those of :class:`Registered`."""

    def build(self, m: Module) -> None:
        places = [Signal(Shape.cast(self.shape), name=f"place_{side}", reset_less=True) for side in range(2)]
        next_in, next_out = Signal(), Signal()  # the places that are filled and emptied next
        valid, room = Signal(), Signal(init=1)  # a place is full; one is empty
        enters, leaves = Signal(), Signal()
        m.d.comb += [
            self.i.ready.eq(room),
            self.o.valid.eq(valid),
            self.o.payload.eq(Mux(next_out, places[1], places[0])),
            enters.eq(self.i.valid & room),
            leaves.eq(valid & self.o.ready),
        ]
        for side, place in enumerate(places):
            with m.If(room & (next_in == side)):
                m.d.sync += place.eq(self.i.payload)
        m.d.sync += [next_in.eq(next_in ^ enters), next_out.eq(next_out ^ leaves)]
        with m.If(enters & ~leaves):
            m.d.sync += [valid.eq(1), room.eq(~valid)]
        with m.Elif(leaves & ~enters):
            m.d.sync += [valid.eq(~room), room.eq(1)]


class Fifo(Unit):
    """A first-in first-out buffer of a few words.

    Parameters
    ----------
    name : str
    shape : shape
        Of the payload.
    depth : int
        Words, at least 2.

    Ports
    -----
    i : in, stream
    o : out, stream
        A word can leave in the cycle behind the one in which it came.
    level : out
        Words inside.
    """

    def __init__(self, name: str, shape: Any, depth: int) -> None:
        if depth < 2:
            raise ValueError(f"depth is {depth}, allowed are 2 and more")
        self.shape, self.depth = shape, depth
        super().__init__(
            name,
            {
                "i": In(stream.Signature(shape)),
                "o": Out(stream.Signature(shape)),
                "level": Out(range(depth + 1)),
            },
        )

    def build(self, m: Module) -> None:
        m.submodules.memory = memory = Memory(shape=Shape.cast(self.shape).width, depth=self.depth, init=[])
        write, read = memory.write_port(), memory.read_port(domain="comb")
        first, last, level = Signal(range(self.depth)), Signal(range(self.depth)), Signal(range(self.depth + 1))
        enters, leaves = Signal(), Signal()
        m.d.comb += [
            enters.eq(self.i.valid & self.i.ready),
            leaves.eq(self.o.valid & self.o.ready),
            self.i.ready.eq(level != self.depth),
            self.o.valid.eq(level != 0),
            self.o.payload.eq(read.data),
            self.level.eq(level),
            write.addr.eq(last),
            write.data.eq(self.i.payload),
            write.en.eq(enters),
            read.addr.eq(first),
        ]
        m.d.sync += level.eq(level + enters - leaves)
        for place, moves in ((last, enters), (first, leaves)):
            if self.depth & self.depth - 1:
                with m.If(moves):
                    m.d.sync += place.eq(Mux(place == self.depth - 1, 0, place + 1))
            else:
                m.d.sync += place.eq(place + moves)
