"""Which modes are worth having: area for one multiplication per cycle over the accuracy that the mode keeps.

What could be built for a mode is a flexible PE that has it, the PE of a family for this mode alone, and the
conventional PE of the mode's widths: it computes with the same integers and keeps the same accuracy. Term revealing has
no integers of its own, so there is no conventional PE for it but that of int8.

A larger choice has to be better by more than the standard error of its own loss: less than that the pictures do not
tell.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lowtide.common.pareto import front

from .accuracy import Kept
from .conventional import KIND
from .mode_rows import ModeRow

__all__ = ["Choice", "choices"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A PE in a mode.

    Parameters
    ----------
    built : str
        ``flexible``, ``alone`` (for the mode) or ``conventional``.
    pe : str
        The configuration, of a PE for the mode alone the one that it is cut from.
    family : str
        Its kind, or ``conventional``.
    mode : str
        Name of the quantisation.
    target, network : str
        Where the area and the accuracy were measured.
    area_per_mac : float
        In units of the target.
    accuracy, error : float
        0 to 1, and the standard error of its loss.
    unbeaten : bool
        Whether it is more accurate, by more than ``error``, than every unbeaten one of the same target and network that
        is as small or smaller.
    unbeaten_flexible : bool
        The same among flexible PEs.
    """

    built: str
    pe: str
    family: str
    mode: str
    target: str
    network: str
    area_per_mac: float
    accuracy: float
    error: float = 0.0
    unbeaten: bool = False
    unbeaten_flexible: bool = False


def choices(rows: Iterable[ModeRow]) -> list[Choice]:
    """The choices of rows, each once, the smallest first on each target and network. Rows without accuracy or area have
    none."""
    found: dict[tuple[str, str, str, str, float], Choice] = {}
    panels: dict[tuple[str, str], list[Choice]] = {}
    for choice in (each for row in rows for kept in row.kept for each in _of(row, kept)):
        same = choice.family, choice.mode, choice.target, choice.network, choice.area_per_mac
        found.setdefault(same, choice)
    for choice in found.values():
        panels.setdefault((choice.target, choice.network), []).append(choice)
    return [choice for panel in panels.values() for choice in _judged(panel)]


def _of(row: ModeRow, kept: Kept) -> list[Choice]:
    """What could be built for a row, where it has an area."""
    wanted = [("flexible", row.config, row.family, row.area_per_mac)]
    if row.family != KIND:  # else it is the conventional one
        wanted.append(("alone", row.config, row.family, row.area_per_mac_dedicated))
    if row.quantisation.terms is None and row.conventional is not None:
        wanted.append(("conventional", row.conventional, "conventional", row.area_per_mac_conventional))
    return [
        Choice(
            built=built,
            pe=pe,
            family=family,
            mode=row.mode,
            target=row.target,
            network=kept.network,
            area_per_mac=area,
            accuracy=kept.accuracy,
            error=kept.error,
        )
        for built, pe, family, area in wanted
        if area is not None
    ]


def _judged(panel: Iterable[Choice]) -> list[Choice]:
    panel = sorted(panel, key=_costs)
    fronts = [
        front(some, _costs, margins=lambda choice: (0.0, choice.error))
        for some in (panel, [choice for choice in panel if choice.built == "flexible"])
    ]
    return [replace(choice, unbeaten=choice in fronts[0], unbeaten_flexible=choice in fronts[1]) for choice in panel]


def _costs(choice: Choice) -> tuple[float, float]:
    return choice.area_per_mac, -choice.accuracy
