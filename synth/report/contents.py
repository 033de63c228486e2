"""What is reported: rows and tables from the prices of a run."""

from dataclasses import asdict, dataclass

from lowtide.common.version import __version__

from ..accuracy import Accuracies
from ..breakdown import breakdown, parted
from ..designs import pe_design
from ..energy.compared import with_energy
from ..flexibility import flexibility
from ..flow.store import tools
from ..goals import accumulation_styles, judged
from ..mode_rows import designs, mode_rows, with_accuracy
from ..scaling import effort, scaling
from ..selection import FPGA_SIZES, SIZES, engines, flexible, others, scaled, wide
from ..speed.compared import critical_paths, with_speed
from ..targets import GateLibrary
from ..worth import choices

__all__ = ["Contents", "Wanted", "contents", "default_wanted"]


@dataclass(frozen=True)
class Wanted:
    """What a run prices. flexible, others: configurations with a row for each mode; wide: PEs without rows; engines,
    fpga_engines: on standard cells and on FPGAs, dict of name to a list of one configuration a size."""

    flexible: tuple
    others: tuple
    engines: dict
    fpga_engines: dict
    wide: tuple = ()

    @property
    def modes(self):
        return self.flexible + self.others

    def engines_on(self, target):
        """The engines of a target."""
        return self.engines if isinstance(target, GateLibrary) else self.fpga_engines

    def on(self, design, target):
        """Whether a design is priced on a target."""
        return not design.engine or any(design.config in sizes for sizes in self.engines_on(target).values())

    def designs(self):
        """What has to be priced, the engines first: they take longest."""
        both = {name: sizes + self.fpga_engines.get(name, []) for name, sizes in self.engines.items()}
        return engines(both) + [pe_design(config) for config in self.modes + self.wide] + designs(self.modes)

    def jobs(self):
        """The jobs beside, as of :func:`lowtide.synth.prices.collect`: where area goes, on standard cells."""
        return [
            (lambda config=config: parted(config), lambda target: isinstance(target, GateLibrary))
            for config in self.modes
        ]


def default_wanted(sizes=SIZES):
    """All families and modes."""
    return Wanted(flexible(), others(), scaled(sizes), scaled(FPGA_SIZES), wide())


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A PE on a target through each recipe. recipes: as of :class:`lowtide.synth.flow.pricing.Price`; recipe: the one
    that counts, area: its area, None where all failed; parameters: of the configuration."""

    config: str
    family: str
    target: str
    area_unit: str
    area: float | None
    recipe: str | None
    recipes: dict
    parameters: dict

    def as_dict(self):
        """All fields, as JSON can hold them."""
        return asdict(self) | {"recipes": {name: each.as_dict() for name, each in self.recipes.items()}}


@dataclass(frozen=True, kw_only=True)
class Contents:
    """version: of Lowtide; command: the one that prices this; rows: of the modes; parts: dict of (config, target
    name) to the areas of a PE's parts; units: a :class:`Unit` of each PE and target; speeds, paths: as of
    :mod:`lowtide.synth.speed.compared`; the rest as of the modules of their names. missing: files of the
    experiments that are not there; said: what else was not measured, and why, in lines."""

    version: str
    command: str
    tools: str
    targets: list
    wanted: Wanted
    rows: list
    choices: list
    units: list
    parts: dict
    scales: list
    effort: list
    flexibility: list
    goals: list
    accumulation_styles: list
    failures: list
    missing: list
    energies: list
    speeds: list
    paths: list
    said: list

    def as_dict(self):
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
            "flexibility": [asdict(each) for each in self.flexibility],
            "goals": [goal.as_dict() for goal in self.goals],
            "accumulation_styles": [asdict(each) for each in self.accumulation_styles],
            "energy": [each.as_dict() for each in self.energies],
            "speed": [each.as_dict() for each in self.speeds],
            "critical_paths": [asdict(each) for each in self.paths],
            "said": self.said,
            "failures": [asdict(each) for each in self.failures],
            "missing": self.missing,
        }


def contents(wanted, prices, experiments, *, command, jobs=None, progress=lambda done, total: None):
    """The :class:`Contents` of the prices of what was wanted. experiments: the folder of the experiments' JSON;
    command: what a reader types to price the same.

    The energies of flexible PEs are measured here, on the targets that are standard cells, ``jobs`` PEs at a time;
    ``progress`` is called with the numbers of modes that are done and of all.
    """
    accuracies, energies = Accuracies(experiments), []
    rows = with_accuracy(mode_rows(wanted.modes, prices), accuracies)
    for target in prices.targets:
        if isinstance(target, GateLibrary):
            rows, found = with_energy(wanted.flexible, rows, target, jobs=jobs, progress=progress)
            energies += found
    rows, speeds = with_speed(rows, wanted.modes)
    paths, said = critical_paths(wanted.flexible, prices)
    parts = {
        (config.name, target.name): breakdown(config, prices, target)
        for target in prices.targets
        if isinstance(target, GateLibrary)
        for config in wanted.modes
    }
    return Contents(
        version=__version__,
        command=command,
        tools=tools(),
        targets=prices.targets,
        wanted=wanted,
        rows=rows,
        choices=choices(rows),
        parts=parts,
        units=[_unit(config, target, prices) for target in prices.targets for config in wanted.modes + wanted.wide],
        scales=scaling(wanted.engines_on, prices),
        effort=effort(wanted.engines_on, prices),
        flexibility=flexibility(rows),
        goals=judged(prices),
        accumulation_styles=accumulation_styles(prices),
        failures=prices.failures(),
        missing=accuracies.missing,
        energies=energies,
        speeds=speeds,
        paths=paths,
        said=said,
    )


def _unit(config, target, prices):
    price = prices.pe(config, target)
    return Unit(
        config=config.name,
        family=config.kind,
        target=target.name,
        area_unit=target.unit,
        area=price.area,
        recipe=price.recipe,
        recipes=price.recipes,
        parameters=config.parameters(),
    )
