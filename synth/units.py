"""Units: what is priced. A design is the hardware of one configuration, a unit a part of it: its PE, its array without
edges, or the whole engine.

Everything follows from the named configurations and from what each kind of PE says of itself; a new kind needs no entry
here. All designs are generated under one name, so that equal hardware is equal text and is priced once.
"""

from dataclasses import dataclass, replace
from itertools import product

from hw.array import PEArray
from hw.config import MULTIPLIERS, ArrayConfig
from hw.configurations import CONFIGURATIONS
from hw.emit import verilog
from hw.engine import Engine

__all__ = ["Design", "conventional", "default_designs", "designs_of"]

CONVENTIONAL = "parallel"  #: the kind of PE that all others are compared with
NAME = "priced"
SIZE = 8  #: rows and columns of the arrays that are priced by default
LANES = (1, 2, 4, 8)


@dataclass(frozen=True)
class Design:
    """The hardware of one configuration, as Verilog, and the units of it that are priced.

    config: an :class:`hw.config.ArrayConfig`.
    top: name of the top module in ``verilog``.
    units: dict of "pe", "array", "engine" to the name of its module; those that an earlier design has are left out.
    """

    config: ArrayConfig
    top: str
    verilog: str
    units: dict


def _designs(engines, pes):
    """Designs of whole engines, and of PEs alone. A unit that occurred before in the same text is left out."""
    designs, known = [], set()
    for config, only_pe in [(config, False) for config in engines] + [(config, True) for config in pes]:
        same = replace(config, name=NAME)
        pe = same.operations.pe(same)
        tops = {"pe": pe} if only_pe else {"pe": pe, "array": PEArray(same), "engine": Engine(same)}
        texts = {unit: verilog(top) for unit, top in tops.items()}
        units = {unit: tops[unit].name for unit, text in texts.items() if text not in known}
        known.update(texts.values())
        if units:
            unit = "pe" if only_pe else "engine"
            designs.append(Design(config, tops[unit].name, texts[unit], units))
    return designs


def _variants(config):
    """The PE of a configuration with other lanes and multipliers, and with signed data only, as configurations."""
    multipliers = MULTIPLIERS if config.multiplier else (None,)
    for lanes, types, multiplier in product(LANES, (config.x_types, ("signed",)), multipliers):
        name = f"{config.kind}_g{config.group}_l{lanes}" if config.group > 1 else f"{config.kind}_l{lanes}"
        name += f"_{multiplier}" if multiplier else ""
        name += "_signed" if types != config.x_types else ""
        try:
            yield replace(config, name=name, lanes=lanes, x_types=types, multiplier=multiplier)
        except ValueError:
            continue  # no such configuration of this kind


def conventional(config):
    """Configurations of the conventional array that ``config`` is compared with: equal rows, columns and widths."""
    same = ("rows", "cols", "x_width", "w_width", "acc_width", "x_types", "w_types", "result_buffer")
    values = {name: getattr(config, name) for name in same}
    named = [other for other in CONFIGURATIONS.values()
             if other.kind == CONVENTIONAL and all(getattr(other, name) == value for name, value in values.items())]
    return named or [ArrayConfig(name=f"{CONVENTIONAL}_for_{config.name}_l{lanes}_{multiplier}", kind=CONVENTIONAL,
                                 lanes=lanes, multiplier=multiplier, **values)
                     for lanes, multiplier in product(sorted({1, config.lanes}), MULTIPLIERS)]


def default_designs():
    """The named 8x8 arrays, the PEs of the other named configurations, and these PEs with other lanes and types."""
    engines = [config for config in CONFIGURATIONS.values() if config.rows == config.cols == SIZE]
    pes = [config for config in CONFIGURATIONS.values() if config not in engines]
    firsts = {config.kind: config for config in reversed(engines)}
    return _designs(engines, pes + [variant for config in firsts.values() for variant in _variants(config)])


def designs_of(configs):
    """The engines of these configurations, and of the conventional ones that they are compared with."""
    wanted = {config.name: config for config in configs}
    for config in configs:
        if config.kind != CONVENTIONAL:
            wanted = {other.name: other for other in conventional(config)} | wanted
    return _designs(wanted.values(), [])
