"""Queue: words of a stream wait in a memory, the next one in its register.

For words that are wide or many, where registers would take more than all around them::

    words -> memory -> [memory's register: the word that is taken next]
"""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ..logic.unit import Unit
from .bank import Bank

__all__ = ["Queue"]


class Queue(Unit):
    """A first-in first-out buffer in a memory.

    Parameters
    ----------
    name : str
    width : int
        Bits of a word.
    most : int
        Words inside at most, from 3. All but one are in the memory, which has a power of two of them.

    Ports
    -----
    start : in, 1 bit
        Nothing waits any more.
    i : in, stream of ``width`` bits
    o : out, stream of ``width`` bits
        Two cycles later at the earliest.
    level : out
        Words inside.
    """

    def __init__(self, name: str, *, width: int, most: int) -> None:
        if most < 3:
            raise ValueError(f"most is {most}, allowed are 3 and more")
        self.width, self.most = width, most
        super().__init__(
            name,
            {
                "start": In(1),
                "i": In(stream.Signature(width)),
                "o": Out(stream.Signature(width)),
                "level": Out(range(most + 1)),
            },
        )

    def build(self, m: Module) -> None:
        depth = 1 << (self.most - 2).bit_length()
        level = Signal(range(self.most))  # words in the memory
        filled = Signal()  # there are some; a register, as what is taken comes late
        first, free = (Signal(range(depth), name=name) for name in ("first", "free"))
        enters, leaves, offered = Signal(), Signal(), Signal()
        room = Signal(init=1)  # in the memory; a register, as much hangs on whether a word is taken
        bank = self.place(
            m,
            "waiting_words",
            Bank(self.width, depth),
            read=leaves,
            read_address=first,
            write=enters,
            write_address=free,
            write_data=self.i.payload,
        )
        m.d.comb += [
            self.i.ready.eq(room),
            enters.eq(self.i.valid & room),
            leaves.eq(filled & (~offered | self.o.ready)),
            self.o.valid.eq(offered),
            self.o.payload.eq(bank.read_data),
            self.level.eq(level + offered),
        ]
        m.d.sync += [
            level.eq(Mux(enters == leaves, level, Mux(enters, level + 1, level - 1))),
            first.eq(first + leaves),
            free.eq(free + enters),
            offered.eq(leaves | (offered & ~self.o.ready)),
        ]
        with m.If(enters & ~leaves):
            m.d.sync += [room.eq(level != self.most - 2), filled.eq(1)]
        with m.Elif(leaves & ~enters):
            m.d.sync += [room.eq(1), filled.eq(level != 1)]
        with m.If(self.start):
            m.d.sync += [level.eq(0), first.eq(0), free.eq(0), offered.eq(0), room.eq(1), filled.eq(0)]
