"""`term_pair`: one pair of terms a cycle, of a weight and of a datum: the tMAC (Kung et al., SC 2020, section 5).

A weight term ``±2^f`` and a data term ``±2^e`` multiply to ``±2^(e+f)``: the PE adds two exponents and xors two signs.
A group with a budget of k weight terms and s terms of each datum takes k s cycles. They come in s rounds: in a round
the PE holds one term of every datum of the group, the largest in the first round, and all k weight terms pass by. So a
PE never stores more than one term of a datum, whatever s.

The product is added to the accumulator as it is (``direct``), or counted: a coefficient vector has a counter for every
power of two, and a binary stream converter, one for a row, makes an integer of it (``coefficients``, as published).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from amaranth.hdl import Module, Mux, ShapeLike, Value, signed
from amaranth.lib import data
from amaranth.utils import bits_for

from ...logic.term_encoder import max_terms
from ...logic.unit import Unit
from ...mode.word import Mode
from ..base import ProcessingElement
from ..edge_encoder import EdgeEncoder
from ..kind import EVERY_FORMAT, Documents, field
from ..operation_counts import Operation, additions, shared
from ..term.budgets import terms_of_a_weight
from ..term.kind import Term
from ..term.window_selector import term_layout
from .converter import BinaryStreamConverter
from .edge import RepeatingColumnEncoder
from .pe import TermPairPE, coefficient_width, coefficients
from .top_term import DataTermEncoder, data_term_layout

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["TermPair"]


class TermPair(Term):
    """One pair of terms a cycle. The weight side is that of `term` with one lane."""

    name = "term_pair"
    summary = "term pairs (tMAC): one weight term by one data term a cycle, exponents added"
    documents = Documents(
        west="one term of each of g data, another in each of s rounds",
        north="one weight term",
        cycles="k s",
        values="g",
        modes="Every `x_bits` and `w_bits` from 2 to 8, every group up to 8, every budget and every number of data "
        "terms is a mode, without selection every budget that keeps every term: budget times data terms "
        f"cycles, where 0 data terms are as many as a datum can have. {EVERY_FORMAT}",
        what="the tMAC of the same paper: one pair of terms a cycle",
        choose="to compare; the smallest PE, and the slowest",
        steps=("choose 1 of g", "add\nexponents", "power of two"),
    )
    flexible = {}
    example = {"group": 3, "accumulation": "direct"}
    limits = {"lanes": (1,)}
    fields = ("encodings", "group", "budget", "accumulation", "coefficient_width", "pipeline")
    pe_fields = ()
    west_fields = ("hese", "x_signed")

    def defaults(self, config: ArrayConfig) -> dict[str, Any]:
        width = 12 if config.accumulation == "coefficients" else None
        return super().defaults(config) | {"coefficient_width": width}

    def validate(self, config: ArrayConfig) -> None:
        super().validate(config)
        if config.accumulation == "direct" and config.coefficient_width is not None:
            raise ValueError(
                f"coefficient_width is {config.coefficient_width}, accumulation direct has no "
                "coefficients: leave it out"
            )

    def rounds(self, config: ArrayConfig, mode: Mode | data.View) -> int | Value:
        if isinstance(mode, Mode):
            return mode.data_terms or max_terms(mode.hese, mode.x_signed, mode.x_bits)
        bits, unsigned_bit = field(mode, "x_bits"), ~mode.x_signed
        every = Mux(mode.hese, (bits + unsigned_bit + 1) >> 1, bits - mode.x_signed)
        return Mux(mode.data_terms == 0, every, mode.data_terms)

    def operation_counts(self, config: ArrayConfig, mode: Mode) -> list[Operation]:
        """A pair of terms is an addition of exponents and one to the accumulator, or to a coefficient."""
        exponents = additions(1, bits_for(coefficients(config) - 1))
        sums = additions(1, config.acc_width if config.accumulation == "direct" else coefficient_width(config))
        return shared(exponents + sums, mode.group, self.cycles_per_beat(config, mode))

    def supported(self, config: ArrayConfig) -> dict[str, Sequence[int]]:
        return super().supported(config) | {"data_terms": range(17)}

    def plain_modes(self, config: ArrayConfig) -> list[Mode]:
        """Every term of both (QT), every bit pair, and term revealing with the paper's settings."""
        modes = [mode for mode in super().plain_modes(config) if not mode.select]
        for x in config.signs("x"):
            for w in config.signs("w"):
                plain = Mode(
                    x_signed=bool(x),
                    w_signed=bool(w),
                    x_bits=config.x_width,
                    w_bits=config.w_width,
                    group=config.group,
                    hese="hese" in config.encodings,
                    select=True,
                )
                settings = [(3, 3), (3, 2), (2, 3), (2, 2), (2, 1)]  # weight terms of two values, terms of a datum
                modes += [
                    plain.change(budget=min(max(1, config.group * half // 2), config.budget), data_terms=terms)
                    for half, terms in settings
                ]
        return list(dict.fromkeys(modes))

    def effective_data(self, config: ArrayConfig, mode: Mode) -> tuple[int, int]:
        least, most = super().effective_data(config, mode)
        if not mode.hese:
            cut = max(0, most.bit_length() - mode.data_terms) if mode.data_terms else 0
            return least, most >> cut << cut
        several = max_terms(mode.hese, mode.x_signed, mode.x_bits) > 1
        return least, most + (several and mode.data_terms == 1)  # 127 = 128 - 1 becomes 128 when its second term goes

    def bound_on_k(self, config: ArrayConfig, mode: Mode) -> int | None:
        if config.accumulation == "direct":
            return None
        terms = min(
            mode.budget, config.values_of_chunk("w", mode) * terms_of_a_weight(mode)
        )  # of a group, each meets an exponent once
        return mode.group * (((1 << coefficient_width(config) - 1) - 1) // terms)

    def west_shape(self, config: ArrayConfig) -> data.ArrayLayout:
        return data.ArrayLayout(data_term_layout(config), config.group)

    def north_shape(self, config: ArrayConfig) -> data.ArrayLayout:
        return data.ArrayLayout(term_layout(config), config.lanes)

    def arrange(self, m: Module, config: ArrayConfig, terms: Sequence[data.View], operand: data.View) -> None:
        m.d.comb += [lane.eq(term) for lane, term in zip(operand, terms, strict=True)]

    def west_encoder(self, config: ArrayConfig) -> DataTermEncoder:
        return DataTermEncoder(config)

    def north_encoder(self, config: ArrayConfig) -> EdgeEncoder | None:
        return RepeatingColumnEncoder(config, self)

    def processing_element(self, config: ArrayConfig) -> ProcessingElement:
        return TermPairPE(config, self)

    def result_shape(self, config: ArrayConfig) -> ShapeLike:
        if config.accumulation == "direct":
            return super().result_shape(config)
        return data.ArrayLayout(signed(coefficient_width(config)), coefficients(config))

    def result_converter(self, config: ArrayConfig) -> Unit | None:
        return None if config.accumulation == "direct" else BinaryStreamConverter(config)
