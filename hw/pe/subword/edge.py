"""The north edge of `subword`: the multiplier wants the weights of a beat in reverse order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, Mux

from ..edge_encoder import EdgeEncoder
from .multiplier import PARTS

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["WeightReverser"]


class WeightReverser(EdgeEncoder):
    """The north edge of one column: puts the values of a beat in reverse order."""

    def __init__(self, config: ArrayConfig) -> None:
        super().__init__(config, "north", "reverser", values=config.w_width, operand=config.w_width)

    def build(self, m: Module) -> None:
        self.hand_on(m)
        halves, quarters = (
            Cat(reversed([self.values.word_select(place, self.config.w_width // parts) for place in range(parts)]))
            for parts in PARTS[1:]
        )
        two_or_one = Mux(self.control.halves, halves, self.values)
        m.d.comb += [self.operand.eq(Mux(self.control.quarters, quarters, two_or_one)), self.lost.eq(0)]
