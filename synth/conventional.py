"""The conventional PEs that all others are compared with: kind ``parallel``, of a mode's own operand widths and types,
one lane and eight, multipliers by ``*`` and of Booth digits. The smallest for each multiplication counts."""

from itertools import product

from lowtide.hw.config.array_config import BY_NAME, ArrayConfig

__all__ = ["KIND", "LANES", "best", "conventional"]

KIND = "parallel"
LANES = (1, 8)


def conventional(x_bits, w_bits, *, x_signed=False, w_signed=True, acc_width=32):
    """The configurations of conventional PEs for operands of these widths and types."""
    types = {side: ("signed" if signed else "unsigned",) for side, signed in (("x", x_signed), ("w", w_signed))}
    return [
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
        for lanes, multiplier in product(LANES, BY_NAME["multiplier"].allowed)
    ]


def best(configs, area):
    """The configuration with the least area per multiplication per cycle, and that: (config, area per multiplication).

    area: dict of configuration to its PE's area, None where it failed. (None, None) where all did.
    """
    found = {config: area[config] / config.lanes for config in configs if area[config] is not None}
    winner = min(found, key=found.get, default=None)
    return winner, found.get(winner)
