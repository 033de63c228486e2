"""The PE of `bit_plane`: AND, count, and an accumulator that can double."""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib import data

from ...logic.arithmetic import count_ones
from ..base import ProcessingElement

__all__ = ["BitPlanePE"]


class BitPlanePE(ProcessingElement):
    """L gates, a population counter, and an accumulator that can double."""

    def addend(self, m: Module, control: data.View, west: data.View, north: data.View) -> Value:
        lanes, both = self.config.lanes, Cat(west) & Cat(north)
        if "agree" not in self.config.pe.control(self.config, "pe"):
            count = count_ones(both)
            return (Cat(count, 0) ^ control.negative.replicate(len(count) + 1)).as_signed() + control.negative
        found = Signal(lanes)
        m.d.comb += found.eq(both | (~Cat(west) & ~Cat(north) & control.agree.replicate(lanes)))
        count = count_ones(found)
        total = Signal(signed(len(count) + 2))
        m.d.comb += total.eq(
            Mux(
                control.agree,
                (count << 1) - lanes,
                Cat(count, Const(0, 2)) ^ control.negative.replicate(len(count) + 2),
            )
        )
        return total + (control.negative | control.odd)

    def kept(self, control: data.View, accumulator: Value) -> Value:
        return Mux(control.double, accumulator << 1, accumulator)
