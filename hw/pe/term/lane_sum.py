"""What the lanes of a `term` PE add in one cycle: multiplexers, shifters, conditional complements and one adder tree.

A lane chooses a datum, shifts it, and complements it where the term is negative: ``-v = ~v + 1``, the + 1 is a carry of
the adders, and what is shifted in below a complement is ones. A block of lanes (:mod:`lowtide.hw.pe.term.blocks`)
is added before it is shifted by the exponent bit that its lanes share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Module, Signal, Value
from amaranth.lib import data

from ...logic.offset_sum import signed_sum
from ...logic.running_sum import running_sum
from ...logic.term_encoder import positions
from ...logic.timing.stages import Cut, Stages
from ..operands import operand
from .blocks import Block, Lane, blocks

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["LaneSum"]


class LaneSum:
    """The sum of ``±(west[index] << exponent)`` over the lanes of an operand, as logic of a module.

    Parameters
    ----------
    m : Module
        Gets the logic.
    config : ArrayConfig
    west : view of an array
        The group of data.
    north : view
        Of :func:`lowtide.hw.pe.term.blocks.operand_layout`.
    x_signed : Value, 1 bit
        Whether the data are signed, where both number types are built in.
    """

    def __init__(self, m: Module, config: ArrayConfig, west: data.View, north: data.View, x_signed: Value) -> None:
        self.m, self.config, self.west, self.north, self.x_signed = m, config, west, north, x_signed
        self.stages = Stages(m, config.pipeline)

    def total(self) -> tuple[Value, Value]:
        """The sum of all lanes: (signed value, a carry that is still to be added)."""
        parts = [part for parts in blocks(self.config) for part in parts]
        in_blocks = any(isinstance(part, Block) for part in parts)
        return self.added(parts, "lanes", Cut(self.stages, 1, 0 if in_blocks else 1))

    def added(self, parts: Sequence[Lane | Block], name: str, cut: Cut | None = None) -> tuple[Value, Value]:
        """The sum of lanes and blocks: (signed value, a carry that is still to be added). cut: through this sum."""
        values, carries = zip(
            *(self.block(part) if isinstance(part, Block) else self.lane(part) for part in parts), strict=True
        )
        if self.config.sums == "chain" and len(values) > 1:
            total = running_sum(self.m, values, carries, name)
            return total if cut is None else cut(total, f"{name}_total"), Const(0, 1)
        return signed_sum(self.m, values, carries, name, cut)

    def block(self, block: Block) -> tuple[Value, Value]:
        """The sum of a block, shifted by the exponent bit that it shares: (signed value, a carry to be added)."""
        name = f"block_{block.number}"
        total, carry = self.added(block.parts, name)
        lifted = Cat(carry.replicate(1 << block.bit), total).as_signed()
        # shifted back where the bit is not set: the same multiplexer, and one operation for a simulator
        value = lifted >> Cat(Const(0, block.bit), ~self.stages.cut(2, self.north[name], name))
        return self.named(self.trimmed(value, len(block.lanes())), f"{name}_shifted"), carry

    def lane(self, lane: Lane) -> tuple[Value, Value]:
        """``±(datum << its own exponent bits)``, 0 in an empty slot: (signed value, a carry to be added)."""
        term, name, width = self.north[f"lane_{lane.number}"], f"lane_{lane.number}", self.config.x_width
        seen = Cat(self.west[value] for value in range(lane.first, lane.first + lane.values))
        value = seen.word_select(term.index, width) if lane.values > 1 else seen
        value = operand(self.named(value, f"{name}_datum"), self.config.x_types, self.x_signed)
        if lane.bit:
            value = self.named(value << term.shift, f"{name}_shifted")
        value = self.named(value ^ term.negative.as_signed(), f"{name}_signed")
        lifted = Cat(term.negative.replicate(1 << lane.bit), value).as_signed()
        value = (lifted & term.high.as_signed()) | (value & term.low.as_signed())  # a mask is one bit, sign-extended
        value = self.named(self.trimmed(value, 1), name)
        return self.stages.cut(2, value, name), self.stages.cut(2, term.negative, f"{name}_negative")

    def trimmed(self, value: Value, lanes: int) -> Value:
        """A signed value no wider than the sum of so many lanes can be."""
        datum = operand(Const(0, self.config.x_width), self.config.x_types, 0)
        return value[: len(datum) + positions(self.config) - 1 + (lanes - 1).bit_length()].as_signed()

    def named(self, value: Value, name: str) -> Signal:
        """``value`` as a signal with a name, of its own sign."""
        signal = Signal.like(value, name=name)
        self.m.d.comb += signal.eq(value)
        return signal
