"""The north edge of `term_pair`: that of `term`, once in every round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, Mux, Signal

from ..control_bits import MOMENTS
from ..edge_encoder import EdgeEncoder
from ..term.edge import ColumnEncoder

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig
    from .kind import TermPair

__all__ = ["RepeatingColumnEncoder"]


class RepeatingColumnEncoder(EdgeEncoder):
    """The column encoder of `term`, which keeps the group's weights and hands out their terms again in every round."""

    moments, watched = MOMENTS, ColumnEncoder.watched

    def __init__(self, config: ArrayConfig, kind: TermPair) -> None:
        self.inner = ColumnEncoder(config, kind)
        self.latency = self.inner.latency
        super().__init__(
            config, "north", "repeating_encoder", values=config.group * config.w_width, operand=kind.north_shape(config)
        )

    def build(self, m: Module) -> None:
        kept = Signal(len(self.values), reset_less=True)
        self.hand_on(m)
        with m.If(self.control.beat):
            m.d.sync += kept.eq(self.values)
        members = self.inner.control.shape().members
        control = Cat(self.control["start" if name == "beat" else name] for name in members)
        encoder = self.place(
            m, "encoder", self.inner, control=control, values=Mux(self.control.beat, self.values, kept)
        )
        m.d.comb += [self.operand.eq(encoder.operand), self.lost.eq(encoder.lost)]
