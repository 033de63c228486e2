"""`parallel`: the conventional fixed-point multiply-accumulate unit, the baseline of every comparison.

Each cycle is a beat: ``accumulator += sum_i west[i] * north[i]`` over ``lanes`` pairs of integers of 2 to 16 bits,
each side signed or unsigned by mode. Both operands are plain integers, there is no encoder. The multipliers are either
left to synthesis, which may use DSP blocks, or built of radix-4 Booth digits that are summed over the lanes first
(:mod:`hw.booth`): the smallest conventional unit that we know, and so the one to compare with.
"""

from amaranth.hdl import Signal, signed, unsigned
from amaranth.lib import data

from ..arithmetic import balanced_sum
from ..booth import booth_dot_product
from ..mode import Mode
from .base import Kind, ProcessingElement, operand, operand_range

__all__ = ["Parallel", "ParallelPE"]


class Parallel(Kind):
    """Conventional multiply-accumulate, L lanes into one accumulator."""

    name = "parallel"
    summary = "conventional fixed-point dot product of L lanes (pMAC)"
    example = {"lanes": 2}
    pe_fields = ("x_signed", "w_signed")

    def defaults(self, config):
        return {"lanes": 1, "group": 1, "budget": 1, "encodings": (), "multiplier": "inferred"}

    def validate(self, config):
        for name, allowed in (("group", 1), ("budget", 1), ("encodings", ())):
            if getattr(config, name) != allowed:
                raise ValueError(f"{name} is {getattr(config, name)!r}, kind parallel has no terms: leave it out")

    def chunk(self, config):
        return config.lanes

    def values_per_beat(self, config, mode):
        return config.lanes

    def supported(self, config):
        return {
            "x_signed": config.signs("x"), "w_signed": config.signs("w"), "hese": (0,), "select": (0,),
            "x_bits": range(2, config.x_width + 1), "w_bits": range(2, config.w_width + 1),
            "data_terms": (0,), "group": (1,), "budget": (1,), "w_format": (0,),
        }

    def modes(self, config):
        return [Mode(x_signed=bool(x), w_signed=bool(w), x_bits=config.x_width, w_bits=config.w_width)
                for x in config.signs("x") for w in config.signs("w")]

    def effective_weights(self, config, mode):
        return operand_range(mode.w_bits, mode.w_signed)

    def west_shape(self, config):
        return data.ArrayLayout(unsigned(config.x_width), config.lanes)

    def north_shape(self, config):
        return data.ArrayLayout(unsigned(config.w_width), config.lanes)

    def pe(self, config):
        return ParallelPE(config, self)


class ParallelPE(ProcessingElement):
    """L multipliers, an adder tree and the accumulator."""

    def addend(self, m, control, west, north):
        config = self.config
        xs = [operand(value, config.x_types, control.x_signed) for value in west]
        weights = [operand(value, config.w_types, control.w_signed) for value in north]
        if config.multiplier == "booth":
            return booth_dot_product(m, xs, weights)
        products = []
        for lane, (x, weight) in enumerate(zip(xs, weights, strict=True)):
            product = Signal(signed(len(x) + len(weight)), name=f"product_{lane}")
            m.d.comb += product.eq(x * weight)
            products.append(product)
        return balanced_sum(products)
