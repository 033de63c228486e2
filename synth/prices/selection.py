"""What is priced by default. It all follows from the named configurations: a new kind of PE needs no entry here.

================  ================================================================================================
flexible          the configuration that stands for each kind, which has all its modes: a row for each mode
others            the named configurations of 8 bits whose PE is another one, first of equals: a row for each mode
wide              those of more bits: the PE alone, without comparison
scaled            the flexible ones and the conventional baseline, as square engines of several sizes
tall              the named configurations of more rows than columns, as engines
tiled             the named configurations whose PEs share operands: their tiles, and their engines beside those without
================  ================================================================================================

Tiles that share multipliers are priced where they are asked for by name: what they save are blocks of FPGAs, which none
of the default targets has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.named import CONFIGURATIONS, representative
from lowtide.hw.pe import KINDS

from ..designs.design import ONE_PE, Design, engine_design
from .goals import BASELINES

__all__ = [
    "FPGA_SIZES",
    "LARGEST",
    "SIZES",
    "engines",
    "flexible",
    "others",
    "scaled",
    "tall",
    "tiled",
    "untiled",
    "wide",
    "with_and_without",
]

SIZES = (1, 2, 4, 8, 16, 32)
FPGA_SIZES = (8,)  #: mapping to LUTs takes longer, and says the same of the edges
LARGEST = 64
BITS = 8
#: Fields that do not decide the PE, but for the name.
_NOT_OF_THE_PE: dict[str, Any] = ONE_PE | {"result_buffer": True, "name": "x"}


@cache
def flexible() -> tuple[ArrayConfig, ...]:
    """The flexible configuration of each kind."""
    return tuple(representative(kind) for kind in KINDS)


def others() -> tuple[ArrayConfig, ...]:
    """Named configurations of at most 8 bits with another PE than those before, the flexible ones first."""
    return tuple(config for config in _others() if max(config.x_width, config.w_width) <= BITS)


def wide() -> tuple[ArrayConfig, ...]:
    """Those of more bits: conventional PEs of their widths and eight lanes keep Yosys busy for minutes."""
    return tuple(config for config in _others() if max(config.x_width, config.w_width) > BITS)


@cache
def _others() -> tuple[ArrayConfig, ...]:
    known, found = {replace(config, **_NOT_OF_THE_PE) for config in flexible()}, []
    for config in sorted(CONFIGURATIONS.values(), key=lambda config: (config.rows != 8, not config.result_buffer)):
        if not _shares_multipliers(config) and (pe := replace(config, **_NOT_OF_THE_PE)) not in known:
            known.add(pe)
            found.append(config)
    return tuple(config for config in CONFIGURATIONS.values() if config in found)


def scaled(sizes: Iterable[int] = SIZES) -> dict[str, list[ArrayConfig]]:
    """The configurations whose engines are priced at several sizes: dict of name to one configuration a size."""
    baseline = CONFIGURATIONS[BASELINES["B8"][1]]
    return {
        config.name: [replace(config, rows=size, cols=size) for size in sizes] for config in (baseline, *flexible())
    }


def tall() -> dict[str, list[ArrayConfig]]:
    """The engines of more rows than columns: dict of name to one configuration."""
    return {config.name: [config] for config in CONFIGURATIONS.values() if config.rows > config.cols}


@cache
def tiled() -> tuple[ArrayConfig, ...]:
    """The named configurations whose PEs share operands in tiles, and nothing else."""
    return tuple(config for config in CONFIGURATIONS.values() if config.tiled and not _shares_multipliers(config))


def _shares_multipliers(config: ArrayConfig) -> bool:
    """Whether the PEs of a tile share multipliers."""
    return config.pe.tile_addends(config) is not None


def untiled(config: ArrayConfig) -> ArrayConfig:
    """The configuration without tiles: the named one that is the same otherwise, where there is one."""
    plain = replace(config, tile_rows=1, tile_cols=1)
    named = (each for each in CONFIGURATIONS.values() if replace(each, name=config.name) == plain)
    return next(named, replace(plain, name=f"{config.name}_without_tiles") if config.tiled else config)


def with_and_without(configs: Iterable[ArrayConfig]) -> dict[str, list[ArrayConfig]]:
    """The engines of tiled configurations, and the same without tiles: dict of name to one configuration."""
    return {each.name: [each] for config in configs for each in (untiled(config), config)}


def engines(configs: Mapping[str, Sequence[ArrayConfig]]) -> list[Design]:
    """The designs of scaled engines, as of :func:`scaled`."""
    return [engine_design(config) for sizes in configs.values() for config in sizes]
