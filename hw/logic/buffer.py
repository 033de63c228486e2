"""Buffers of streams: a pair of registers that breaks every combinational path, and a small FIFO.

The FIFO's memory is read combinationally, so it becomes distributed RAM on FPGAs and registers elsewhere: it is for
tens of words.
"""

from typing import Any

from amaranth.hdl import Module, Mux, Shape, Signal
from amaranth.lib import stream
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from .unit import Unit

__all__ = ["Fifo", "Registered"]


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
        m.d.comb += [
            self.o.valid.eq(valid),
            self.o.payload.eq(first),
            self.i.ready.eq(~full),
        ]
        with m.If(self.o.ready | ~valid):
            m.d.sync += [first.eq(Mux(full, spare, self.i.payload)), valid.eq(full | self.i.valid), full.eq(0)]
        with m.Elif(self.i.valid & ~full):
            m.d.sync += full.eq(1)
        with m.If(~full):
            m.d.sync += spare.eq(self.i.payload)


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
