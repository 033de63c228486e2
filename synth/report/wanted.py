"""What a run prices, by default all families and modes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lowtide.hw.config.array_config import ArrayConfig

from ..comparisons.breakdown import parted
from ..comparisons.mode_rows import designs
from ..designs.design import Design, pe_design, tile_design
from ..designs.structures import STRUCTURES, structures
from ..flow.job import Job
from ..prices.selection import FPGA_SIZES, SIZES, engines, flexible, others, scaled, tall, tiled, wide, with_and_without
from ..targets import GateLibrary, Target

__all__ = ["Wanted", "default_wanted"]


@dataclass(frozen=True)
class Wanted:
    """What a run prices.

    Parameters
    ----------
    flexible, others : tuple of ArrayConfig
        Configurations with a row for each mode; the flexible ones have all modes of their kind.
    engines, fpga_engines : dict of str to list of ArrayConfig
        Engines on standard cells and on FPGAs: name to one configuration a size.
    wide : tuple of ArrayConfig
        PEs without rows.
    tiled : tuple of ArrayConfig
        Configurations whose PEs share operands.
    """

    flexible: tuple[ArrayConfig, ...]
    others: tuple[ArrayConfig, ...]
    engines: dict[str, list[ArrayConfig]]
    fpga_engines: dict[str, list[ArrayConfig]]
    wide: tuple[ArrayConfig, ...] = ()
    tiled: tuple[ArrayConfig, ...] = ()

    @property
    def modes(self) -> tuple[ArrayConfig, ...]:
        """The configurations with rows."""
        return self.flexible + self.others

    def engines_on(self, target: Target) -> dict[str, list[ArrayConfig]]:
        """The engines of a target."""
        return self.engines if isinstance(target, GateLibrary) else self.fpga_engines

    def on(self, design: Design, target: Target) -> bool:
        """Whether a design is priced on a target."""
        return not design.engine or any(design.config in sizes for sizes in self.engines_on(target).values())

    def designs(self) -> list[Design]:
        """What has to be priced, the engines first: they take longest."""
        both = {name: sizes + self.fpga_engines.get(name, []) for name, sizes in self.engines.items()}
        pes = [*self.modes, *self.wide, *self.tiled, *(config for sizes in both.values() for config in sizes)]
        every = [pe_design(each) for config in pes for each in structures(config, STRUCTURES).values()]
        tiles = [tile_design(each) for config in pes if config.tiled for each in structures(config).values()]
        return engines(both) + every + tiles + designs(self.modes)

    def jobs(self) -> list[tuple[Callable[[], Job], Callable[[Target], bool]]]:
        """The jobs beside, as of :func:`lowtide.synth.prices.collect`: where area goes, on standard cells."""
        return [(partial(parted, each), _is_library) for config in self.modes for each in structures(config).values()]


def _is_library(target: Target) -> bool:
    return isinstance(target, GateLibrary)


def default_wanted(sizes: tuple[int, ...] = SIZES) -> Wanted:
    """All families and modes."""
    own = scaled(sizes)
    together = with_and_without(tiled())
    return Wanted(flexible(), others(), together | own | tall(), scaled(FPGA_SIZES), wide(), tiled())
