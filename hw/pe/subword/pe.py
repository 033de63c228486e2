"""The PE of `subword`: one multiplier of which the parts are summed together."""

from amaranth.hdl import Module, Value
from amaranth.lib import data

from ..base import ProcessingElement
from .multiplier import subword_dot_product

__all__ = ["SubwordPE"]


class SubwordPE(ProcessingElement):
    """One subword multiplier and the accumulator."""

    def addend(self, m: Module, control: data.View, west: Value, north: Value) -> Value:
        signs = [self.config.pe.mode_bit(self.config, control, name) for name in ("x_signed", "w_signed")]
        stages = self.stages(m)
        total = subword_dot_product(m, west, north, control.halves, control.quarters, *signs, stages=stages)
        return stages.cut(1, total, "dot_product")
