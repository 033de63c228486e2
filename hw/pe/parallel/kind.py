"""What `parallel` does, the baseline of every comparison.

Each cycle is a beat: ``accumulator += sum_i west[i] * north[i]`` over ``lanes`` pairs of integers of 2 to 16 bits,
each side signed or unsigned by mode. Both operands are plain integers, there is no encoder. The field ``multiplier``
says how they are multiplied:

============  ======================================================================================================
inferred      ``*``, left to synthesis, which may use DSP blocks
booth         radix-4 Booth digits that are summed over the lanes first (:mod:`lowtide.hw.logic.booth`): the smallest
              conventional unit that we know, and so the one to compare with
packed_AxB    the PEs of a tile share multipliers of A x B bits, each of which has the products of a lane for all of
              them (:mod:`lowtide.hw.logic.packing`)
============  ======================================================================================================
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...mode.word import Mode
from ..base import ProcessingElement
from ..kind import EVERY_FORMAT, Documents, Kind
from .pe import ParallelAccumulator, ParallelPE
from .tile_products import TileProducts, blocks_for, packing_of

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["Parallel"]


class Parallel(Kind):
    """Conventional multiply-accumulate, L lanes into one accumulator."""

    name = "parallel"
    summary = "conventional fixed-point dot product of L lanes (pMAC)"
    documents = Documents(
        west="L ints",
        north="L ints",
        cycles="1",
        values="L",
        modes=f"Every `x_bits` and `w_bits` from 2 to 8 is a mode, of one cycle. {EVERY_FORMAT} Block floating point "
        "runs with all of them.",
        what="conventional multiply-accumulate, `*` or Booth digits",
        choose="one width is all you need: the baseline",
        steps=("L multipliers", "adder tree"),
    )
    example = {"lanes": 2}
    flexible = {"lanes": 8, "multiplier": "booth"}
    fields = ("multiplier", "sums", "pipeline")
    block_floating = True
    exponent_sides = ("x", "w")
    pe_fields = ("x_signed", "w_signed")

    def validate(self, config: ArrayConfig) -> None:
        if config.sums == "chains" and config.multiplier != "booth":
            raise ValueError(f"sums is chains, allowed with multiplier {config.multiplier} are tree, chain")
        try:
            packing_of(config)
        except ValueError as error:
            fitting = ", ".join(["inferred", "booth", *blocks_for(config)])
            raise ValueError(f"multiplier is {config.multiplier}, allowed are {fitting}: {error}") from None

    def stand_in(self, config: ArrayConfig) -> ArrayConfig | None:
        """With ``*`` in place of Booth digits that a tree adds, if neither a register nor a shift lies behind them."""
        if config.multiplier != "booth" or config.sums != "tree" or config.pipeline or config.exponent_bits:
            return None
        return replace(config, multiplier="inferred")

    def chunk(self, config: ArrayConfig) -> int:
        return config.lanes

    def values_per_beat(self, config: ArrayConfig, mode: Mode) -> int:
        return config.lanes

    def own_multipliers(self, config: ArrayConfig) -> bool:
        return config.multiplier == "booth"

    def plain_modes(self, config: ArrayConfig) -> list[Mode]:
        return [
            Mode(x_signed=bool(x), w_signed=bool(w), x_bits=config.x_width, w_bits=config.w_width)
            for x in config.signs("x")
            for w in config.signs("w")
        ]

    def processing_element(self, config: ArrayConfig) -> ProcessingElement:
        return (ParallelAccumulator if self.tile_addends(config) else ParallelPE)(config, self)

    def tile_addends(self, config: ArrayConfig, stages: int = 0) -> TileProducts | None:
        packing = packing_of(config)
        return TileProducts(config, packing, stages) if config.tiled and packing else None
