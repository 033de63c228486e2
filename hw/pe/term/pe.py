"""The PE of `term`: ``accumulator += sum_lanes ±(west[index] << exponent)`` each cycle."""

from amaranth.hdl import Cat, Module, Mux, Signal, signed
from amaranth.lib import data

from ..base import ProcessingElement
from .lane_sum import LaneSum

__all__ = ["TermPE"]


class TermPE(ProcessingElement):
    """The lanes, an adder tree and the accumulator, whose adder takes the last carry of the tree."""

    def accumulate(self, m: Module, control: data.View, west: data.View, north: data.View) -> None:
        accumulator = Signal(signed(self.config.acc_width), reset_less=True)
        x_signed = self.config.pe.mode_bit(self.config, control, "x_signed")
        total, carry = LaneSum(m, self.config, west, north, x_signed).total()
        valid, first = self.moments(m, control)
        before = Mux(first, 0, accumulator)
        with m.If(valid):
            m.d.sync += accumulator.eq((Cat(carry, before).as_signed() + Cat(carry, total).as_signed()) >> 1)
        m.d.comb += self.result.eq(accumulator)
