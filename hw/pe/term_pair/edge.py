"""The north edge of `term_pair`: that of `term`, once in every round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, Mux, Signal

from ..base import MOMENTS
from ..edge_encoder import EdgeEncoder
from ..term.edge import ColumnEncoder

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig
    from .kind import TermPair

__all__ = ["RepeatingColumnEncoder"]


class RepeatingColumnEncoder(EdgeEncoder):
    """The column encoder of `term`, which keeps the group's weights and hands out their terms again in every round."""

    latency, moments, watched = ColumnEncoder.latency, MOMENTS, ColumnEncoder.watched

    def __init__(self, config: ArrayConfig, kind: TermPair) -> None:
        self.kind = kind
        super().__init__(
            config, "north", "repeating_encoder", values=config.group * config.w_width, operand=kind.north_shape(config)
        )

    def build(self, m: Module) -> None:
        kept = Signal(len(self.values), reset_less=True)
        self.hand_on(m)
        with m.If(self.control.beat):
            m.d.sync += kept.eq(self.values)
        inner = ColumnEncoder(self.config, self.kind)
        control = Cat(self.control["start" if name == "beat" else name] for name in inner.control.shape().members)
        encoder = self.place(m, "encoder", inner, control=control, values=Mux(self.control.beat, self.values, kept))
        m.d.comb += [self.operand.eq(encoder.operand), self.lost.eq(encoder.lost)]
