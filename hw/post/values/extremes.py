"""Extremes: the smallest and the largest sum of a record, of all lanes and all columns.

Sums of a column enter together; rows without a pixel do not count. Neighbours are compared in a tree with a register
behind each level, at most :data:`LEVELS` of them, so that nothing waits and the last column's sums have arrived when
the record ends::

    sums -> pairs -> fours -> ... -> the column's extremes -> those of the record
"""

from amaranth.hdl import Module, Mux, Signal, Value, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ..widths import SUM_BITS

__all__ = ["Extremes"]

LEVELS = 5  #: of registers: a column's codes take at least two cycles more to be written and the record to end


class Extremes(Unit):
    """Compares the sums of columns.

    Ports
    -----
    start : in, 1 bit
        A record begins: there are no sums yet.
    enters : in, 1 bit
        Sums of a column are there.
    rows : in, a bit for each lane
        The lane's row has a pixel. These are the lowest lanes: where lane 0's has none, no other one's has.
    sums : in, a signed value of 32 bits for each lane
    smallest, largest : out, 32 bits, signed
        Of the record so far, at most ``LEVELS`` + 1 cycles later; 0 before the first.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.lanes = config.requantisers
        super().__init__(
            f"{config.top}_extremes",
            {
                "start": In(1),
                "enters": In(1),
                "rows": In(self.lanes),
                "sums": In(data.ArrayLayout(signed(SUM_BITS), self.lanes)),
                "smallest": Out(signed(SUM_BITS)),
                "largest": Out(signed(SUM_BITS)),
            },
        )

    def build(self, m: Module) -> None:
        nodes: list[tuple[Value, Value, Value]] = [  # whether there is a sum, the smallest, the largest
            (self.enters & self.rows[lane], self.sums[lane], self.sums[lane]) for lane in range(self.lanes)
        ]
        level = 0
        while len(nodes) > 1:
            level += 1
            nodes = [
                self.joined(m, nodes[place : place + 2], f"{level}_{place // 2}") for place in range(0, len(nodes), 2)
            ]
            if level <= LEVELS:
                nodes = [self.later(m, node, f"{level}_{place}") for place, node in enumerate(nodes)]
        there, low, high = nodes[0]
        seen = Signal()
        with m.If(self.start):
            m.d.sync += [seen.eq(0), self.smallest.eq(0), self.largest.eq(0)]
        with m.Elif(there):
            m.d.sync += seen.eq(1)
            with m.If(~seen | (low < self.smallest)):
                m.d.sync += self.smallest.eq(low)
            with m.If(~seen | (high > self.largest)):
                m.d.sync += self.largest.eq(high)

    def joined(self, m: Module, pair: list[tuple[Value, Value, Value]], name: str) -> tuple[Value, Value, Value]:
        """The extremes of two neighbours; the second has sums only where the first has."""
        (there, low, high), (also, other_low, other_high) = pair
        smallest, largest = (Signal(signed(SUM_BITS), name=f"{what}_{name}") for what in ("smallest", "largest"))
        m.d.comb += [
            smallest.eq(Mux(also & (other_low < low), other_low, low)),
            largest.eq(Mux(also & (other_high > high), other_high, high)),
        ]
        return there, smallest, largest

    def later(self, m: Module, node: tuple[Value, Value, Value], name: str) -> tuple[Value, Value, Value]:
        """The same, a cycle later."""
        there = Signal(name=f"there_{name}")
        low, high = (
            Signal(signed(SUM_BITS), name=f"{what}_after_{name}", reset_less=True) for what in ("smallest", "largest")
        )
        m.d.sync += [there.eq(node[0]), low.eq(node[1]), high.eq(node[2])]
        return there, low, high
