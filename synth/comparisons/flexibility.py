"""The cost of flexibility: a PE that has several modes, over the PEs that have one each.

A PE that is as large as the largest dedicated one gives the other modes away; one that is as large as their sum saves
nothing. Modes of equal dedicated hardware count once in the sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .mode_rows import ModeRow

__all__ = ["Flexibility", "flexibility"]


@dataclass(frozen=True, kw_only=True)
class Flexibility:
    """What the modes of a PE cost. None where an area is missing.

    Parameters
    ----------
    config, target, area_unit : str
        Whose PE, on what, and the unit of areas.
    modes, hardware : int
        How many modes it has, and how many different dedicated PEs these need.
    area, largest, total : float or None
        Of the PE, of the largest of the dedicated ones, and of all of them.
    over_largest, over_total : float or None
        ``area`` over those.
    """

    config: str
    target: str
    area_unit: str
    modes: int
    hardware: int
    area: float | None
    largest: float | None
    total: float | None
    over_largest: float | None
    over_total: float | None


def flexibility(rows: Iterable[ModeRow]) -> list[Flexibility]:
    """The cost for each configuration and target of rows that has several modes."""
    groups: dict[tuple[str, str], list[ModeRow]] = {}
    for row in rows:
        groups.setdefault((row.target, row.config), []).append(row)
    return [_of(group) for group in groups.values() if len(group) > 1]


def _of(rows: Sequence[ModeRow]) -> Flexibility:
    first = rows[0]
    different = {row.area_dedicated for row in rows}
    areas = [area for area in different if area is not None]
    largest, total = (max(areas), round(sum(areas), 3)) if len(areas) == len(different) else (None, None)
    return Flexibility(
        config=first.config,
        target=first.target,
        area_unit=first.area_unit,
        modes=len(rows),
        hardware=len(different),
        area=first.area_flexible,
        largest=largest,
        total=total,
        over_largest=_over(first.area_flexible, largest),
        over_total=_over(first.area_flexible, total),
    )


def _over(area: float | None, other: float | None) -> float | None:
    return None if area is None or other is None else round(area / other, 4)
