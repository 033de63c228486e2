"""The answer of a report: which PE to take for which need, from the rows of its modes.

A need is a way to quantise. Integers and storage formats are exact: what they stand for is multiplied exactly, so the
smallest PE is the answer. Term revealing leaves terms out: its area says nothing without the accuracy, so it stands
beside the multipliers of fewer bits that it has to beat.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lowtide.hw.config.array_config import ArrayConfig

from ..comparisons.mode_rows import ModeRow, rivals
from ..designs.conventional import KIND
from ..designs.modes import quantisations
from .contents import Contents

__all__ = ["EQUAL", "Need", "Revealed", "Several", "kind_areas", "known", "needs", "revealed", "several", "verdict"]

EQUAL = 0.02  #: of a ratio, within which a rewrite of equal logic moves it


@dataclass(frozen=True)
class Need:
    """What there is for an exact mode on a target.

    mode, x_bits, w_bits: the need. conventional: the best conventional PE of its widths, in words; multiplier: its area
    per multiplication per cycle. alone: the row of the smallest other PE that is built for the mode alone, None where
    there is none; flexible: that of the smallest PE with all modes of its kind. take: what is the smallest; smaller:
    its ratio to the conventional PE, None where that is the smallest, or equal.
    """

    mode: str
    x_bits: int
    w_bits: int
    conventional: str
    multiplier: float
    alone: ModeRow | None
    flexible: ModeRow | None
    take: str
    smaller: float | None


@dataclass(frozen=True)
class Revealed:
    """Term revealing on a target. row: that of the smallest PE for this mode alone; least_bits: of weights, those of
    the narrowest exact multiplier of data of the same bits that is larger, None where none is; smaller: those of the
    widest one that is smaller, and its area, None where none is."""

    row: ModeRow
    least_bits: int | None
    smaller: tuple[int, float] | None


@dataclass(frozen=True)
class Several:
    """A PE with all modes of its kind. kind: of PE; area: of the PE; modes: how many are priced; areas: dict of integer
    mode to area per multiplication per cycle."""

    kind: str
    area: float
    modes: int
    areas: dict[str, float]


def known(value: float | None) -> float:
    """An area or a ratio of a row that did not fail."""
    if value is None:
        raise ValueError("value is None, allowed are numbers: the row has failed")
    return value


def verdict(row: ModeRow) -> str:
    """Whether the PE of a row wins against the best conventional PE of the mode's widths: ``wins`` with all its modes,
    ``wins alone`` if built for the mode alone, ``equal`` within :data:`EQUAL`, or ``loses``."""
    if row.failed:
        return f"failed: {row.failed}"
    flexible, alone = known(row.ratio_to_conventional), known(row.ratio_dedicated)
    for ratio, word in ((flexible, "wins"), (alone, "wins alone")):
        if ratio < 1 - EQUAL:
            return word
    return "equal" if min(flexible, alone) <= 1 + EQUAL else "loses"


def needs(rows: list[ModeRow], configs: Iterable[ArrayConfig]) -> list[Need]:
    """A :class:`Need` for each exact mode of the rows of one target, in their order; configs: those of the rows."""
    by_name = {config.name: config for config in configs}
    return [_need(mine, by_name[mine[0].config]) for mine in _grouped(rows, exact=True)]


def _need(rows: list[ModeRow], config: ArrayConfig) -> Need:
    first = rows[0]
    rival = next(
        each for each in rivals(config, quantisations(config)[first.quantisation]) if each.name == first.conventional
    )
    alone = min((row for row in rows if row.family != KIND), key=_dedicated, default=None)
    flexible = min(
        (row for row in rows if row.flexible), key=lambda row: known(row.ratio_to_conventional), default=None
    )
    take, smaller = "conventional", None
    if alone is not None and _dedicated(alone) <= 1 + EQUAL:
        smaller = ratio if (ratio := _dedicated(alone)) < 1 - EQUAL else None
        take = f"conventional or {alone.pe}" if smaller is None else alone.pe
    digits = "Booth" if rival.multiplier == "booth" else "`*`"
    if rival.sums == "chains":
        digits += ", chains"
    return Need(
        mode=first.mode,
        x_bits=first.x_bits,
        w_bits=first.w_bits,
        conventional=f"{rival.lanes} lane{'s' * (rival.lanes > 1)}, {digits}",
        multiplier=known(first.area_per_mac_conventional),
        alone=alone,
        flexible=flexible,
        take=take,
        smaller=smaller,
    )


def revealed(rows: list[ModeRow]) -> list[Revealed]:
    """A :class:`Revealed` for each mode of term revealing among the rows of one target, the smallest first."""
    multipliers = {
        (row.x_bits, row.w_bits): known(row.area_per_mac_conventional)
        for row in rows
        if row.quantisation.is_integer and not row.failed
    }
    found = []
    for mine in _grouped(rows, exact=False):
        row = min(mine, key=_area)
        beside = [(w_bits, area) for (x_bits, w_bits), area in multipliers.items() if x_bits == row.x_bits]
        larger = [w_bits for w_bits, area in beside if area > _area(row)]
        smaller = [each for each in beside if each[1] <= _area(row)]
        found.append(Revealed(row, min(larger, default=None), max(smaller, default=None)))
    return sorted(found, key=lambda each: _area(each.row))


def _area(row: ModeRow) -> float:
    return known(row.area_per_mac_dedicated)


def _dedicated(row: ModeRow) -> float:
    return known(row.ratio_dedicated)


def several(rows: list[ModeRow]) -> list[Several]:
    """A :class:`Several` for each PE with all modes of its kind, of the rows of one target."""
    found: dict[str, list[ModeRow]] = {}
    for row in rows:
        if row.flexible and not row.failed:
            found.setdefault(row.pe, []).append(row)
    return [
        Several(
            kind,
            known(mine[0].area_flexible),
            len(mine),
            {row.mode: known(row.area_per_mac) for row in mine if row.quantisation.is_integer},
        )
        for kind, mine in found.items()
    ]


def kind_areas(contents: Contents) -> dict[str, dict[str, dict[str, str | float | None]]]:
    """What each kind takes on the first target, over the best conventional PE of the same widths: dict of kind to a
    dict of ``full_width`` and ``best``, the mode in which it does best (that of full width where none is better by more
    than :data:`EQUAL`), to ratios of the PE for this mode alone and of the one with all modes of its kind. Kinds with a
    row that failed have none."""
    found: dict[str, list[ModeRow]] = {}
    for row in contents.rows:
        if row.flexible and row.target == contents.targets[0].name:
            found.setdefault(row.family, []).append(row)
    return {
        kind: {"full_width": _ratios(rows[0]), "best": _ratios(_best(rows))}
        for kind, rows in found.items()
        if not any(row.failed for row in rows)
    }


def _best(rows: list[ModeRow]) -> ModeRow:
    best = min(rows, key=_dedicated)
    return best if _dedicated(best) < _dedicated(rows[0]) - EQUAL else rows[0]


def _ratios(row: ModeRow) -> dict[str, str | float | None]:
    return {"mode": row.mode, "alone": row.ratio_dedicated, "all_modes": row.ratio_to_conventional}


def _grouped(rows: list[ModeRow], exact: bool) -> list[list[ModeRow]]:
    """Rows without failures, those of one mode together, of exact modes or of term revealing. Block floating point is
    neither: a multiplier of integers does not do it."""
    found: dict[str, list[ModeRow]] = {}
    for row in rows:
        quantisation = row.quantisation
        wanted = quantisation.blocks is None and (quantisation.terms is None) == exact
        if wanted and not row.failed and row.ratio_dedicated is not None:
            found.setdefault(row.mode, []).append(row)
    return list(found.values())
