"""Skew: delays lane i of a bundle by i cycles, as the diagonal wave front of a systolic array wants it.

The triangle of registers is kept as one word for each delay, the lanes that still have to wait::

    lane 0 ----------------->
    lane 1 --[ ]------------>
    lane 2 --[ ]--[ ]------->
"""

from amaranth.hdl import Cat, Signal
from amaranth.lib.wiring import In, Out

from .unit import Unit

__all__ = ["Skew"]


class Skew(Unit):
    """``count`` lanes of ``width`` bits; ``delay`` further cycles for all of them. Ports: ``en``, ``i``, ``o``."""

    def __init__(self, name, *, count, width, delay=0):
        self.count, self.width, self.delay = count, width, delay
        super().__init__(name, {"en": In(1), "i": In(count * width), "o": Out(count * width)})

    def build(self, m):
        waiting, lanes = self.i, []
        for stage in range(self.delay):
            waiting = registered(m, waiting, f"delayed_{stage + 1}")
        for lane in range(self.count):
            if lane:
                waiting = registered(m, waiting[self.width:], f"from_lane_{lane}")
            lanes.append(waiting[:self.width])
        m.d.comb += self.o.eq(Cat(lanes))


def registered(m, value, name):
    """``value``, one cycle later."""
    register = Signal(len(value), name=name, reset_less=True)
    m.d.sync += register.eq(value)
    return register
