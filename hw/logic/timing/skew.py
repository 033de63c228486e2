"""Skew: delays lane i of a bundle by i cycles, as the diagonal wave front of a systolic array wants it.

The triangle of registers is kept as one word for each delay, the lanes that still have to wait::

    lane 0 ----------------->
    lane 1 --[ ]------------>
    lane 2 --[ ]--[ ]------->

A wide bundle is cut into blocks of eight lanes, the last one of what is left: a block is a small skew behind as many
delays of eight cycles as there are blocks before it. The registers are the same; the text is a few small modules in
place of thousands of long lines.
"""

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib.wiring import In, Out

from ..unit import Unit

__all__ = ["Delay", "Skew"]

BLOCK = 8  #: lanes of a block
FLAT = 16  #: bundles of up to so many lanes are not cut


class Skew(Unit):
    """Lane i of ``count`` lanes of ``width`` bits, i cycles later.

    Ports
    -----
    i, o : in and out, ``count * width`` bits
        Lane 0 lowest.
    """

    def __init__(self, name: str, *, count: int, width: int) -> None:
        self.count, self.width = count, width
        super().__init__(name, {"en": In(1), "i": In(count * width), "o": Out(count * width)})

    def build(self, m: Module) -> None:
        if self.count > FLAT:
            m.d.comb += self.o.eq(Cat(self.blocks(m)))
            return
        waiting, lanes = self.i, []
        for lane in range(self.count):
            if lane:
                waiting = registered(m, waiting[self.width :], f"from_lane_{lane}")
            lanes.append(waiting[: self.width])
        m.d.comb += self.o.eq(Cat(lanes))

    def blocks(self, m: Module) -> list[Value]:
        """The lanes, block by block."""
        counts = [min(BLOCK, self.count - first) for first in range(0, self.count, BLOCK)]
        waiting = [self.i[number * BLOCK * self.width :][: count * self.width] for number, count in enumerate(counts)]
        blocks = []
        for block, count in enumerate(counts):
            if block:
                waiting = [
                    self.place(
                        m,
                        f"delay_{block}_{block + later}",
                        Delay(
                            f"{self.name}_{_part('delay', len(lanes) // self.width)}", width=len(lanes), cycles=BLOCK
                        ),
                        i=lanes,
                    ).o
                    for later, lanes in enumerate(waiting)
                ]
            first, *waiting = waiting
            skew = Skew(f"{self.name}_{_part('block', count)}", count=count, width=self.width)
            blocks.append(self.place(m, f"block_{block}", skew, i=first).o)
        return blocks


def _part(name: str, count: int) -> str:
    """The name of a part of a skew, for so many lanes."""
    return name if count == BLOCK else f"{name}_of_{count}"


class Delay(Unit):
    """``width`` bits, ``cycles`` cycles later: from port ``i`` to port ``o``."""

    def __init__(self, name: str, *, width: int, cycles: int) -> None:
        self.cycles = cycles
        super().__init__(name, {"en": In(1), "i": In(width), "o": Out(width)})

    def build(self, m: Module) -> None:
        value = self.i
        for cycle in range(self.cycles):
            value = registered(m, value, f"after_{cycle + 1}")
        m.d.comb += self.o.eq(value)


def registered(m: Module, value: Value, name: str) -> Signal:
    """``value``, one cycle later."""
    register = Signal(len(value), name=name, reset_less=True)
    m.d.sync += register.eq(value)
    return register
