"""The cost of flexibility: a PE that has several modes, over the PEs that have one each.

A PE that is as large as the largest dedicated one gives the other modes away; one that is as large as their sum saves
nothing. Modes of equal dedicated hardware count once in the sum.
"""

from dataclasses import dataclass

__all__ = ["Flexibility", "flexibility"]


@dataclass(frozen=True, kw_only=True)
class Flexibility:
    """area: of the PE with ``modes`` modes; hardware: how many different dedicated PEs they need; largest, total: area
    of the largest of these, and of all; over_largest, over_total: area over those. None where one failed."""

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


def flexibility(rows):
    """A :class:`Flexibility` for each configuration and target of a list of
    :class:`lowtide.synth.mode_rows.ModeRow`."""
    groups = {}
    for row in rows:
        groups.setdefault((row.target, row.config), []).append(row)
    return [_of(group) for group in groups.values() if len(group) > 1]


def _of(rows):
    first, areas = rows[0], {row.area_dedicated for row in rows}
    good = None not in areas and first.area_flexible is not None
    largest, total = (max(areas), round(sum(areas), 3)) if good else (None, None)
    return Flexibility(
        config=first.config,
        target=first.target,
        area_unit=first.area_unit,
        modes=len(rows),
        hardware=len(areas),
        area=first.area_flexible,
        largest=largest,
        total=total,
        over_largest=round(first.area_flexible / largest, 4) if good else None,
        over_total=round(first.area_flexible / total, 4) if good else None,
    )
