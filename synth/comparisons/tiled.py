"""What tiles save: a PE's share of a tile beside the PE with operands of its own, alone and in whole engines."""

from collections.abc import Sequence
from dataclasses import dataclass

from lowtide.hw.config.array_config import ArrayConfig

from ..flow.pricing import Price
from ..prices.collect import Prices
from ..prices.selection import untiled
from .scaling import Scale

__all__ = ["TilePrice", "tile_prices"]


@dataclass(frozen=True, kw_only=True)
class TilePrice:
    """A tile on a target. None where it failed, or where the engine was not priced.

    Parameters
    ----------
    config, target, area_unit : str
        Of the configuration and the target, and the unit of areas.
    tile_rows, tile_cols : int
        PEs of a tile.
    pe, share : float or None
        Area of the PE with operands of its own, and of a tile over its PEs.
    extra, extra_shared : dict of str to float
        Resources beside the area, of that PE and of a tile over its PEs, by name; empty where it failed.
    engine, engine_shared : float or None
        Area of the engine without tiles and of the one with them, over their PEs.
    """

    config: str
    target: str
    area_unit: str
    tile_rows: int
    tile_cols: int
    pe: float | None
    share: float | None
    extra: dict[str, float]
    extra_shared: dict[str, float]
    engine: float | None
    engine_shared: float | None

    @property
    def saved(self) -> float | None:
        """What a PE saves, as a share of its area."""
        return None if self.pe is None or self.share is None else 1 - self.share / self.pe

    @property
    def engine_saved(self) -> float | None:
        """What an engine saves, as a share of its area."""
        if self.engine is None or self.engine_shared is None:
            return None
        return 1 - self.engine_shared / self.engine


def tile_prices(configs: Sequence[ArrayConfig], prices: Prices, scales: Sequence[Scale]) -> list[TilePrice]:
    """What tiles save in each configuration, on each target of the prices; ``scales`` has the engines."""
    engines = {(each.config, each.target, each.rows, each.cols): each.area_per_pe for each in scales}
    found = []
    for target in prices.targets:
        for config in configs:
            alone, tile = prices.pe(config, target), prices.tile(config, target)
            with_tiles, without = (
                engines.get((each.name, target.name, each.rows, each.cols)) for each in (config, untiled(config))
            )
            found.append(
                TilePrice(
                    config=config.name,
                    target=target.name,
                    area_unit=target.unit,
                    tile_rows=config.tile_rows,
                    tile_cols=config.tile_cols,
                    pe=alone.area,
                    share=None if tile.area is None else round(tile.area / config.pes_of_tile, 3),
                    extra=_extra(alone, 1),
                    extra_shared=_extra(tile, config.pes_of_tile),
                    engine=without,
                    engine_shared=with_tiles,
                )
            )
    return found


def _extra(price: Price, pes: int) -> dict[str, float]:
    """Resources beside the area, for each of so many PEs."""
    if price.recipe is None:
        return {}
    found = price.recipes[price.recipe].resources
    return {name: round(found[name] / pes, 3) for name in price.target.extra}
