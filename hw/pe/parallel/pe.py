"""The PE of `parallel`: multipliers, their sum and the accumulator, or this alone where a tile has the multipliers."""

from __future__ import annotations

from amaranth.hdl import Module, Signal, Value, signed
from amaranth.lib import data

from ...logic.arithmetic import balanced_sum, row_sum
from ...logic.booth import booth_dot_product
from ...logic.timing.stages import Cut
from ..base import ProcessingElement
from ..operands import operand

__all__ = ["ParallelAccumulator", "ParallelPE"]


class ParallelPE(ProcessingElement):
    """L multipliers, their sum and the accumulator."""

    def addend(self, m: Module, control: data.View, west: data.View, north: data.View) -> Value:
        config, stages = self.config, self.stages(m)
        x_signed, w_signed = (config.pe.mode_bit(config, control, f"{side}_signed") for side in "xw")
        xs = [operand(value, config.x_types, x_signed) for value in west]
        weights = [operand(value, config.w_types, w_signed) for value in north]
        if config.multiplier == "booth":
            return booth_dot_product(m, xs, weights, config.sums, stages)
        products = []
        for lane, (x, weight) in enumerate(zip(xs, weights, strict=True)):
            product = Signal(signed(len(x) + len(weight)), name=f"product_{lane}")
            m.d.comb += product.eq(x * weight)
            products.append(product)
        if config.sums == "chain":
            behind = [stages.cut(1, product, f"product_{lane}") for lane, product in enumerate(products)]
            width = len(products[0]) + (len(products) - 1).bit_length()
            return stages.cut(2, row_sum(m, behind, width, "products"), "sum")
        return stages.cut(2, balanced_sum(products, Cut(stages, 1, 0)), "sum")


class ParallelAccumulator(ProcessingElement):
    """The accumulator of a PE whose tile multiplies and adds."""
