"""Speed in the report: what ``lowtide speed`` measured before, and the critical path of standard cells.

Placing takes minutes a unit, so the report shows what is kept and measures nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from lowtide.hw.config.array_config import ArrayConfig

from ..comparisons.mode_rows import ModeRow
from ..energy.opensta import StaError, critical_path, is_installed
from ..flow.pricing import Price
from ..flow.store import digest, made
from ..gates.simulation import mapped_pe
from ..prices.collect import Prices
from ..targets import GateLibrary
from .fmax import TARGETS, UNITS, Speed, kept_fmax

__all__ = ["CriticalPath", "UnitSpeed", "critical_paths", "with_speed"]


@dataclass(frozen=True)
class UnitSpeed:
    """The speed of a unit, "pe" or "array" of 4x4, of a configuration on a target."""

    config: str
    unit: str
    target: str
    speed: Speed

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON can hold them."""
        return {"config": self.config, "unit": self.unit, "target": self.target} | self.speed.as_dict()


@dataclass(frozen=True)
class CriticalPath:
    """Of a PE on a library, in ns; failed: why there is none."""

    config: str
    target: str
    critical_path_ns: float | None = None
    failed: str | None = None


def with_speed(rows: Iterable[ModeRow], configs: Iterable[ArrayConfig]) -> tuple[list[ModeRow], list[UnitSpeed]]:
    """The rows with ``fmax_mhz`` of their PE where it was measured, and what was measured."""
    measured = [
        UnitSpeed(config.name, unit, name, found)
        for config in configs
        for unit in UNITS
        for name in TARGETS
        if (found := kept_fmax(config, unit, name)) is not None
    ]
    speeds: dict[str, dict[str, float]] = {}
    for each in measured:
        if each.unit == "pe" and each.speed.fmax is not None:
            speeds.setdefault(each.config, {})[each.target] = round(each.speed.fmax, 1)
    return [replace(row, fmax_mhz=speeds.get(row.config)) for row in rows], measured


def critical_paths(configs: Iterable[ArrayConfig], prices: Prices) -> tuple[list[CriticalPath], list[str]]:
    """The critical path of each PE on the targets of standard cells with timing, by OpenSTA; and lines that say what
    there is not."""
    configs = list(configs)
    found: list[CriticalPath] = []
    said = []
    for target in prices.targets:
        if not isinstance(target, GateLibrary):
            continue
        if not target.cells.timing:
            said.append(f"The library of {target.name} has no timing: a real one has (LIBERTY=file).")
        elif not is_installed():
            said.append("OpenSTA (sta) is not installed: no critical paths; on Debian: apt-get install opensta.")
        else:
            found += [_path(config, target, prices.pe(config, target)) for config in configs]
    return found, said


def _path(config: ArrayConfig, target: GateLibrary, price: Price) -> CriticalPath:
    if price.recipe is None:
        return CriticalPath(config.name, target.name, failed=price.failed)
    netlist, top = mapped_pe(config, target, price.recipe)
    library = target.cells.path

    def measured() -> dict[str, Any]:
        try:
            return {"critical_path_ns": critical_path(netlist, top, library)}
        except StaError as error:
            return {"failed": str(error)}

    found = made("critical path", digest(netlist, library.read_text()), measured)
    return CriticalPath(config.name, target.name, **found)
