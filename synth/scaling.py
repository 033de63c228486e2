"""How engines grow: area of the whole, for each PE, and the edges' share, from one PE to a thousand and more.

Edges are all that is no PE: encoders and decoders at the border, skews, readout, sequencer.
"""

from dataclasses import dataclass

__all__ = ["Effort", "Scale", "effort", "scaling"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """An engine of ``rows`` x ``cols`` PEs. area: of all; pe: of one PE; area_per_pe: area over their number;
    edges: share of what is no PE, 0..1; modules: dict of module to its area, all instances together. None where it
    failed."""

    config: str
    target: str
    area_unit: str
    rows: int
    cols: int
    area: float | None
    pe: float | None
    area_per_pe: float | None
    edges: float | None
    modules: dict
    failed: str | None


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What Yosys took for an engine of ``rows`` rows by itself, all recipes and parts: seconds of processor time,
    memory in bytes. Measured when it was made."""

    config: str
    target: str
    rows: int
    seconds: float
    memory: int


def scaling(engines, prices):
    """A :class:`Scale` for each engine on each target of the prices. engines: function of a target to a dict of name to
    a list of one configuration a size."""
    return [_scale(name, prices.engine(config, target)) for name, config, target in _each(engines, prices)]


def _scale(name, price):
    config, good = price.config, price.failed is None
    count = config.rows * config.cols
    modules = {name: round(module.total, 3) for name, module in price.modules.items()}
    return Scale(
        config=name,
        target=price.target.name,
        area_unit=price.target.unit,
        rows=config.rows,
        cols=config.cols,
        area=price.area,
        pe=price.pe,
        area_per_pe=round(price.area / count, 3) if good else None,
        edges=round(price.edges, 4) if good else None,
        modules=modules,
        failed=price.failed,
    )


def effort(engines, prices):
    """An :class:`Effort` for each engine on each target of the prices."""
    found = [(name, prices.engine(config, target)) for name, config, target in _each(engines, prices)]
    return [
        Effort(
            config=name, target=price.target.name, rows=price.config.rows, seconds=price.seconds, memory=price.memory
        )
        for name, price in found
    ]


def _each(engines, prices):
    return [
        (name, config, target)
        for target in prices.targets
        for name, sizes in engines(target).items()
        for config in sizes
    ]
