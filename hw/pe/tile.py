"""Tile: PEs that share operands, one stop of the wave.

Each row of a tile has one west operand, each column one north operand, and all PEs the same control bits; a PE of a
tile is what is left then, the arithmetic and the accumulator::

                  north 0    north 1
    west 0   -->  PE(0,0)    PE(0,1)
    west 1   -->  PE(1,0)    PE(1,1)

What PEs make of an operand alone, such as the digits of a weight, is equal logic of equal inputs: synthesis keeps it
once. Where the kind says so the tile makes the addends of all its PEs in one unit, and a PE is its accumulator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Module
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ..logic.unit import Unit
from .control_bits import control_layout
from .held import held
from .operands import operand_shape

if TYPE_CHECKING:
    from ..config.array_config import ArrayConfig

__all__ = ["Tile", "stop_unit"]


class Tile(Unit):
    """PEs that share operands. All results are complete in the same cycle.

    Ports
    -----
    control, control_out : in and out, :func:`lowtide.hw.pe.control_bits.control_layout`
    west, east : in and out, one :func:`lowtide.hw.pe.operands.operand_shape` a row
        Kept where ``control.beat`` is 1.
    north, south : in and out, one operand a column
    done : out, 1 bit
        ``result`` is complete in this cycle.
    result : out, one ``kind.result_shape`` a PE
        The accumulators, row by row.
    """

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        control = control_layout(config)
        west = data.ArrayLayout(operand_shape(config, "x"), config.tile_rows)
        north = data.ArrayLayout(operand_shape(config, "w"), config.tile_cols)
        super().__init__(
            f"{config.name}_tile",
            {
                "en": In(1),
                "control": In(control),
                "west": In(west),
                "north": In(north),
                "control_out": Out(control),
                "east": Out(west),
                "south": Out(north),
                "done": Out(1),
                "result": Out(data.ArrayLayout(config.pe.result_shape(config), config.pes_of_tile)),
            },
        )

    def build(self, m: Module) -> None:
        config, results = self.config, []
        control, west, north = held(m, self)
        addends = self.addends(m, control, west, north)
        for row in range(config.tile_rows):
            for column in range(config.tile_cols):
                pe = config.pe.processing_element(config)
                inputs = {"west": west[row], "north": north[column]}
                if addends is not None:
                    inputs = {"addend_of_tile": addends[row][column]}
                    inputs |= {"distance": west[row].exponent + north[column].exponent} if pe.aligns else {}
                placed = self.place(m, f"pe_{row}_{column}", pe, control=control, **inputs)
                results.append(Cat(placed.result))
        m.d.comb += Cat(self.result).eq(Cat(results))

    def addends(self, m: Module, control: data.View, west: data.View, north: data.View) -> data.View | None:
        """What the tile makes of its operands for all PEs; None where each PE makes its own addend."""
        pe = self.config.pe.processing_element(self.config)
        unit = self.config.pe.tile_addends(self.config, pe.stages_of_addend)
        if unit is None:
            return None
        operands = {"west": west, "north": north}
        if pe.aligns:
            operands = {name: Cat(each.operand for each in side) for name, side in operands.items()}
        return self.place(m, "products", unit, control=control, **operands).addends


def stop_unit(config: ArrayConfig) -> Unit:
    """A new unit of one stop of the wave: a tile, or a PE where that has operands of its own."""
    return Tile(config) if config.tiled else config.pe.processing_element(config)
