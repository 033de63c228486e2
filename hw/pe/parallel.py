"""`parallel`: the conventional fixed-point multiply-accumulate unit, the baseline of every comparison.

Each cycle is a beat: ``accumulator += sum_i west[i] * north[i]`` over ``lanes`` pairs of integers of 2 to 16 bits,
each side signed or unsigned by mode. Both operands are plain integers, there is no encoder. The multipliers are either
left to synthesis, which may use DSP blocks, or built of radix-4 Booth digits that are summed over the lanes first
(:mod:`lowtide.hw.logic.booth`): the smallest conventional unit that we know, and so the one to compare with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Module, Signal, Value, signed
from amaranth.lib import data

from ..logic.arithmetic import balanced_sum
from ..logic.booth import booth_dot_product
from ..logic.stages import Cut
from ..mode.word import Mode
from .base import ProcessingElement
from .kind import EVERY_FORMAT, Documents, Kind
from .operands import operand

if TYPE_CHECKING:
    from ..config.array_config import ArrayConfig

__all__ = ["Parallel", "ParallelPE"]


class Parallel(Kind):
    """Conventional multiply-accumulate, L lanes into one accumulator."""

    name = "parallel"
    summary = "conventional fixed-point dot product of L lanes (pMAC)"
    documents = Documents(
        west="L ints",
        north="L ints",
        cycles="1",
        values="L",
        modes=f"Every `x_bits` and `w_bits` from 2 to 8 is a mode, of one cycle. {EVERY_FORMAT} Block floating point "
        "runs with all of them.",
        what="conventional multiply-accumulate, `*` or Booth digits",
        choose="one width is all you need: the baseline",
        steps=("L multipliers", "adder tree"),
    )
    example = {"lanes": 2}
    flexible = {"lanes": 8, "multiplier": "booth"}
    fields = ("multiplier", "sums", "pipeline")
    block_floating = True
    exponent_sides = ("x", "w")
    pe_fields = ("x_signed", "w_signed")

    def validate(self, config: ArrayConfig) -> None:
        if config.sums != "tree" and config.multiplier != "booth":
            raise ValueError(f"sums is {config.sums}, allowed with multiplier {config.multiplier} is tree")

    def chunk(self, config: ArrayConfig) -> int:
        return config.lanes

    def values_per_beat(self, config: ArrayConfig, mode: Mode) -> int:
        return config.lanes

    def own_multipliers(self, config: ArrayConfig) -> bool:
        return config.multiplier == "booth"

    def plain_modes(self, config: ArrayConfig) -> list[Mode]:
        return [
            Mode(x_signed=bool(x), w_signed=bool(w), x_bits=config.x_width, w_bits=config.w_width)
            for x in config.signs("x")
            for w in config.signs("w")
        ]

    def processing_element(self, config: ArrayConfig) -> ProcessingElement:
        return ParallelPE(config, self)


class ParallelPE(ProcessingElement):
    """L multipliers, an adder tree and the accumulator."""

    def addend(self, m: Module, control: data.View, west: data.View, north: data.View) -> Value:
        config = self.config
        x_signed, w_signed = (config.pe.mode_bit(config, control, f"{side}_signed") for side in "xw")
        xs = [operand(value, config.x_types, x_signed) for value in west]
        weights = [operand(value, config.w_types, w_signed) for value in north]
        if config.multiplier == "booth":
            return booth_dot_product(m, xs, weights, config.sums, self.stages(m))
        products = []
        for lane, (x, weight) in enumerate(zip(xs, weights, strict=True)):
            product = Signal(signed(len(x) + len(weight)), name=f"product_{lane}")
            m.d.comb += product.eq(x * weight)
            products.append(product)
        stages = self.stages(m)
        return stages.cut(2, balanced_sum(products, Cut(stages, 1, 0)), "sum")
