"""Limb packer: the edge of a fused array, one for each row and column. Hands every brick the limb that it multiplies.

A PE wants sixteen limbs on either side, one for each brick, and has no multiplexer for them: the packer repeats and
orders the limbs of a beat's values as :mod:`lowtide.hw.pe.fused.limb_routes` says. Where either side has 16-bit values
a beat can have several rounds: both sides keep the value that its first round brings, and a 16-bit value gives a half
to each round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, Mux, Signal, Value

from ...logic.arithmetic import any_of, named
from ..edge_encoder import EdgeEncoder
from .limb_routes import BRICKS, PAIRS, Pair, limb_modes, routed

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["LimbPacker"]


class LimbPacker(EdgeEncoder):
    """One line of an edge. ``side`` is "x" or "w"."""

    def __init__(self, config: ArrayConfig, side: str) -> None:
        self.side = side
        where = {"x": "west", "w": "north"}[side]
        self.moments = ("beat",) if 16 in (config.x_width, config.w_width) else ()
        super().__init__(config, where, f"{where}_packer", values=2 * BRICKS, operand=2 * BRICKS)

    def build(self, m: Module) -> None:
        self.hand_on(m)
        if self.side == "w":
            m.d.comb += self.lost.eq(0)
        values = self.held(m) if 16 in (self.config.x_width, self.config.w_width) else self.values
        modes, limbs = limb_modes(m, self.control), []
        for brick in range(BRICKS):
            sources: dict[int, list[Pair]] = {}
            for pair in PAIRS:
                sources.setdefault(routed(pair, self.side, brick), []).append(pair)
            limbs.append(
                any_of(
                    [
                        values.word_select(source, 2) & modes.among(pairs, f"brick_{brick}_takes_{source}").replicate(2)
                        for source, pairs in sources.items()
                    ]
                )
            )
        m.d.comb += self.operand.eq(Cat(limbs))

    def held(self, m: Module) -> Value:
        """The values, in a beat of several rounds those that its first one brought, with the upper half of a 16-bit
        value in the place of the lower one where ``high`` is set."""
        width = getattr(self.config, f"{self.side}_width")
        kept = Signal(width, reset_less=True)
        with m.If(self.control.beat):
            m.d.sync += kept.eq(self.values)
        value = named(m, Mux(self.control.beat, self.values[:width], kept), "value")
        if width == 8:
            return Cat(value, self.values[8:])
        return Cat(Mux(self.control.high, value[8:], value[:8]), value[8:], self.values[16:])
