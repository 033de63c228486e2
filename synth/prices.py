"""Prices: everything that a report needs, synthesised in one go, and how to look it up."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from .designs import engine_design, generate, pe_design, tied_design
from .flow.pricing import price

__all__ = ["EnginePrice", "Prices", "collect"]


@dataclass(frozen=True)
class EnginePrice:
    """What an engine takes on a target.

    config, target: what was priced. area: of all, None where a part failed. pe: area of one PE.
    modules: dict of module name to (instances, area of one without the modules inside it, where these are jobs or
    modules of their own).
    seconds, memory: what Yosys took for all parts together: processor time, and the most bytes held.
    failed: the tool's line where a part failed, else None.
    """

    config: object
    target: object
    area: float | None
    pe: float | None
    modules: dict
    seconds: float
    memory: int
    failed: str | None

    @property
    def pes(self):
        """Area of all PEs."""
        return self.pe * self.config.rows * self.config.cols

    @property
    def edges(self):
        """Area of all that is no PE, as a share of the whole."""
        return 1 - self.pes / self.area


class Prices:
    """The prices of jobs, and what designs take. ``targets``: those that there are prices for, in order."""

    def __init__(self, targets, prices):
        self.targets, self._prices = targets, prices
        self.pe = cache(self._pe)
        self.alone = cache(self._alone)
        self.engine = cache(self._engine)

    def _pe(self, config, target):
        """The :class:`lowtide.synth.flow.pricing.Price` of a configuration's PE."""
        return self._one(pe_design(config), target)

    def pe_if_priced(self, config, target):
        """The same; None where it is not among the prices."""
        (job,) = pe_design(config).jobs().values()
        return self._prices.get((job, target))

    def _alone(self, config, mode, target):
        """That of the PE that is built for one mode alone."""
        return self._one(tied_design(config, mode), target)

    def job(self, job, target):
        """That of any job; None where it is not among the prices."""
        return self._prices.get((job, target))

    def _one(self, design, target):
        (job,) = design.jobs().values()
        return self._prices[job, target]

    def _engine(self, config, target):
        """The :class:`EnginePrice` of a configuration."""
        design = engine_design(config)
        jobs, counts = design.jobs(), design.hierarchy().instances()
        found = {name: self._prices[job, target] for name, job in jobs.items()}
        failed = next((each.failed for each in found.values() if each.failed), None)
        modules = {}
        for name, each in found.items() if failed is None else ():
            for inside, number in (counts if name == design.top else Counter({name: counts[name]})).items():
                if inside in each.netlist.modules and (inside == name or inside not in jobs):
                    modules[inside] = number, each.netlist.modules[inside].own["area"]
        pe = found[design.pe].area
        area = None if failed else round(sum(number * each for number, each in modules.values()), 3)
        return EnginePrice(
            config,
            target,
            area,
            pe,
            modules,
            round(sum(each.seconds for each in found.values()), 2),
            max(each.memory for each in found.values()),
            failed,
        )

    def failures(self):
        """Every recipe that failed, as (module, target name, recipe, line)."""
        return [
            (job.top, target.name, recipe, line)
            for (job, target), each in self._prices.items()
            for recipe, line in each.failures.items()
        ]

    def __len__(self):
        return len(self._prices)


def collect(
    designs,
    targets,
    *,
    jobs=(),
    on=lambda design, target: True,
    processes=None,
    progress=lambda stage, done, total: None,
):
    """Price designs, and jobs, on targets: a :class:`Prices`.

    on: whether a design is wanted on a target. jobs: pairs of a function that makes one, called when all Verilog is
    there, and one that says whether a target is wanted. processes: at a time, one a
    core if None. ``progress`` is called with a word for the stage, the number of
    steps that are done and that of all. Results are kept, so that a second call takes no time.
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
