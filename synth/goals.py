"""Goals: how small the PE of each family was meant to be, against conventional PEs of the same run, and whether it is.

B1 is one 8 x 8-bit multiply-accumulate unit, B8 a dot product of eight: kind ``parallel``, 32-bit accumulator, operand
registers included. Each has two forms: a ``*`` that the better recipe makes into gates, and explicit radix-4 Booth
digits. A goal is reached where it holds against the smaller form; one that holds against the larger form only says so.
"""

from dataclasses import asdict, dataclass

from lowtide.hw.config.named import find

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
    """``config``'s PE on ``target`` is to take at most ``limit`` times ``baseline``'s area, less where ``strict``."""

    config: str
    target: str
    baseline: str
    limit: float
    strict: bool = False

    def text(self):
        return f"{'<' if self.strict else '<='} {self.limit:.2f} x {self.baseline}"


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
)

ACCUMULATION_STYLES = ("term_pair_8x8_g8", "term_pair_8x8_g8_coefficients")


@dataclass(frozen=True)
class Judged:
    """A goal and what became of it.

    family: kind of PE; areas: of the PE, dict of target name to area; area_unit: of the goal's target.
    full_rate, most_rate: multiplications that the PE completes each cycle at full width with every term kept, and in
    its fastest mode; a baseline does 1 (B1) or 8 (B8).
    baseline_areas, ratios: dict of form to the baseline's area on the goal's target, and to the ratio to it.
    verdict: as of :func:`judge`; dominates: the two largest parts of the PE's area, where a target takes it apart.
    """

    goal: Goal
    family: str
    full_rate: float
    most_rate: float
    areas: dict
    area_unit: str
    baseline_areas: dict
    ratios: dict
    verdict: str
    dominates: str

    def as_dict(self):
        values = asdict(self)
        return values.pop("goal") | values


@dataclass(frozen=True)
class Styles:
    """How the accumulation styles of ``term_pair`` compare on a target, PEs alone.

    areas: dict of configuration to area; smaller: the configuration of the smaller one; factor: larger by smaller.
    """

    target: str
    area_unit: str
    areas: dict
    smaller: str
    factor: float


def judge(area, baselines, limit, strict=False):
    """ "reached" where ``area`` is within the limit of the smallest baseline, "missed" where of none, else "against ...
    only". ``baselines`` is a dict of form to area."""
    met = [
        form
        for form, baseline in baselines.items()
        if area < limit * baseline or (not strict and area == limit * baseline)
    ]
    if min(baselines, key=baselines.get) in met:
        return "reached"
    return f"against {', '.join(met)} only" if met else "missed"


def judged(prices):
    """A :class:`Judged` for each goal whose PE and baseline are among the :class:`lowtide.synth.prices.Prices`, in
    order."""
    table = []
    for goal in GOALS:
        mine = _priced(goal.config, prices)
        baselines = {form: _priced(name, prices) for form, name in zip(FORMS, BASELINES[goal.baseline], strict=True)}
        if not all(goal.target in found for found in (mine, *baselines.values())):
            continue
        config, price = find(goal.config), mine[goal.target]
        areas = {form: found[goal.target].area for form, found in baselines.items()}
        rates = [config.macs_per_cycle(mode) for mode in config.modes()]  # the full width is the first one
        apart = [each for each in mine.values() if each.target.parts]
        table.append(
            Judged(
                goal=goal,
                family=config.kind,
                full_rate=rates[0],
                most_rate=max(rates),
                areas={target: each.area for target, each in mine.items()},
                area_unit=price.target.unit,
                baseline_areas=areas,
                ratios={form: round(price.area / area, 4) for form, area in areas.items()},
                verdict=judge(price.area, areas, goal.limit, goal.strict),
                dominates=largest_parts(apart[0]) if apart else "-",
            )
        )
    return table


def accumulation_styles(prices):
    """A :class:`Styles` for each target on which both styles were priced."""
    table, found = [], {name: _priced(name, prices) for name in ACCUMULATION_STYLES}
    for target in prices.targets:
        areas = {name: each[target.name].area for name, each in found.items() if target.name in each}
        if len(areas) == len(ACCUMULATION_STYLES):
            table.append(
                Styles(
                    target.name,
                    target.unit,
                    areas,
                    smaller=min(areas, key=areas.get),
                    factor=round(max(areas.values()) / min(areas.values()), 4),
                )
            )
    return table


def largest_parts(price, count=2):
    """The largest parts of a price's area, with their share: "full adders 41 %, registers 30 %"."""
    resources = price.resources
    parts = sorted(price.target.parts, key=resources.get, reverse=True)[:count]
    return ", ".join(f"{part.replace('_', ' ')} {100 * resources[part] / price.area:.0f} %" for part in parts)


def _priced(name, prices):
    """The prices of a named configuration's PE that there are: dict of target name to price."""
    found = {target.name: prices.pe_if_priced(find(name), target) for target in prices.targets}
    return {target: price for target, price in found.items() if price is not None and price.area is not None}
