"""What a tile takes whose PEs share multiplier blocks, and the same tile with a block for each product."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.named import CONFIGURATIONS

from ..designs.design import tile_design
from ..designs.structures import STRUCTURES, structures
from ..flow.pricing import Price
from ..prices.collect import Prices, collect
from ..targets import Target

__all__ = ["INFERRED", "TileInBlocks", "block_tiles", "price_tiles"]

INFERRED = "inferred"  #: the multiplier that is left to synthesis: a block for each product


@dataclass(frozen=True, kw_only=True)
class TileInBlocks:
    """A tile on a target.

    Parameters
    ----------
    config : ArrayConfig
        The named configuration, whose PEs share multipliers.
    multiplier : str
        What this tile multiplies by: that of ``config`` or :data:`INFERRED`.
    target : Target
        An FPGA with multiplier blocks.
    sums : str or None
        The structure of its sums that takes the fewest LUTs; None where every one failed.
    price : Price
        Of that structure.
    """

    config: ArrayConfig
    multiplier: str
    target: Target
    sums: str | None
    price: Price

    @property
    def products(self) -> int:
        """Multiplications of a cycle."""
        return self.config.pes_of_tile * self.config.lanes

    @property
    def blocks(self) -> int | None:
        """Multiplier blocks that the tile takes; None where it failed."""
        return None if self.target.block is None else self.of(self.target.block)

    def of(self, resource: str) -> int | None:
        """How much of a resource the tile takes, its name as of the target; None where the tile failed."""
        return None if self.price.recipe is None else int(self.price.resources[resource])


def block_tiles() -> list[ArrayConfig]:
    """The named configurations whose PEs share multipliers."""
    return [config for config in CONFIGURATIONS.values() if config.pe.tile_addends(config) is not None]


def price_tiles(
    configs: Sequence[ArrayConfig],
    targets: Sequence[Target],
    *,
    processes: int | None = None,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> list[TileInBlocks]:
    """Price tiles with shared multipliers, each followed by the same one with a block for each product.

    Parameters
    ----------
    configs : sequence of ArrayConfig
        Whose PEs share multipliers.
    targets : sequence of Target
        A configuration is priced on those that have the blocks it is made for.
    processes : int or None
        At a time, one a core if None.
    progress
        Called with a word for the stage, the number of steps that are done and that of all.
    """
    on = [(config, target) for config in configs for target in targets if target.packs == config.multiplier]
    wanted = {
        (config, multiplier): structures(replace(config, multiplier=multiplier), STRUCTURES)
        for config in dict.fromkeys(config for config, _ in on)
        for multiplier in (str(config.multiplier), INFERRED)
    }
    of_target = {
        (tile_design(each), target)
        for (config, _), built in wanted.items()
        for each in built.values()
        for target in targets
        if (config, target) in on
    }
    prices = collect(
        [tile_design(each) for built in wanted.values() for each in built.values()],
        targets,
        on=lambda design, target: (design, target) in of_target,
        processes=processes,
        progress=progress,
    )
    return [
        _least(config, multiplier, target, wanted[config, multiplier], prices)
        for config, target in on
        for multiplier in (str(config.multiplier), INFERRED)
    ]


def _least(
    config: ArrayConfig, multiplier: str, target: Target, built: dict[str | None, ArrayConfig], prices: Prices
) -> TileInBlocks:
    """The tile of the structure that takes the fewest LUTs; the first one where all failed."""
    found = {sums: prices.tile_as_it_is(each, target) for sums, each in built.items()}
    there = {sums: price.area for sums, price in found.items() if price.area is not None}
    sums = min(there, key=there.__getitem__, default=None)
    price = found[sums] if there else next(iter(found.values()))
    return TileInBlocks(config=config, multiplier=multiplier, target=target, sums=sums, price=price)
