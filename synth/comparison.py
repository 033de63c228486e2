"""Comparison: prices become area per multiplication per cycle, in each mode, and its ratio to the conventional PE.

``area_per_mac`` is the area of a unit divided by the multiplications that it completes each cycle in a mode. The
conventional PE of a comparison has equal operand widths and number types, and its array equal rows and columns. A mode
of narrower operands is compared with it as well: there it does the same job at its full width.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from .units import same

__all__ = ["Row", "by_family", "distinct", "rows", "scheme"]


@dataclass(frozen=True)
class Row:
    """One unit in one mode on one target.

    family: kind of PE; config: name of the configuration; unit: "pe", "array" or "engine"; target, area_unit: of area.
    mode: the mode's label; scheme: the same without the operands' types, see :func:`scheme`.
    area: of the unit; macs_per_cycle: multiplications that it completes each cycle; area_per_mac: their quotient.
    best_conventional: the conventional configuration with the smallest area_per_mac; ratio_to_conventional: to that.
    ratio_to_same_lanes: to the conventional configuration of as many lanes.
    failed: why there is no area, None where there is. Ratios are None where there is nothing to compare with.
    """

    family: str
    config: str
    unit: str
    target: str
    area_unit: str
    mode: str
    scheme: str
    lanes: int
    macs_per_cycle: float
    area: float | None
    area_per_mac: float | None
    best_conventional: str | None
    ratio_to_conventional: float | None
    ratio_to_same_lanes: float | None
    failed: str | None


def rows(prices):
    """The :class:`Row` of each price and mode, in order."""
    return [_row(price, mode, prices) for price in prices for mode in price.design.config.modes()]


def macs_per_cycle(config, mode, unit):
    """Multiplications that a unit completes each cycle: those of a PE, or of all PEs."""
    return config.macs_per_cycle(mode) * (1 if unit == "pe" else config.rows * config.cols)


def scheme(config, mode):
    """What a mode does beside its number types: "TR hese g8 k12", "8x4" for integers narrower than the configuration's,
    "integer" for those of full width."""
    _, _, rest = mode.label().split(" x ", 1)[1].partition(" ")
    widths = ""
    if mode.x_format != "plain":
        widths = f"{mode.x_format} x"
    elif mode.w_format == "plain" and (mode.x_bits, mode.w_bits) != (config.x_width, config.w_width):
        widths = f"{mode.x_bits}x{mode.w_bits}"
    return f"{widths} {rest}".strip() or "integer"


def distinct(table, most=4):
    """Rows for people: modes in which a unit does equally many multiplications a cycle are one row, named after (at
    most ``most``) of their schemes. Where a scheme's number types matter, modes keep their whole names."""
    units, found = defaultdict(list), []
    for row in table:
        units[row.target, row.unit, row.config].append(row)
    for modes in units.values():
        rates = defaultdict(set)
        for row in modes:
            rates[row.scheme].add(row.macs_per_cycle)
        groups = defaultdict(list)
        for row in modes:
            groups[row.macs_per_cycle].append(row)
        for group in groups.values():
            names = list(dict.fromkeys(row.scheme if len(rates[row.scheme]) == 1 else row.mode for row in group))
            more = f" / {len(names) - most} more" if len(names) > most else ""
            found.append(replace(group[0], scheme=" / ".join(names[:most]) + more))
    return found


def by_family(table):
    """The names of the configurations in a table, family by family."""
    families = list(dict.fromkeys(row.family for row in table))
    return list(dict.fromkeys(row.config for row in sorted(table, key=lambda row: families.index(row.family))))


def _row(price, mode, prices):
    config, macs = price.design.config, macs_per_cycle(price.design.config, mode, price.unit)
    area_per_mac = None if price.area is None else price.area / macs
    others = {other.design.config: _conventional_area(other) for other in prices if _comparable(price, other)}
    best = min(others, key=others.get, default=None)
    same_lanes = [area for other, area in others.items() if other.lanes == config.lanes]

    def ratio(area):
        return None if area is None or area_per_mac is None else round(area_per_mac / area, 4)

    lines = [result["failed"] for result in price.recipes.values() if "failed" in result]
    return Row(family=config.kind, config=config.name, unit=price.unit, target=price.target.name,
               area_unit=price.target.unit, mode=mode.label(), scheme=scheme(config, mode), lanes=config.lanes,
               macs_per_cycle=macs, area=price.area,
               area_per_mac=None if area_per_mac is None else round(area_per_mac, 3),
               best_conventional=best.name if best else None, ratio_to_conventional=ratio(others.get(best)),
               ratio_to_same_lanes=ratio(min(same_lanes, default=None)),
               failed=lines[0] if price.area is None else None)


def _comparable(price, other):
    """Whether ``other`` is a price of the conventional unit that ``price`` is compared with."""
    names = {"pe": (), "array": ("rows", "cols"), "engine": ("rows", "cols", "result_buffer")}[price.unit]
    return (other.area is not None and other.unit == price.unit and other.target is price.target
            and same(price.design.config, other.design.config, *names))


def _conventional_area(price):
    """Area per multiplication per cycle of a conventional unit, in its cheapest mode: they are all alike."""
    config = price.design.config
    return min(price.area / macs_per_cycle(config, mode, price.unit) for mode in config.modes())
