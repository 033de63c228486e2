"""Comparison: prices become area per multiplication per cycle, in each mode, and its ratio to the conventional PE.

``area_per_mac`` is the area of a unit divided by the multiplications that it completes each cycle in a mode. The
conventional PE of a comparison has equal operand widths and number types, and its array equal rows and columns.
"""

from dataclasses import dataclass

from hw.mode import Mode

from .units import CONVENTIONAL

__all__ = ["Row", "rows"]


@dataclass(frozen=True)
class Row:
    """One unit in one mode on one target.

    family: kind of PE; config: name of the configuration; unit: "pe", "array" or "engine"; target, area_unit: of area.
    mode: the mode's label; scheme: the same without the operands' types ("integer" where nothing is left).
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


def scheme(mode):
    """What a mode does beside its number types: "TR hese g8 k12", or "integer"."""
    operands = Mode(x_signed=mode.x_signed, w_signed=mode.w_signed, x_bits=mode.x_bits, w_bits=mode.w_bits).label()
    return mode.label().removeprefix(operands).strip() or "integer"


def _row(price, mode, prices):
    config, macs = price.design.config, macs_per_cycle(price.design.config, mode, price.unit)
    area_per_mac = None if price.area is None else price.area / macs
    others = {other.design.config: _conventional_area(other) for other in prices if _comparable(price, other)}
    best = min(others, key=others.get, default=None)
    same = [area for other, area in others.items() if other.lanes == config.lanes]

    def ratio(area):
        return None if area is None or area_per_mac is None else round(area_per_mac / area, 4)

    lines = [result["failed"] for result in price.recipes.values() if "failed" in result]
    return Row(family=config.kind, config=config.name, unit=price.unit, target=price.target.name,
               area_unit=price.target.unit, mode=mode.label(), scheme=scheme(mode), lanes=config.lanes,
               macs_per_cycle=macs, area=price.area,
               area_per_mac=None if area_per_mac is None else round(area_per_mac, 3),
               best_conventional=best.name if best else None, ratio_to_conventional=ratio(others.get(best)),
               ratio_to_same_lanes=ratio(min(same, default=None)), failed=lines[0] if price.area is None else None)


def _comparable(price, other):
    """Whether ``other`` is a price of the conventional unit that ``price`` is compared with."""
    equal = ["x_width", "w_width", "acc_width", "x_types", "w_types"]
    equal += {"pe": [], "array": ["rows", "cols"], "engine": ["rows", "cols", "result_buffer"]}[price.unit]
    mine, its = price.design.config, other.design.config
    return (its.kind == CONVENTIONAL and other.area is not None and other.unit == price.unit
            and other.target is price.target and all(getattr(mine, name) == getattr(its, name) for name in equal))


def _conventional_area(price):
    """Area per multiplication per cycle of a conventional unit, in its cheapest mode: they are all alike."""
    config = price.design.config
    return min(price.area / macs_per_cycle(config, mode, price.unit) for mode in config.modes())
