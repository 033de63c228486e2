"""One piece of work: a PE, or everything in an engine but its PEs, through every recipe of a target.

A pure function of a small value, so that any process anywhere can do it: ``priced(work)``.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit.yosys import YosysError

from ..designs.design import NAME, Design, engine_design, tile_design
from ..flow.job import Job
from ..flow.pricing import price_of
from ..flow.store import digest, hardware_sources, tools
from ..targets import Target, target

__all__ = ["Priced", "Work", "engine_work", "pe_work", "priced", "sources"]


@dataclass(frozen=True)
class Work:
    """A design on a target.

    Parameters
    ----------
    design : Design
        What is priced.
    target : str
        Its name.
    sources : str
        Of the code that made this, :func:`sources`.
    """

    design: Design
    target: str
    sources: str

    @property
    def key(self) -> str:
        """A key of everything that decides the price."""
        design = self.design
        return digest(self.sources, sorted(design.config.parameters().items()), design.engine, self.target)

    def label(self) -> str:
        """What it is, for messages."""
        config, unit = self.design.config, "engine" if self.design.engine else "PE"
        return f"{config.kind} {unit} on {self.target} ({config.header()})"


@dataclass(frozen=True, kw_only=True)
class Priced:
    """What became of a work.

    Parameters
    ----------
    area : float or None
        Of a PE that of its smallest recipe; of an engine the sum of its modules', each of its smallest recipe, without
        the PEs. None where it failed.
    recipe : str or None
        Of a PE: the one of the smallest area.
    areas : dict of str to float or None
        Of a PE by recipe, None where that one failed.
    seconds : float
        Processor time of Yosys.
    failed : str or None
        The tool's line where there is no area.
    """

    area: float | None = None
    recipe: str | None = None
    areas: dict[str, float | None] = field(default_factory=dict)
    seconds: float = 0.0
    failed: str | None = None


@cache
def sources() -> str:
    """A key of all that decides a price beside the configuration: hardware, flow, targets and tools."""
    folder = Path(__file__).parents[1]
    files = [
        *sorted((folder / "designs").glob("*.py")),
        *(folder / "flow" / name for name in ("job.py", "synthesise.py", "netlist.py")),
        *sorted(path for path in (folder / "targets").rglob("*") if path.suffix in (".py", ".v", ".lib")),
    ]
    return digest(hardware_sources(), tools(), *(path.read_text() for path in files))


def pe_work(config: ArrayConfig, target_name: str) -> Work:
    """The work of pricing a configuration's PE or tile. It does not depend on the array that it is in."""
    return Work(tile_design(replace(config, name=NAME, result_buffer=True)), target_name, sources())


def engine_work(config: ArrayConfig, target_name: str) -> Work:
    """The work of pricing everything in an engine but the PEs."""
    return Work(engine_design(replace(config, name=NAME)), target_name, sources())


def priced(work: Work) -> Priced:
    """Do a work.

    Raises
    ------
    RuntimeError
        This process has other sources than the one that made the work.
    """
    if work.sources != sources():
        raise RuntimeError("this worker has another version of Lowtide or of its tools than the sweep")
    technology = target(work.target)
    try:
        jobs, instances = work.design.jobs(), work.design.hierarchy().instances()
    except (ValueError, AssertionError, YosysError) as error:
        return Priced(failed=f"generating Verilog: {error}")
    if not work.design.engine:
        return _priced(jobs[work.design.top], technology)
    area = seconds = 0.0
    for name, job in jobs.items():
        if name != work.design.pe:
            part = _priced(job, technology)
            if part.area is None:
                return Priced(failed=part.failed)
            area, seconds = area + instances[name] * part.area, seconds + part.seconds
    return Priced(area=round(area, 3), seconds=round(seconds, 2))


def _priced(job: Job, technology: Target) -> Priced:
    price = price_of(job, technology)
    if price.recipe is None:
        return Priced(failed=price.failed)
    first = next(iter(price.recipes.values()))  # others that nothing is multiplied in are like it
    return Priced(
        area=price.area,
        recipe=price.recipe,
        areas={recipe: price.recipes.get(recipe, first).area for recipe in technology.recipes},
        seconds=price.seconds,
    )
