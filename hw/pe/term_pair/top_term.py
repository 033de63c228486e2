"""Data terms: the largest term of each datum of a group, then the next, a term of every datum in each round.

The west edge of one row of kind `term_pair`. Top-s truncation (Kung et al., SC 2020, section 4) is s rounds of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import data
from amaranth.utils import bits_for

from ...logic.arithmetic import highest
from ...logic.term_encoder import TermEncoder, positions
from ..edge_encoder import EdgeEncoder

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["DataTermEncoder", "data_term_layout"]


def data_term_layout(config: ArrayConfig) -> data.StructLayout:
    """A term of a datum: its power of two, its sign, and whether there is one."""
    return data.StructLayout({"exponent": bits_for(positions(config, "x") - 1), "negative": 1, "valid": 1})


class DataTermEncoder(EdgeEncoder):
    """Takes a group of data with ``beat``; from the next cycle on shows their largest terms, and takes these away in
    each round that starts."""

    latency, moments = 1, ("beat", "start")

    def __init__(self, config: ArrayConfig) -> None:
        super().__init__(
            config,
            "west",
            "data_terms",
            values=data.ArrayLayout(config.x_width, config.group),
            operand=data.ArrayLayout(data_term_layout(config), config.group),
        )

    def build(self, m: Module) -> None:
        config, count = self.config, positions(self.config, "x")
        control = self.hand_on(m)
        for index, value in enumerate(self.values):
            encoder = self.place(
                m,
                f"term_encoder_{index}",
                TermEncoder(config, "x"),
                value=value,
                hese=config.pe.mode_bit(config, self.control, "hese"),
                value_signed=config.pe.mode_bit(config, self.control, "x_signed"),
            )
            left = Signal(count, name=f"left_{index}", reset_less=True)
            negative = Signal(count, name=f"negative_{index}", reset_less=True)
            top = Signal(count, name=f"top_{index}")
            term = self.operand[index]
            m.d.comb += [
                top.eq(Cat(highest(left))),
                term.valid.eq(left.any()),
                term.negative.eq((top & negative).any()),
                term.exponent.eq(
                    Cat(
                        Cat(top[place] for place in range(count) if place >> bit & 1).any()
                        for bit in range(len(term.exponent))
                    )
                ),
            ]
            with m.If(self.control.beat):
                m.d.sync += [left.eq(encoder.nonzero), negative.eq(encoder.negative)]
            with m.Elif(control.start):
                m.d.sync += left.eq(left & ~top)
