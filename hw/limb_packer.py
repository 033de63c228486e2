"""Limb packer: the edge of a fused array, one for each row and column. Hands every brick the limb that it multiplies.

A PE wants sixteen limbs on either side, one for each brick, and has no multiplexer for them: the packer repeats and
orders the limbs of a beat's values as :mod:`hw.limb_routes` says. 16-bit values are kept for the rounds of their beat,
each of which takes one half of them.
"""

from amaranth.hdl import Cat, Mux, Signal
from amaranth.lib.wiring import In, Out

from .arithmetic import any_of
from .booth import named
from .limb_routes import BRICKS, PAIRS, limb_modes, routed
from .pe.base import encoder_control_layout
from .unit import Unit

__all__ = ["LimbPacker"]


class LimbPacker(Unit):
    """One line of an edge. ``side`` is "x" or "w"; ``latency`` 0: a chunk and its first operand share a cycle."""

    latency = 0

    def __init__(self, config, side):
        self.config, self.side = config, side
        where = {"x": "west", "w": "north"}[side]
        layout = encoder_control_layout(config, where)
        super().__init__(f"{config.name}_{where}_packer", {
            "en": In(1), "control": In(layout), "values": In(2 * BRICKS),
            "control_out": Out(layout), "operand": Out(2 * BRICKS), "lost": Out(1),
        })

    def build(self, m):
        control = Signal.like(self.control)
        m.d.sync += control.eq(self.control)
        m.d.comb += [self.control_out.eq(control), self.lost.eq(0)]
        values = self.halved(m) if "high" in self.control.shape().members else self.values
        modes, limbs = limb_modes(m, self.control), []
        for brick in range(BRICKS):
            sources = {}
            for pair in PAIRS:
                sources.setdefault(routed(pair, self.side, brick), []).append(pair)
            limbs.append(any_of([values.word_select(source, 2)
                                 & modes.among(pairs, f"brick_{brick}_takes_{source}").replicate(2)
                                 for source, pairs in sources.items()]))
        m.d.comb += self.operand.eq(Cat(limbs))

    def halved(self, m):
        """The values, in a beat of several rounds those that its first one brought, with the upper half of a 16-bit
        value in the place of the lower one where ``high`` is set."""
        kept = Signal(16, reset_less=True)
        with m.If(self.control.beat):
            m.d.sync += kept.eq(self.values)
        value = named(m, Mux(self.control.beat, self.values[:16], kept), "value")
        return Cat(Mux(self.control.high, value[8:], value[:8]), value[8:], self.values[16:])
