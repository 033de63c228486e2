"""The PE of `bit_plane`: AND, count, and an accumulator that can double."""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib import data

from ...logic.arithmetic import count_ones
from ...logic.timing.stages import Cut
from ..base import ProcessingElement

__all__ = ["BitPlanePE"]


class BitPlanePE(ProcessingElement):
    """L gates, a population counter, and an accumulator that can double."""

    def addend(self, m: Module, control: data.View, west: data.View, north: data.View) -> Value:
        lanes, both, stages = self.config.lanes, Cat(west) & Cat(north), self.stages(m)
        cut = Cut(stages, 2, (lanes - 1).bit_length() // 2)  # in the counter; the first one is behind it
        negative = stages.through(control.negative, "negative")
        if "agree" not in self.config.pe.control(self.config, "pe"):
            count = stages.cut(1, count_ones(both, cut), "count")
            return (Cat(count, 0) ^ negative.replicate(len(count) + 1)).as_signed() + negative
        found = Signal(lanes)
        m.d.comb += found.eq(both | (~Cat(west) & ~Cat(north) & control.agree.replicate(lanes)))
        count = stages.cut(1, count_ones(found, cut), "count")
        agree, odd = stages.through(control.agree, "agree"), stages.through(control.odd, "odd")
        total = Signal(signed(len(count) + 2))
        m.d.comb += total.eq(
            Mux(
                agree,
                (count << 1) - lanes,
                Cat(count, Const(0, 2)) ^ negative.replicate(len(count) + 2),
            )
        )
        return total + (negative | odd)

    def kept(self, m: Module, control: data.View, accumulator: Value) -> Value:
        return Mux(self.late(m, control.double, "double"), accumulator << 1, accumulator)
