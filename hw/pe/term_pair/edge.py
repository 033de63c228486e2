"""The north edge of `term_pair`: that of `term`, once in every round."""

from amaranth.hdl import Mux, Signal

from ..edge_encoder import EdgeEncoder
from ..term.edge import ColumnEncoder

__all__ = ["RepeatingColumnEncoder"]


class RepeatingColumnEncoder(EdgeEncoder):
    """The column encoder of `term`, which keeps the group's weights and hands out their terms again in every round."""

    latency, watched = ColumnEncoder.latency, ColumnEncoder.watched

    def __init__(self, config, kind):
        self.kind = kind
        super().__init__(config, "north", "repeating_encoder", values=config.group * config.w_width,
                         operand=kind.north_shape(config))

    def build(self, m):
        kept = Signal(len(self.values), reset_less=True)
        inside = Signal.like(self.control, name="inside")
        self.hand_on(m)
        with m.If(self.control.beat):
            m.d.sync += kept.eq(self.values)
        m.d.comb += [inside.eq(self.control), inside.beat.eq(self.control.start)]
        encoder = self.place(m, "encoder", ColumnEncoder(self.config, self.kind), control=inside,
                             values=Mux(self.control.beat, self.values, kept))
        m.d.comb += [self.operand.eq(encoder.operand), self.lost.eq(encoder.lost)]
