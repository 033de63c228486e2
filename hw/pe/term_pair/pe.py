"""The PE of `term_pair`: adds two exponents, xors two signs, and adds or counts the power of two that results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib import data
from amaranth.utils import bits_for

from ...logic.term_encoder import positions
from ..base import ProcessingElement
from .top_term import data_term_layout

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["TermPairPE", "coefficient_width", "coefficients"]


def coefficients(config: ArrayConfig) -> int:
    """Powers of two that a product of terms can be."""
    return positions(config, "x") + positions(config, "w") - 1


def coefficient_width(config: ArrayConfig) -> int:
    """Bits of a coefficient, of a configuration that has them."""
    assert config.coefficient_width is not None
    return config.coefficient_width


class TermPairPE(ProcessingElement):
    """A multiplexer over the group, an adder of exponents, and an accumulator or a coefficient vector."""

    def pair(self, m: Module, west: data.View, north: data.View) -> tuple[Value, Value, Value]:
        """The product: whether there is one, its exponent, its sign, behind the first cut. Coefficients have the second
        one before the product."""
        term = north[0] if len(north) == 1 else north
        width = len(Cat(west[0]))
        chosen = data.View(data_term_layout(self.config), Signal(width, name="chosen"))
        m.d.comb += Cat(chosen).eq(Cat(west).word_select(term.index, width))
        if self.config.accumulation != "direct":
            stages = self.stages(m)
            chosen = data.View(chosen.shape(), stages.cut(2, Cat(chosen), "chosen"))
            term = data.View(term.shape(), stages.cut(2, Cat(term), "term"))
        exponent = Signal(bits_for(coefficients(self.config) - 1), name="exponent")
        valid = Signal(name="pair_valid")
        negative = Signal(name="pair_negative")
        m.d.comb += [
            exponent.eq(chosen.exponent + term.exponent),
            valid.eq(chosen.valid & term.valid),
            negative.eq(chosen.negative ^ term.negative),
        ]
        stages, parts = self.stages(m), {"valid": valid, "exponent": exponent, "negative": negative}
        behind = [stages.cut(1, value, f"pair_{name}") for name, value in parts.items()]
        return behind[0], behind[1], behind[2]

    def addend(self, m: Module, control: data.View, west: data.View, north: data.View) -> Value:
        valid, exponent, negative = self.pair(m, west, north)
        count = coefficients(self.config)
        # 2^e is one bit, -2^e that bit and all above it
        power = Signal(count)
        m.d.comb += power.eq(Cat((exponent == place) & valid for place in range(count)))
        above = [Const(0, 1)]
        for place in range(count):
            above.append(above[-1] | power[place])
        bits = [power[place] | (above[place] & negative) for place in range(count)]
        return self.stages(m).cut(2, Cat(*bits, above[-1] & negative), "power").as_signed()

    def accumulate(self, m: Module, control: data.View, west: data.View, north: data.View) -> None:
        if self.config.accumulation == "direct":
            return super().accumulate(m, control, west, north)
        valid, exponent, negative = self.pair(m, west, north)
        counts, first = self.moments(m, control)
        width = coefficient_width(self.config)
        vector = [
            Signal(signed(width), name=f"coefficient_{place}", reset_less=True)
            for place in range(coefficients(self.config))
        ]
        counted = Signal(signed(width))
        following = Signal(signed(width))
        m.d.comb += [
            counted.eq(Mux(first, 0, Cat(vector).word_select(exponent, width).as_signed())),
            following.eq(counted + Cat(valid, (valid & negative).replicate(width - 1)).as_signed()),
        ]
        for place, coefficient in enumerate(vector):
            with m.If(counts & (first | (exponent == place))):
                m.d.sync += coefficient.eq(Mux(exponent == place, following, 0))
        m.d.comb += Cat(self.result).eq(Cat(vector))
        return None
