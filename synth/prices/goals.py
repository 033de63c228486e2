"""Goals: how small the PE of each family was meant to be, against conventional PEs of the same run, and whether it is.

B1 is one 8 x 8-bit multiply-accumulate unit, B8 a dot product of eight: kind ``parallel``, 32-bit accumulator, operand
registers included. Each has two forms: a ``*`` that the better recipe makes into gates, and explicit radix-4 Booth
digits, in the structure of sums that is smaller on the target. A goal is reached where it holds against the smaller
form; one that holds against the larger form only says so.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lowtide.hw.config.named import find

from ..flow.pricing import Price
from .collect import Prices

__all__ = [
    "ACCUMULATION_STYLES",
    "BASELINES",
    "FORMS",
    "GOALS",
    "Goal",
    "Judged",
    "Styles",
    "accumulation_styles",
    "judge",
    "judged",
    "largest_parts",
]

FORMS = ("`*`", "Booth digits")
BASELINES = {"B1": ("parallel_8x8_l1", "parallel_8x8_l1_booth"), "B8": ("parallel_8x8_l8", "parallel_8x8_l8_booth")}


@dataclass(frozen=True)
class Goal:
    """What the area of a PE was meant to be.

    Parameters
    ----------
    config : str
        Whose PE.
    target : str
        What it is mapped to.
    baseline : str
        One of :data:`BASELINES`.
    limit : float
        The PE is to take at most so many times the baseline's area.
    strict : bool
        Whether it is to take less.
    """

    config: str
    target: str
    baseline: str
    limit: float
    strict: bool = False

    def text(self) -> str:
        """The goal as tables show it: "<= 0.70 x B8"."""
        places = 2 if round(self.limit, 2) == self.limit else 3
        return f"{'<' if self.strict else '<='} {self.limit:.{places}f} x {self.baseline}"


GOALS = (
    Goal("fused_8x8", "ge", "B1", 2.2),
    Goal("subword_8x8", "ge", "B1", 1.12),
    Goal("bit_serial_8x8_l16", "ge", "B1", 2.5),
    Goal("term_8x8_g8_l8", "ge", "B8", 0.70),
    Goal("term_8x8_g8_l10", "ge", "B8", 0.80),
    Goal("term_8x8_g8_l10", "xc7", "B8", 0.85),
    Goal("term_8x8_g8_d8_s2", "ge", "B8", 0.68),
    Goal("term_8x8_g8_d8_s2", "xc7", "B8", 0.70),
    Goal("term_pair_8x8_g8", "ge", "B1", 1.0, strict=True),
    Goal("digit_8x8_l8", "ge", "B8", 0.60),
    Goal("digit_8x8_l8", "xc7", "B8", 0.60),
    Goal("digit_8x8_l8_narrow", "ge", "B8", 0.60),
    Goal("digit_8x8_l8_narrow", "xc7", "B8", 0.60),
    Goal("digit_8x8_l8", "ge", "B8", 1.25 * 4 / 8),  # a multiplication of 8 bits takes two of its cycles
)

ACCUMULATION_STYLES = ("term_pair_8x8_g8", "term_pair_8x8_g8_coefficients")


@dataclass(frozen=True)
class Judged:
    """A goal and what became of it.

    Parameters
    ----------
    goal : Goal
        What was meant.
    family : str
        Kind of PE.
    full_rate, most_rate : float
        Multiplications that the PE completes each cycle at full width with every term kept, and in its fastest mode; a
        baseline does 1 (B1) or 8 (B8).
    areas : dict of str to float
        Of the PE, by target.
    area_unit : str
        Of the goal's target.
    baseline_areas, ratios : dict of str to float
        The baseline's area on the goal's target, and the ratio to it, by form of the baseline.
    verdict : str
        As of :func:`judge`.
    dominates : str
        The two largest parts of the PE's area, where a target takes it apart.
    """

    goal: Goal
    family: str
    full_rate: float
    most_rate: float
    areas: dict[str, float]
    area_unit: str
    baseline_areas: dict[str, float]
    ratios: dict[str, float]
    verdict: str
    dominates: str

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON can hold them, those of the goal first."""
        values = asdict(self)
        return {**values.pop("goal"), **values}


