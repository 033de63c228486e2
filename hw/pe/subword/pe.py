"""The PE of `subword`: one multiplier of which the parts are summed together."""

from amaranth.hdl import Const, Module, Value
from amaranth.lib import data

from ..base import ProcessingElement
from .multiplier import subword_dot_product

__all__ = ["SubwordPE"]


class SubwordPE(ProcessingElement):
    """One subword multiplier and the accumulator."""

    def addend(self, m: Module, control: data.View, west: Value, north: Value) -> Value:
        signs = [
            control[name] if name in control.shape().members else Const(self.config.signs(name[0])[0], 1)
            for name in ("x_signed", "w_signed")
        ]
        return subword_dot_product(m, west, north, control.halves, control.quarters, *signs)
