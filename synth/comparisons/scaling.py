"""How engines grow: area of the whole, for each PE, and the edges' share, from one PE to a thousand and more.

Edges are all that is no PE: encoders and decoders at the border, skews, readout, sequencer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lowtide.hw.config.array_config import ArrayConfig

from ..prices.collect import EnginePrice, Prices
from ..targets import Target

__all__ = ["Effort", "Scale", "effort", "scaling"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """An engine of a size. None where it failed.

    Parameters
    ----------
    config, target, area_unit : str
        Whose engine, on what, and the unit of areas.
    rows, cols : int
        PEs.
    area, pe, area_per_pe : float or None
        Of all, of one PE, and of all over the number of PEs.
    edges : float or None
        Share of what is no PE, 0 to 1.
    modules : dict of str to float
        Area by module, all its instances together.
    failed : str or None
        The tool's line.
    """

    config: str
    target: str
    area_unit: str
    rows: int
    cols: int
    area: float | None
    pe: float | None
    area_per_pe: float | None
    edges: float | None
    modules: dict[str, float]
    failed: str | None

    @property
    def square(self) -> bool:
        """Whether there are as many rows as columns."""
        return self.rows == self.cols


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What Yosys took for an engine by itself, all recipes and parts. Measured when it was made.

    Parameters
    ----------
    config, target : str
        Whose engine, on what.
    rows, cols : int
        Of PEs.
    seconds : float
        Processor time.
    memory : int
        Bytes.
    """

    config: str
    target: str
    rows: int
    cols: int
    seconds: float
    memory: int


#: What gives the engines of a target: by name, one configuration a size.
Engines = Callable[[Target], Mapping[str, Sequence[ArrayConfig]]]


def scaling(engines: Engines, prices: Prices) -> list[Scale]:
    """What each engine on each target of the prices takes."""
    return [_scale(name, prices.engine(config, target)) for name, config, target in _each(engines, prices)]


def _scale(name: str, price: EnginePrice) -> Scale:
    config = price.config
    modules = {name: round(module.total, 3) for name, module in price.modules.items()}
    return Scale(
        config=name,
        target=price.target.name,
        area_unit=price.target.unit,
        rows=config.rows,
        cols=config.cols,
        area=price.area,
        pe=price.pe,
        area_per_pe=None if price.area is None else round(price.area / (config.rows * config.cols), 3),
        edges=None if price.edges is None else round(price.edges, 4),
        modules=modules,
        failed=price.failed,
    )


def effort(engines: Engines, prices: Prices) -> list[Effort]:
    """What Yosys took for each engine on each target of the prices."""
    found = [(name, prices.engine(config, target)) for name, config, target in _each(engines, prices)]
    return [
        Effort(
            config=name,
            target=price.target.name,
            rows=price.config.rows,
            cols=price.config.cols,
            seconds=price.seconds,
            memory=price.memory,
        )
        for name, price in found
    ]


def _each(engines: Engines, prices: Prices) -> list[tuple[str, ArrayConfig, Target]]:
    return [
        (name, config, target)
        for target in prices.targets
        for name, sizes in engines(target).items()
        for config in sizes
    ]