@dataclass(frozen=True)
class Styles:
    """How the accumulation styles of ``term_pair`` compare on a target, PEs alone.

    Parameters
    ----------
    target, area_unit : str
        Where, and of areas.
    areas : dict of str to float
        By configuration.
    smaller : str
        The configuration of the smaller one.
    factor : float
        The larger area by the smaller one.
    """

    target: str
    area_unit: str
    areas: dict[str, float]
    smaller: str
    factor: float


def judge(area: float, baselines: Mapping[str, float], limit: float, strict: bool = False) -> str:
    """ "reached" where ``area`` is within the limit of the smallest baseline, "missed" where of none, else "against ...
    only". ``baselines``: area by form."""
    met = [
        form
        for form, baseline in baselines.items()
        if area < limit * baseline or (not strict and area == limit * baseline)
    ]
    if min(baselines, key=baselines.__getitem__) in met:
        return "reached"
    return f"against {', '.join(met)} only" if met else "missed"


def judged(prices: Prices) -> list[Judged]:
    """What became of each goal whose PE and baseline are among the prices, in order."""
    table = []
    for goal in GOALS:
        mine = _areas(goal.config, prices)
        baselines = {form: _areas(name, prices) for form, name in zip(FORMS, BASELINES[goal.baseline], strict=True)}
        if not all(goal.target in found for found in (mine, *baselines.values())):
            continue
        config, area, found = find(goal.config), mine[goal.target], _priced(goal.config, prices)
        areas = {form: each[goal.target] for form, each in baselines.items()}
        rates = [config.macs_per_cycle(mode) for mode in config.modes()]  # the full width is the first one
        apart = [each for each in found.values() if each.target.parts]
        table.append(
            Judged(
                goal=goal,
                family=config.kind,
                full_rate=rates[0],
                most_rate=max(rates),
                areas=mine,
                area_unit=found[goal.target].target.unit,
                baseline_areas=areas,
                ratios={form: round(area / other, 4) for form, other in areas.items()},
                verdict=judge(area, areas, goal.limit, goal.strict),
                dominates=largest_parts(apart[0]) if apart else "-",
            )
        )
    return table


def accumulation_styles(prices: Prices) -> list[Styles]:
    """How they compare on each target on which both styles were priced."""
    table, found = [], {name: _areas(name, prices) for name in ACCUMULATION_STYLES}
    for target in prices.targets:
        areas = {name: each[target.name] for name, each in found.items() if target.name in each}
        if len(areas) == len(ACCUMULATION_STYLES):
            table.append(
                Styles(
                    target.name,
                    target.unit,
                    areas,
                    smaller=min(areas, key=areas.__getitem__),
                    factor=round(max(areas.values()) / min(areas.values()), 4),
                )
            )
    return table


def largest_parts(price: Price, count: int = 2) -> str:
    """The largest parts of a price's area, with their share: "full adders 41 %, registers 30 %"."""
    found = price.resources
    parts = sorted(price.target.parts, key=found.__getitem__, reverse=True)[:count]
    return ", ".join(f"{part.replace('_', ' ')} {100 * found[part] / found['area']:.0f} %" for part in parts)


def _areas(name: str, prices: Prices) -> dict[str, float]:
    """The areas of a named configuration's PE that there are, by target."""
    return {target: price.area for target, price in _priced(name, prices).items() if price.area is not None}


def _priced(name: str, prices: Prices) -> dict[str, Price]:
    """The prices of a named configuration's PE that there are, by target."""
    found = {target.name: prices.pe_if_priced(find(name), target) for target in prices.targets}
    return {target: price for target, price in found.items() if price is not None and price.area is not None}
