"""The dot products of a tile of `parallel` PEs, in multipliers that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ...logic.packed_products import PackedProducts
from ...logic.packing import BLOCKS, Block, Packing, signed_bits
from ...logic.unit import Unit
from ..control_bits import control_layout
from ..operands import operand

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["TileProducts", "blocks_for", "packing_of"]


class TileProducts(Unit):
    """What one cycle adds to each accumulator of a tile.

    Parameters
    ----------
    config : ArrayConfig
        Of `parallel`, with a ``multiplier`` that tiles share.
    packing : Packing
        How they share it.
    stages : int
        Register stages that lie in it.

    Ports
    -----
    control : in, :func:`lowtide.hw.pe.control_bits.control_layout`
    west : in, rows of lanes of ``x_width`` bits
        What the tile holds.
    north : in, columns of lanes of ``w_width`` bits
    addends : out, rows of columns
        Signed; with stages as many cycles later.
    """

    def __init__(self, config: ArrayConfig, packing: Packing, stages: int) -> None:
        self.config, self.packing, self.stages = config, packing, stages
        self.combinational = not stages
        kind = config.pe
        addend = signed(signed_bits(packing.sums))
        super().__init__(
            f"{config.name}_products",
            ({"en": In(1)} if stages else {})
            | {
                "control": In(control_layout(config)),
                "west": In(data.ArrayLayout(kind.west_shape(config), packing.rows)),
                "north": In(data.ArrayLayout(kind.north_shape(config), packing.cols)),
                "addends": Out(data.ArrayLayout(data.ArrayLayout(addend, packing.cols), packing.rows)),
            },
        )

    def build(self, m: Module) -> None:
        """Integers of the operands, as the mode has them, and their packed products."""
        config = self.config
        x_signed, w_signed = (config.pe.mode_bit(config, self.control, f"{side}_signed") for side in "xw")
        products = PackedProducts(
            f"{self.name}_of_words", self.packing, in_a_row=config.sums == "chain", stages=self.stages
        )
        placed = self.place(
            m,
            "dot_products",
            products,
            x=Cat(operand(value, config.x_types, x_signed) for row in self.west for value in row),
            w=Cat(operand(value, config.w_types, w_signed) for column in self.north for value in column),
        )
        m.d.comb += Cat(self.addends).eq(Cat(placed.sums))


def packing_of(config: ArrayConfig) -> Packing | None:
    """How the products of a tile lie in the multipliers that it shares; None where its ``multiplier`` is no such one.

    Raises
    ------
    ValueError
        They do not fit.
    """
    block = next((each for each in BLOCKS if each.name == config.multiplier), None)
    return None if block is None else _packing(config, block)


def blocks_for(config: ArrayConfig) -> list[str]:
    """The names of the multipliers that the tile of a configuration could share."""
    found = []
    for block in BLOCKS:
        try:
            _packing(config, block)
        except ValueError:
            continue
        found.append(block.name)
    return found


def _packing(config: ArrayConfig, block: Block) -> Packing:
    return Packing(
        block=block,
        rows=config.tile_rows,
        cols=config.tile_cols,
        lanes=config.lanes,
        x=_values(config.x_width, config.x_types),
        w=_values(config.w_width, config.w_types),
    )


def _values(width: int, types: tuple[str, ...]) -> tuple[int, int]:
    """The least and the largest operand of all number types."""
    least = -(1 << width - 1) if "signed" in types else 0
    return least, (1 << width if "unsigned" in types else 1 << width - 1) - 1
