"""A rotator: moves lane i of a bundle to lane i + amount, or back, modulo the number of lanes.

One stage of multiplexers for each bit of the amount::

    amount bit 0: by one lane    bit 1: by two    ...    bit log2(count) - 1: by count / 2

It may shuffle lanes before; what does so and the first stage are one multiplexer of four for each bit then.
"""

from collections.abc import Sequence
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
    order : sequence of int, optional
        Where lane i is before it is rotated, if lanes are shuffled; without, they cannot be.

    Ports
    -----
    amount : in, log2(count) bits
    shuffle : in, 1 bit
        Whether lanes are shuffled; only where there is an order.
    i, o : in and out, ``count * width`` bits
        Lane 0 lowest.
    """

    combinational = True

    def __init__(
        self, name: str, *, count: int, width: int, direction: Literal["up", "down"], order: Sequence[int] = ()
    ) -> None:
        self.count, self.width, self.direction, self.order = count, width, direction, tuple(order)
        bits = count * width
        ports = {"amount": In((count - 1).bit_length()), **({"shuffle": In(1)} if order else {})}
        super().__init__(name, ports | {"i": In(bits), "o": Out(bits)})

    def build(self, m: Module) -> None:
        lanes = self.i
        if self.order:
            lanes = Signal(len(self.i), name="ordered")
            there = {place: self.i.word_select(lane, self.width) for lane, place in enumerate(self.order)}
            m.d.comb += lanes.eq(Mux(self.shuffle, Cat(there[place] for place in range(self.count)), self.i))
        for stage in range(len(self.amount)):
            by = (1 << stage) * self.width
            cut = len(lanes) - by if self.direction == "up" else by
            rotated = Signal(len(lanes), name=f"by_{1 << stage}")
            m.d.comb += rotated.eq(Mux(self.amount[stage], Cat(lanes[cut:], lanes[:cut]), lanes))
            lanes = rotated
        m.d.comb += self.o.eq(lanes)
