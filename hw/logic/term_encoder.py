"""Term encoder: a weight as signed powers of two, in the encodings that a configuration builds in.

HESE by :class:`lowtide.hw.logic.hese.HeseEncoder`; binary is the sign-magnitude form, the ones of ``abs(x)``, all with
the sign of x. Where both are built in, the mode bit ``hese`` chooses. Combinational.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib.wiring import In, Out

from .hese import HeseEncoder
from .unit import Unit

if TYPE_CHECKING:
    from ..config.array_config import ArrayConfig

__all__ = ["TermEncoder", "max_terms", "positions"]


def positions(config: ArrayConfig, side: str = "w") -> int:
    """Powers of two that the terms of a weight (or of a datum, side "x") can have: exponents 0 to positions - 1."""
    width, types = (config.w_width, config.w_types) if side == "w" else (config.x_width, config.x_types)
    return width + ("unsigned" in types and "hese" in config.encodings)


def max_terms(hese: bool, is_signed: bool, bits: int) -> int:
    """The most terms that a weight of ``bits`` bits can have."""
    return (bits + (not is_signed) + 1) // 2 if hese else bits - is_signed


class TermEncoder(Unit):
    """An encoder of one weight. On the side "x", of one datum.

    Parameters
    ----------
    config : ArrayConfig
    side : str
        "w" for weights, "x" for data.

    Ports
    -----
    value : in, ``w_width`` or ``x_width`` bits
    hese, value_signed : in, 1 bit
        Bits of the mode: the encoding, the number type.
    nonzero, negative : out, one bit for each exponent
    """

    combinational = True

    def __init__(self, config: ArrayConfig, side: str = "w") -> None:
        self.config, self.prefix = config, f"{config.name}_{'' if side == 'w' else 'data_'}"
        self.width, self.types = (config.w_width, config.w_types) if side == "w" else (config.x_width, config.x_types)
        count = positions(config, side)
        super().__init__(
            f"{self.prefix}term_encoder",
            {
                "value": In(self.width),
                "hese": In(1),
                "value_signed": In(1),
                "nonzero": Out(count),
                "negative": Out(count),
            },
        )

    def build(self, m: Module) -> None:
        config, forms = self.config, {}
        if "hese" in config.encodings:
            encoder = HeseEncoder(bits=self.width, types=self.types, name=f"{self.prefix}hese_encoder")
            inputs = {"value_signed": self.value_signed} if len(self.types) == 2 else {}
            hese = self.place(m, "hese_encoder", encoder, value=self.value, **inputs)
            forms["hese"] = hese.nonzero, hese.negative
        if "binary" in config.encodings:
            minus = Signal()
            magnitude = Signal(self.width)
            is_signed = self.value_signed if len(self.types) == 2 else int(self.types == ("signed",))
            m.d.comb += minus.eq(self.value[-1] & is_signed)
            m.d.comb += magnitude.eq((self.value ^ minus.replicate(self.width)) + minus)
            forms["binary"] = magnitude, magnitude & minus.replicate(self.width)
        if len(forms) == 2:
            nonzero, negative = (Mux(self.hese, a, b) for a, b in zip(forms["hese"], forms["binary"], strict=True))
        else:
            ((nonzero, negative),) = forms.values()
        m.d.comb += [self.nonzero.eq(nonzero), self.negative.eq(negative)]
