"""The north edge of `subword`: the multiplier wants the weights of a beat in reverse order."""

from amaranth.hdl import Cat, Mux

from ..edge_encoder import EdgeEncoder
from .multiplier import PARTS

__all__ = ["WeightReverser"]


class WeightReverser(EdgeEncoder):
    """The north edge of one column: puts the values of a beat in reverse order."""

    def __init__(self, config):
        super().__init__(config, "north", "reverser", values=config.w_width, operand=config.w_width)

    def build(self, m):
        self.hand_on(m)
        halves, quarters = (
            Cat(reversed([self.values.word_select(place, self.config.w_width // parts) for place in range(parts)]))
            for parts in PARTS[1:]
        )
        two_or_one = Mux(self.control.halves, halves, self.values)
        m.d.comb += [self.operand.eq(Mux(self.control.quarters, quarters, two_or_one)), self.lost.eq(0)]
