"""Prices: everything that a report needs, synthesised in one go, and how to look it up."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.mode.word import Mode

from ..designs.design import Design, engine_design, generate, pe_design, tied_design, tile_design
from ..designs.structures import structures
from ..flow.job import Job
from ..flow.pricing import Price, price
from ..targets import Target

__all__ = ["EnginePrice", "Failure", "ModulePrice", "Prices", "collect"]


@dataclass(frozen=True)
class ModulePrice:
    """What a module of an engine takes.

    Parameters
    ----------
    instances : int
        How often the engine has it.
    area : float
        Of one of them, without the modules inside it where these are jobs or modules of their own.
    """

    instances: int
    area: float

    @property
    def total(self) -> float:
        """Area of all instances."""
        return self.instances * self.area


@dataclass(frozen=True)
class EnginePrice:
    """What an engine takes on a target.

    Parameters
    ----------
    config, target : ArrayConfig, Target
        What was priced.
    area : float or None
        Of all, None where a part failed.
    pe : float or None
        Area of one PE, in tiles its share of one.
    modules : dict of str to ModulePrice
        By name of the module; empty where a part failed.
    seconds : float
        Processor time of Yosys, all parts together.
    memory : int
        The most bytes that Yosys held.
    failed : str or None
        The tool's line where a part failed.
    """

    config: ArrayConfig
    target: Target
    area: float | None
    pe: float | None
    modules: dict[str, ModulePrice]
    seconds: float
    memory: int
    failed: str | None

    @property
    def pes(self) -> float | None:
        """Area of all PEs, None where theirs failed."""
        return None if self.pe is None else self.pe * self.config.rows * self.config.cols

    @property
    def edges(self) -> float | None:
        """Area of all that is no PE, as a share of the whole; None where a part failed."""
        return None if self.pes is None or self.area is None else 1 - self.pes / self.area


@dataclass(frozen=True)
class Failure:
    """A recipe that made no netlist: names of the module, the target and the recipe, and the tool's line."""

    module: str
    target: str
    recipe: str
    line: str


class Prices:
    """The prices of jobs, and what designs take.

    Parameters
    ----------
    targets : sequence of Target
        Those that there are prices for, in order.
    prices : mapping of (Job, Target) to Price
        The prices.
    """

    def __init__(self, targets: Sequence[Target], prices: Mapping[tuple[Job, Target], Price]) -> None:
        self.targets, self._prices = targets, prices
        self.pe = cache(self._pe)
        self.alone = cache(self._alone)
        self.engine = cache(self._engine)

    def _pe(self, config: ArrayConfig, target: Target) -> Price:
        """The price of a configuration's PE, of the smaller of the structures that its sums can have."""
        return _least([self.pe_as_it_is(each, target) for each in structures(config).values()])

    def tile(self, config: ArrayConfig, target: Target) -> Price:
        """The price of a configuration's tile, of the smaller of the structures that its sums can have; of its PE where
        that shares no operands."""
        return _least([self.tile_as_it_is(each, target) for each in structures(config).values()])

    def tile_as_it_is(self, config: ArrayConfig, target: Target) -> Price:
        """The price of a configuration's tile with its own structure of sums."""
        return self._one(tile_design(config), target)

    def pe_as_it_is(self, config: ArrayConfig, target: Target) -> Price:
        """The price of a configuration's PE with its own structure of sums."""
        return self._one(pe_design(config), target)

    def pe_if_priced(self, config: ArrayConfig, target: Target) -> Price | None:
        """The price as of ``pe``; None where it is not among the prices."""
        jobs = [job for each in structures(config).values() for job in pe_design(each).jobs().values()]
        return self.pe(config, target) if all((job, target) in self._prices for job in jobs) else None

    def counted(self, config: ArrayConfig, target: Target) -> ArrayConfig:
        """The configuration with the structure of sums that ``pe`` prices."""
        priced = self.pe(config, target)
        return next(each for each in structures(config).values() if self.pe_as_it_is(each, target) is priced)

    def _alone(self, config: ArrayConfig, mode: Mode, target: Target) -> Price:
        """The price of the PE that is built for one mode alone, of the smaller of the structures of its sums."""
        return _least([self._one(tied_design(each, mode), target) for each in structures(config).values()])

    def job(self, job: Job, target: Target) -> Price | None:
        """The price of any job; None where it is not among the prices."""
        return self._prices.get((job, target))

    def _one(self, design: Design, target: Target) -> Price:
        (job,) = design.jobs().values()
        return self._prices[job, target]

    def _engine(self, config: ArrayConfig, target: Target) -> EnginePrice:
        """The price of a configuration's engine, whose PEs are those of ``pe``, its tiles those of ``tile``."""
        design = engine_design(config)
        jobs, counts = design.jobs(), design.hierarchy().instances()
        found = {
            name: self.tile(config, target) if name == design.pe else self._prices[job, target]
            for name, job in jobs.items()
        }
        tile = found[design.pe].area
        failed = next((each.failed for each in found.values() if each.failed), None)
        modules = {}
        for name, each in found.items() if failed is None else ():
            for inside, number in (counts if name == design.top else Counter({name: counts[name]})).items():
                netlist = each.netlist.modules if each.netlist else {}
                if inside in netlist and (inside == name or inside not in jobs):
                    modules[inside] = ModulePrice(number, netlist[inside].own["area"])
        return EnginePrice(
            config=config,
            target=target,
            area=None if failed else round(sum(each.total for each in modules.values()), 3),
            pe=None if tile is None else tile / config.pes_of_tile,
            modules=modules,
            seconds=round(sum(each.seconds for each in found.values()), 2),
            memory=max(each.memory for each in found.values()),
            failed=failed,
        )

    def failures(self) -> list[Failure]:
        """Every recipe that failed."""
        return [
            Failure(job.top, target.name, recipe, line)
            for (job, target), each in self._prices.items()
            for recipe, line in each.failures.items()
        ]

    def __len__(self) -> int:
        return len(self._prices)


def _least(prices: Sequence[Price]) -> Price:
    """The price of the least area, the first of equals; the first one where all failed."""
    return min(prices, key=lambda price: math.inf if price.area is None else price.area)


def collect(
    designs: Iterable[Design],
    targets: Sequence[Target],
    *,
    jobs: Iterable[tuple[Callable[[], Job], Callable[[Target], bool]]] = (),
    on: Callable[[Design, Target], bool] = lambda design, target: True,
    processes: int | None = None,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Prices:
    """Price designs, and jobs, on targets. Results are kept, so that a second call takes no time.

    Parameters
    ----------
    designs : iterable of Design
        What is priced.
    targets : sequence of Target
        What it is mapped to.
    jobs : iterable of pairs
        A function that makes a job, called when all Verilog is there, and one that says whether a target is wanted.
    on
        Whether a design is wanted on a target.
    processes : int or None
        At a time, one a core if None.
    progress
        Called with a word for the stage, the number of steps that are done and that of all.
    """
    designs = list(dict.fromkeys(designs))
    generate(designs, processes=processes, progress=lambda *numbers: progress("generating Verilog", *numbers))
    points = [
        (job, target)
        for target in targets
        for design in designs
        if on(design, target)
        for job in design.jobs().values()
    ]
    points += [(make(), target) for make, wanted in jobs for target in targets if wanted(target)]
    return Prices(
        targets, price(points, processes=processes, progress=lambda *numbers: progress("synthesising", *numbers))
    )
