"""Units: what is priced. A design is the hardware of one configuration, a unit a part of it: its PE, its array without
edges, or the whole engine.

Everything follows from the named configurations and from what each kind of PE says of itself; a new kind needs no entry
here. Whole engines take the longest, by default only the main ones are priced as such. All designs are generated under
one name: equal hardware is equal text, and is synthesised once.
"""

from dataclasses import dataclass, replace
from itertools import product

from hw.array import PEArray
from hw.config import MULTIPLIERS, ArrayConfig
from hw.configurations import CONFIGURATIONS
from hw.emit import verilog
from hw.engine import Engine

__all__ = ["Design", "conventional", "default_configs", "default_designs", "designs_of", "same"]

CONVENTIONAL = "parallel"  #: the kind of PE that all others are compared with
EQUAL = ("x_width", "w_width", "acc_width", "x_types", "w_types")  #: of PEs that are compared with each other
NAME = "priced"
SIZE = 8  #: rows and columns of the arrays that are priced by default
#: Engines that are priced by default beside the first of each kind, where there are such configurations.
ENGINES = ("parallel_8x8_l8", "parallel_8x8_l1_booth", "parallel_8x8_l8_booth", "term_8x8_g8_l8", "term_8x8_g8_d8_s2")
MOST_CONVENTIONAL_LANES = 8  #: wider conventional PEs take Yosys minutes


@dataclass(frozen=True)
class Design:
    """Hardware of one configuration, as Verilog, and the units of it that are priced.

    config: an :class:`hw.config.ArrayConfig`.
    top: name of the top module in ``verilog``.
    units: dict of "pe", "array", "engine" to the name of its module; those that say nothing new are left out.
    """

    config: ArrayConfig
    top: str
    verilog: str
    units: dict


def _designs(engines, pes):
    """Designs of whole engines, and of PEs alone. A unit that says nothing new is left out: a PE of the sweep that
    occurred before, and one of a named configuration that occurred with equal operands and modes.

    The PE of an engine is a design of its own as well: inside another module the same PE comes out a little different,
    so that PEs are comparable only where all are synthesised alone.
    """
    designs, known = [], set()
    for config, only_pe in [(config, False) for config in engines] + [(config, True) for config in pes]:
        unnamed = replace(config, name=NAME)
        for tops in [{"pe": unnamed.operations.pe(unnamed)}] + (
                [] if only_pe else [{"array": PEArray(unnamed), "engine": Engine(unnamed)}]):
            texts = {unit: verilog(top) for unit, top in tops.items()}
            news = {unit: (text, _comparison(config)) if config.name in CONFIGURATIONS else text
                    for unit, text in texts.items()}
            units = {unit: tops[unit].name for unit, new in news.items() if new not in known}
            known.update(news.values(), texts.values())
            if units:
                *_, largest = tops
                designs.append(Design(config, tops[largest].name, texts[largest], units))
    return designs


def _comparison(config):
    """What decides how a configuration's PE is compared, beside its hardware."""
    operands = tuple(getattr(config, name) for name in EQUAL)
    return operands, tuple((mode.label(), config.macs_per_cycle(mode)) for mode in config.modes())


def _variants(config):
    """The PE of a configuration with other lanes and multipliers, and with signed data only, as configurations."""
    kind, multipliers = config.operations, MULTIPLIERS if config.multiplier else (None,)
    for lanes, types, multiplier in product(sweep_lanes(kind), (config.x_types, ("signed",)), multipliers):
        name = config.kind + (f"_g{config.group}" if config.group > 1 else "")
        name += f"_l{lanes}" if kind.most_lanes > 1 else ""
        name += f"_{multiplier}" if multiplier else ""
        name += "_signed" if types != config.x_types else ""
        try:
            yield replace(config, name=name, lanes=lanes, x_types=types, multiplier=multiplier)
        except ValueError:
            continue  # no such configuration of this kind


def sweep_lanes(kind):
    """Numbers of lanes with which PEs of this kind are worth a price."""
    return tuple(lanes for lanes in kind.sweep_lanes if lanes <= kind.most_lanes)


def conventional(config):
    """Configurations of the conventional array that ``config`` is compared with: equal rows, columns and widths."""
    values = {name: getattr(config, name) for name in ("rows", "cols", "result_buffer", *EQUAL)}
    named = [other for other in CONFIGURATIONS.values()
             if other.kind == CONVENTIONAL and all(getattr(other, name) == value for name, value in values.items())]
    lanes = sorted({1, min(config.lanes, MOST_CONVENTIONAL_LANES)})
    return named or [ArrayConfig(name=f"{CONVENTIONAL}_for_{config.name}_l{count}_{multiplier}", kind=CONVENTIONAL,
                                 lanes=count, multiplier=multiplier, **values)
                     for count, multiplier in product(lanes, MULTIPLIERS)]


def default_configs(named=None):
    """What is priced by default, as two lists of configurations: whole engines, and PEs alone.

    Of each kind the first named 8x8 array and those of :data:`ENGINES` are engines; all other named configurations are
    PEs, and so are the first ones with other lanes and types. Each has something to be compared with.
    """
    named = list((CONFIGURATIONS if named is None else named).values())
    firsts = {config.kind: config for config in reversed(named) if config.rows == config.cols == SIZE}
    engines = [config for config in named if config is firsts.get(config.kind) or config.name in ENGINES]
    for config in tuple(engines):
        if not any(same(config, other, "rows", "cols", "result_buffer") for other in engines):
            engines += conventional(config)
    pes = [config for config in named if config not in engines]
    pes += [variant for config in engines if config is firsts.get(config.kind) for variant in _variants(config)]
    for config in tuple(pes):
        if not any(same(config, other) for other in engines + pes):
            pes += conventional(config)
    return engines, pes


def same(config, other, *names):
    """Whether ``other`` is conventional and like ``config`` in operands, accumulator and the fields named."""
    return other.kind == CONVENTIONAL and all(getattr(config, name) == getattr(other, name) for name in EQUAL + names)


def default_designs():
    """Designs of all that is priced by default, see :func:`default_configs`."""
    return _designs(*default_configs())


def designs_of(configs):
    """The engines of these configurations, and of the conventional ones that they are compared with."""
    wanted = {config.name: config for config in configs}
    for config in configs:
        if config.kind != CONVENTIONAL:
            wanted = {other.name: other for other in conventional(config)} | wanted
    return _designs(wanted.values(), [])
