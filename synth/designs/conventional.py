"""The conventional PEs that all others are compared with: kind ``parallel``, of a mode's own operand widths and types,
one lane and eight, multipliers by ``*`` and of Booth digits, these summed in each structure that counts. The smallest
for each multiplication is the baseline of a target."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

from lowtide.hw.config.array_config import ArrayConfig

from .structures import structures

__all__ = ["KIND", "LANES", "best", "conventional"]

KIND = "parallel"
LANES = (1, 8)
MULTIPLIERS = ("inferred", "booth")  #: those of a PE by itself


def conventional(
    x_bits: int, w_bits: int, *, x_signed: bool = False, w_signed: bool = True, acc_width: int = 32
) -> list[ArrayConfig]:
    """The configurations of conventional PEs for operands of these widths and types."""
    types = {side: ("signed" if signed else "unsigned",) for side, signed in (("x", x_signed), ("w", w_signed))}
    found = [
        ArrayConfig(
            name=f"conventional_{'s' if x_signed else 'u'}{x_bits}_{'s' if w_signed else 'u'}{w_bits}"
            f"_l{lanes}_{multiplier}",
            kind=KIND,
            lanes=lanes,
            multiplier=multiplier,
            acc_width=acc_width,
            x_width=x_bits,
            w_width=w_bits,
            x_types=types["x"],
            w_types=types["w"],
        )
        for lanes, multiplier in product(LANES, MULTIPLIERS)
    ]
    return [
        each if each == config else replace(each, name=f"{config.name}_{sums}")
        for config in found
        for sums, each in structures(config).items()
    ]


def best(
    configs: Iterable[ArrayConfig], areas: Mapping[ArrayConfig, float | None]
) -> tuple[ArrayConfig | None, float | None]:
    """The configuration with the least area per multiplication per cycle, and that area.

    Parameters
    ----------
    configs : iterable of ArrayConfig
        Of conventional PEs.
    areas : mapping of ArrayConfig to float or None
        Of their PEs, None where one failed; (None, None) where all did.
    """
    found = {config: area / config.lanes for config in configs if (area := areas[config]) is not None}
    winner = min(found, key=found.__getitem__, default=None)
    return (None, None) if winner is None else (winner, found[winner])
