"""The north edge of `term`: weights become terms, and the largest of a group are handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, unsigned
from amaranth.lib import data

from ...logic.term_encoder import TermEncoder
from ...logic.timing.stages import Stages
from ..edge_encoder import EdgeEncoder
from .ranked_selector import rank_stages
from .selector import TermSelector

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig
    from .kind import Term

__all__ = ["ColumnEncoder"]


class ColumnEncoder(EdgeEncoder):
    """The north edge of one column: term encoders for a chunk of weights, and the term selector."""

    moments, watched = ("beat", "step", "final"), ("final",)

    def __init__(self, config: ArrayConfig, kind: Term) -> None:
        self.kind, self.latency = kind, kind.encoder_latency + rank_stages(config)
        super().__init__(
            config,
            "north",
            "encoder",
            operand=kind.north_shape(config),
            values=data.ArrayLayout(unsigned(config.w_width), config.group),
        )

    def build(self, m: Module) -> None:
        config = self.config
        control = self.hand_on(m)
        encoders = [
            self.place(
                m,
                f"term_encoder_{index}",
                TermEncoder(config),
                value=self.values[index],
                hese=config.pe.mode_bit(config, self.control, "hese"),
                value_signed=config.pe.mode_bit(config, self.control, "w_signed"),
            )
            for index in range(config.group)
        ]
        selector = self.place(
            m,
            "selector",
            TermSelector(config),
            load=self.control.beat,
            step=control.step,
            lanes=control.slot,
            nonzero=Cat(encoder.nonzero for encoder in encoders),
            negative=Cat(encoder.negative for encoder in encoders),
        )
        terms = [selector.terms[lane] for lane in range(config.lanes)]
        self.kind.arrange(m, config, terms, self.operand)
        lossless = Stages(m, rank_stages(config)).through(control.final & ~control.select, "lossless", reset=True)
        m.d.comb += self.lost.eq(lossless & selector.left)
