"""Designs at matched accuracy: of everything that loses at most so much, the smallest of each way to build.

Chosen on half of the pictures, so a choice that is listed under half a point may lose more, or less, on the other half:
that is what is reported, with its standard error.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .worth import BUILT, Choice

__all__ = ["LIMITS", "Matched", "matched"]

LIMITS = (0.005, 0.01, 0.02)  #: what may be lost, 0 to 1


@dataclass(frozen=True)
class Matched:
    """The smallest choice of a way to build, on its target and network, that loses at most ``limit``."""

    limit: float
    choice: Choice


def matched(choices: Iterable[Choice], limits: Iterable[float] = LIMITS) -> list[Matched]:
    """The smallest choices, by target, network, limit and way to build, in this order; none where nothing loses so
    little."""
    panels: dict[tuple[str, str], list[Choice]] = {}
    for choice in choices:
        panels.setdefault((choice.target, choice.network), []).append(choice)
    found = []
    for panel in panels.values():
        for limit in limits:
            for built in BUILT:
                good = [each for each in panel if each.built == built and each.chosen and each.chosen.loss <= limit]
                if good:
                    found.append(Matched(limit, min(good, key=lambda each: (each.area_per_mac, each.lost.loss))))
    return found
