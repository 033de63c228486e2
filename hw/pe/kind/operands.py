"""How a kind's operands lie in the streams, what travels to the PEs instead, and the units at the edges in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Const, ShapeLike, Value, signed, unsigned
from amaranth.lib import data

from ...logic.unit import Unit
from ...mode.word import Mode
from ..edge_encoder import EdgeEncoder

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["Operands"]


class Operands:
    """The chapter of a kind about operands and results.

    Attributes
    ----------
    encoder_latency : int
        Cycles that the edges' encoders take.
    decoder : bool
        Whether formats of weights are decoded at the north edge, or mean something to the PE itself.
    exponent_sides : tuple of str
        The streams whose chunks have an exponent where ``exponent_bits`` is not 0: "x", "w".
    exponents_encoded : bool
        Whether the encoders take a chunk's exponent; else it goes to the PE beside the operand.
    reports_losses : bool
        Whether a weight of more bits than the mode states is found and reported.
    limb_products : bool
        Whether the PE multiplies and adds limbs of 2 bits as :mod:`lowtide.hw.pe.fused.limb_routes` says, operands of
        16 bits by halves, one pair of halves a round.
    """

    encoder_latency: int = 0
    decoder: bool = True
    exponent_sides: tuple[str, ...] = ()
    exponents_encoded: bool = False
    reports_losses: bool = False
    limb_products: bool = False

    def own_multipliers(self, config: ArrayConfig) -> bool:
        """Whether the PE multiplies by logic of its own, and not by ``*``, which synthesis makes a multiplier of."""
        return False

    def edge_latency(self, config: ArrayConfig) -> int:
        """Cycles from the streams to the array's border, at both edges: the encoders', and one for the registers behind
        the sequencer and the masks where sums have stages."""
        return self.encoder_latency + (config.pipeline > 0)

    def stream_bits(self, config: ArrayConfig, side: str) -> int:
        """Bits of one row's or column's operands of a beat in the stream ``x`` or ``w``."""
        return config.chunk * (config.x_width if side == "x" else config.w_width)

    def element_bits(self, config: ArrayConfig, mode: Mode, side: str) -> int:
        """Bits of one value there in this mode. Values lie without gaps, value 0 lowest."""
        return config.x_width if side == "x" else config.w_width

    def element_sizes(self, config: ArrayConfig, word: data.View, side: str) -> list[tuple[int, Value]]:
        """Bits of one value there, from a mode word.

        Returns
        -------
        list of (int, Value)
            Each number of bits that a mode can have, with the one-bit value that says whether this one does.
        """
        return [(config.x_width if side == "x" else config.w_width, Const(1))]

    def decoded_bits(self, config: ArrayConfig, w_format: str) -> int:
        """Bits of one value in the stream ``w`` in modes of this format."""
        return config.w_width

    def padding(self, config: ArrayConfig, word: data.View, side: str) -> Value | None:
        """Bits that stand in for the values beyond a job's last one, as wide as a payload; None for zeros."""
        return None

    def west_shape(self, config: ArrayConfig) -> ShapeLike:
        """Shape of the operand that a PE holds."""
        return data.ArrayLayout(unsigned(config.x_width), config.chunk)

    def north_shape(self, config: ArrayConfig) -> ShapeLike:
        """Shape of the operand that a PE takes every cycle."""
        return data.ArrayLayout(unsigned(config.w_width), config.chunk)

    def west_encoder(self, config: ArrayConfig) -> EdgeEncoder | None:
        """A new unit between a row's chunk of data and its west operands; None passes the chunk on as it is."""
        return None

    def north_encoder(self, config: ArrayConfig) -> EdgeEncoder | None:
        """A new unit between a column's chunk of weights and its north operands; None passes the chunk on as it is."""
        return None

    def tile_addends(self, config: ArrayConfig, stages: int = 0) -> Unit | None:
        """A new unit that makes of a tile's operands what all of its PEs add, with so many register stages in it.

        Its inputs are ``control``, ``west`` and ``north``, a row's or a column's operand each, without exponents; its
        output ``addends`` has rows of columns of signed values. None where each PE makes its own addend.
        """
        return None

    def result_shape(self, config: ArrayConfig) -> ShapeLike:
        """Shape of a PE's result."""
        return signed(config.acc_width)

    def result_converter(self, config: ArrayConfig) -> Unit | None:
        """A new combinational unit that makes a result of the accumulator's width out of the one that a row shows: its
        input is ``i``, its output ``o``. None where they are the same."""
        return None
