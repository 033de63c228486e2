"""The PE of `digit`: ``(sum_i x_i sum_j d_ij 4^j) 2^shift`` each cycle."""

from amaranth.hdl import Cat, Const, Module, Signal, Value, signed
from amaranth.lib import data

from ...logic.booth import digit_dot_product
from ..base import ProcessingElement
from ..operands import operand
from .digits import largest_shift

__all__ = ["DigitPE"]


class DigitPE(ProcessingElement):
    """Selections of 0, ±x and ±2x, an adder tree for each digit, one shifter behind them, the accumulator."""

    def addend(self, m: Module, control: data.View, west: data.View, north: data.View) -> Value:
        x_signed = self.config.pe.mode_bit(self.config, control, "x_signed")
        xs = [operand(x, self.config.x_types, x_signed) for x in west]
        digits = [[(digit.one, digit.two, digit.negative) for digit in lane] for lane in north.digits]
        stages = self.stages(m)
        total = digit_dot_product(m, xs, digits, self.config.sums, stages)
        if not (most := largest_shift(self.config)):
            return total
        exact = Signal(signed(len(total)))
        down = stages.through(north.down, "down")
        shifted = Signal(signed(len(exact) + most))
        m.d.comb += [exact.eq(total), shifted.eq(Cat(Const(0, most), exact).as_signed() >> down)]
        return shifted
