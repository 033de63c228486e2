"""A rotator: moves lane i of a bundle to lane i + amount, or back, modulo the number of lanes.

One stage of multiplexers for each bit of the amount::

    amount bit 0: by one lane    bit 1: by two    ...    bit log2(count) - 1: by count / 2
"""

from typing import Literal

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib.wiring import In, Out

from ..logic.unit import Unit

__all__ = ["Rotator"]


class Rotator(Unit):
    """``count`` lanes of ``width`` bits, rotated. Combinational.

    Parameters
    ----------
    name : str
    count : int
        Lanes, a power of two from 2.
    width : int
        Bits of a lane.
    direction : str
        "up": lane i goes to lane ``i + amount``; "down": to lane ``i - amount``; modulo ``count``.

    Ports
    -----
    amount : in, log2(count) bits
    i, o : in and out, ``count * width`` bits
        Lane 0 lowest.
    """

    combinational = True

    def __init__(self, name: str, *, count: int, width: int, direction: Literal["up", "down"]) -> None:
        self.count, self.width, self.direction = count, width, direction
        bits = count * width
        super().__init__(name, {"amount": In((count - 1).bit_length()), "i": In(bits), "o": Out(bits)})

    def build(self, m: Module) -> None:
        lanes = self.i
        for stage in range(len(self.amount)):
            by = (1 << stage) * self.width
            cut = len(lanes) - by if self.direction == "up" else by
            rotated = Signal(len(lanes), name=f"by_{1 << stage}")
            m.d.comb += rotated.eq(Mux(self.amount[stage], Cat(lanes[cut:], lanes[:cut]), lanes))
            lanes = rotated
        m.d.comb += self.o.eq(lanes)
