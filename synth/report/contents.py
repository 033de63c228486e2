"""What is reported: rows and tables from the prices of a run."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lowtide.common.version import __version__
from lowtide.hw.config.array_config import ArrayConfig

from ..accuracy.accuracies import Accuracies
from ..comparisons.breakdown import breakdown
from ..comparisons.flexibility import Flexibility, flexibility
from ..comparisons.mode_rows import ModeRow, mode_rows, with_accuracy
from ..comparisons.published import UNITS
from ..comparisons.scaling import Effort, Scale, effort, scaling
from ..comparisons.tiled import TilePrice, tile_prices
from ..comparisons.worth import Choice, choices
from ..delay.compared import measured_curves
from ..delay.curve import Curve
from ..designs.structures import STRUCTURES, structures
from ..energy.compared import ModeEnergy, with_energy
from ..flow.pricing import RecipePrice
from ..flow.store import tools
from ..prices.collect import Failure, Prices
from ..prices.goals import Judged, Styles, accumulation_styles, judged
from ..speed.compared import CriticalPath, UnitSpeed, critical_paths, with_speed
from ..targets import GateLibrary, Target
from .wanted import Wanted

__all__ = ["Contents", "Unit", "contents"]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A PE on a target through each recipe.

    Parameters
    ----------
    config, family, target, area_unit : str
        Names of the configuration, its kind and the target, and the unit of areas.
    area : float or None
        Through the recipe that counts, None where all failed.
    recipe : str or None
        The recipe that counts.
    recipes : dict of str to RecipePrice
        What each recipe made.
    sums : str or None
        The structure of sums that counts, None where its kind has no choice.
    structures : dict of str to float or None
        Its area with each structure of sums that its kind can build, None where it failed.
    parameters : dict
        Of the configuration.
    """

    config: str
    family: str
    target: str
    area_unit: str
    area: float | None
    recipe: str | None
    recipes: dict[str, RecipePrice]
    sums: str | None
    structures: dict[str, float | None]
    parameters: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON can hold them."""
        return asdict(self) | {"recipes": {name: each.as_dict() for name, each in self.recipes.items()}}


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Everything that a report says.

    Parameters
    ----------
    version, command, tools : str
        Of Lowtide; what a reader types to price the same; names and versions of what decides a netlist.
    targets : list of Target
        In the order of the report.
    wanted : Wanted
        What was priced.
    rows : list of ModeRow
        Of every mode and target.
    choices : list of Choice
        Of modes whose accuracy is known.
    units : list of Unit
        Each PE on each target.
    parts : dict of (str, str) to dict of str to float, or None
        (configuration, target) to the areas of a PE's parts.
    scales, effort, flexibility, goals, accumulation_styles, energies
        As of the modules of these names.
    tiles : list of TilePrice
        What tiles save.
    failures : list of Failure
        Recipes that made no netlist.
    missing : list of str
        Files of the experiments that are not there.
    speeds, paths : list of UnitSpeed, list of CriticalPath
        As of :mod:`lowtide.synth.speed.compared`.
    curves : list of Curve
        Area over the clock period, of PEs on standard cells with delays.
    said : list of str
        What else was not measured, and why.
    """

    version: str
    command: str
    tools: str
    targets: list[Target]
    wanted: Wanted
    rows: list[ModeRow]
    choices: list[Choice]
    units: list[Unit]
    parts: dict[tuple[str, str], dict[str, float] | None]
    scales: list[Scale]
    tiles: list[TilePrice]
    effort: list[Effort]
    flexibility: list[Flexibility]
    goals: list[Judged]
    accumulation_styles: list[Styles]
    failures: list[Failure]
    missing: list[str]
    energies: list[ModeEnergy]
    speeds: list[UnitSpeed]
    paths: list[CriticalPath]
    curves: list[Curve]
    said: list[str]

    def as_dict(self) -> dict[str, Any]:
        """All of it but the effort, as JSON can hold it."""
        return {
            "version": self.version,
            "command": self.command,
            "tools": self.tools,
            "targets": {target.name: target.unit for target in self.targets},
            "rows": [row.as_dict() for row in self.rows],
            "units": [unit.as_dict() for unit in self.units],
            "choices": [asdict(choice) for choice in self.choices],
            "parts": [
                {"config": config, "target": target, "areas": areas} for (config, target), areas in self.parts.items()
            ],
            "scaling": [asdict(scale) for scale in self.scales],
            "tiles": [asdict(each) for each in self.tiles],
            "flexibility": [asdict(each) for each in self.flexibility],
            "goals": [goal.as_dict() for goal in self.goals],
            "accumulation_styles": [asdict(each) for each in self.accumulation_styles],
            "energy": [each.as_dict() for each in self.energies],
            "speed": [each.as_dict() for each in self.speeds],
            "critical_paths": [asdict(each) for each in self.paths],
            "curves": [curve.as_dict() for curve in self.curves],
            "said": self.said,
            "failures": [asdict(each) for each in self.failures],
            "missing": self.missing,
        }


def contents(
    wanted: Wanted,
    prices: Prices,
    experiments: str | Path,
    *,
    command: str,
    jobs: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Contents:
    """The contents of a report of the prices of what was wanted.

    The energies of flexible PEs are measured here, on the targets that are standard cells.

    Parameters
    ----------
    wanted, prices : Wanted, Prices
        What was priced, and its prices.
    experiments : str or Path
        The folder of the experiments' JSON.
    command : str
        What a reader types to price the same.
    jobs : int or None
        PEs whose energy is measured at a time, one a core if None.
    progress
        Called with the numbers of modes that are done and of all.
    """
    accuracies, energies = Accuracies(experiments), []
    rows = with_accuracy(mode_rows(wanted.modes, prices), accuracies)
    for target in prices.targets:
        if isinstance(target, GateLibrary):
            counted = [prices.counted(config, target) for config in wanted.flexible]
            rows, found = with_energy(counted, rows, target, jobs=jobs, progress=progress)
            energies += found
    scales = scaling(wanted.engines_on, prices)
    rows, speeds = with_speed(rows, wanted.modes)
    paths, said = critical_paths(wanted.flexible, prices)
    parts = {
        (config.name, target.name): breakdown(prices.counted(config, target), prices, target)
        for target in prices.targets
        if isinstance(target, GateLibrary)
        for config in wanted.modes
    }
    return Contents(
        version=__version__,
        command=command,
        tools=tools(),
        targets=list(prices.targets),
        wanted=wanted,
        rows=rows,
        choices=choices(rows, UNITS),
        parts=parts,
        units=[_unit(config, target, prices) for target in prices.targets for config in wanted.modes + wanted.wide],
        scales=scales,
        tiles=tile_prices(wanted.tiled, prices, scales),
        effort=effort(wanted.engines_on, prices),
        flexibility=flexibility(rows),
        goals=judged(prices),
        accumulation_styles=accumulation_styles(prices),
        failures=prices.failures(),
        missing=accuracies.missing,
        energies=energies,
        speeds=speeds,
        paths=paths,
        curves=measured_curves(),
        said=said,
    )


def _unit(config: ArrayConfig, target: Target, prices: Prices) -> Unit:
    price = prices.pe(config, target)
    return Unit(
        config=config.name,
        family=config.kind,
        target=target.name,
        area_unit=target.unit,
        area=price.area,
        recipe=price.recipe,
        recipes=price.recipes,
        sums=prices.counted(config, target).sums,
        structures={
            name: prices.pe_as_it_is(each, target).area
            for name, each in structures(config, STRUCTURES).items()
            if name is not None
        },
        parameters=config.parameters(),
    )
