"""The PE of `fused`: sixteen products of limbs, shifted and added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Module, Mux, Value
from amaranth.lib import data

from ...logic.arithmetic import named
from ..base import ProcessingElement
from .dot_product import fused_dot_product
from .limb_routes import limb_modes

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["FusedPE", "wide"]


def wide(config: ArrayConfig) -> bool:
    """Whether there are 16-bit operands."""
    return 16 in (config.x_width, config.w_width)


class FusedPE(ProcessingElement):
    """Sixteen bricks and their sum; with 16-bit operands a shift by the place of the halves."""

    def addend(self, m: Module, control: data.View, west: Value, north: Value) -> Value:
        config = self.config
        signs = {name: config.pe.mode_bit(config, control, name) for name in ("x_signed", "w_signed")}
        stages = self.stages(m)
        total = fused_dot_product(m, west, north, limb_modes(m, control), **signs, stages=stages)
        total = stages.cut(2, total, "dot_product")
        if not wide(config):
            return total
        by_8 = named(
            m, Mux(stages.through(control.by_8, "by_8"), Cat(Const(0, 8), total).as_signed(), total), "by_a_half"
        ).as_signed()
        if "by_16" not in control.shape().members:
            return by_8
        return named(
            m, Mux(stages.through(control.by_16, "by_16"), Cat(Const(0, 16), total).as_signed(), by_8), "by_both_halves"
        ).as_signed()
