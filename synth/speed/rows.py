"""Rows of the page of speeds: what was found for a unit of a configuration on a target."""

from dataclasses import dataclass

from lowtide.hw.config.array_config import ArrayConfig

from .fmax import Speed

__all__ = ["Row", "row_of"]


@dataclass(frozen=True)
class Row:
    """What :func:`lowtide.synth.speed.fmax` found for a unit of a configuration on a target.

    Parameters
    ----------
    config, family : str
        Name and kind of the configuration.
    stages, lanes : int
        Of it.
    unit, target : str
        One of :data:`lowtide.synth.speed.fmax.UNITS`, of :data:`lowtide.synth.speed.fmax.TARGETS`.
    found : Speed
    """

    config: str
    family: str
    stages: int
    lanes: int
    unit: str
    target: str
    found: Speed


def row_of(config: ArrayConfig, unit: str, target: str, found: Speed) -> Row:
    """The row of a configuration's unit."""
    return Row(config.name, config.kind, config.pipeline, config.lanes, unit, target, found)
