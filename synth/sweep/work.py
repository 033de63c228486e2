"""One piece of work: a PE, or everything in an engine but its PEs, through every recipe of a target.

A pure function of a small value, so that any process anywhere can do it: ``priced(work)``.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit.yosys import YosysError

from .. import designs
from ..designs import NAME, Design, engine_design, pe_design
from ..flow import SynthesisError, synthesis
from ..flow.store import digest, hardware_sources, tools
from ..targets import target

__all__ = ["Work", "engine_work", "pe_work", "priced", "sources"]


@dataclass(frozen=True)
class Work:
    """A :class:`lowtide.synth.designs.Design` on a target. sources: of the code that made this, :func:`sources`."""

    design: Design
    target: str
    sources: str

    @property
    def key(self):
        """A key of everything that decides the price."""
        design = self.design
        return digest(self.sources, sorted(design.config.parameters().items()), design.engine, self.target)

    def label(self):
        """What it is, for messages."""
        config, unit = self.design.config, "engine" if self.design.engine else "PE"
        return f"{config.kind} {unit} on {self.target} ({config.header()})"


@cache
def sources():
    """A key of all that decides a price beside the configuration: hardware, flow, targets and tools."""
    folder = Path(designs.__file__).parent
    files = [
        *(folder / name for name in ("designs.py", "flow/job.py", "flow/synthesise.py", "flow/netlist.py")),
        *sorted(path for path in (folder / "targets").rglob("*") if path.suffix in (".py", ".v", ".lib")),
    ]
    return digest(hardware_sources(), tools(), *(path.read_text() for path in files))


def pe_work(config: ArrayConfig, target_name):
    """The work of pricing a configuration's PE. A PE does not depend on the array that it is in."""
    return Work(pe_design(replace(config, name=NAME, rows=1, cols=1, result_buffer=True)), target_name, sources())


def engine_work(config: ArrayConfig, target_name):
    """The work of pricing everything in an engine but the PEs."""
    return Work(engine_design(replace(config, name=NAME)), target_name, sources())


def priced(work):
    """Do it: a dict that JSON can hold, ``area``, ``recipe`` (of the smallest), ``areas`` (dict of recipe to area, None
    where it failed), ``seconds`` (processor time of Yosys) and ``failed`` (the tool's line where there is no area, else
    None). An engine's area is the sum of its modules', each of its smallest recipe, without the PEs.

    Raises ``RuntimeError`` where this process has other sources than the one that made the work.
    """
    if work.sources != sources():
        raise RuntimeError("this worker has another version of Lowtide or of its tools than the sweep")
    technology = target(work.target)
    try:
        jobs, instances = work.design.jobs(), work.design.hierarchy().instances()
    except (ValueError, AssertionError, YosysError) as error:
        return _failed(f"generating Verilog: {error}")
    if not work.design.engine:
        return _priced(jobs[work.design.top], technology)
    parts = {name: _priced(job, technology) for name, job in jobs.items() if name != work.design.pe}
    if failed := next((part["failed"] for part in parts.values() if part["failed"]), None):
        return _failed(failed)
    return _failed(None) | {
        "area": round(sum(instances[name] * part["area"] for name, part in parts.items()), 3),
        "seconds": round(sum(part["seconds"] for part in parts.values()), 2),
    }


def _priced(job, technology):
    """The same for one :class:`lowtide.synth.flow.job.Job`."""
    areas, seconds, failures, needed = {}, 0.0, [], technology.needed(job.verilog)
    for recipe in needed:
        try:
            found = synthesis(job, technology, recipe)
        except SynthesisError as error:
            failures.append(str(error))
        else:
            areas[recipe], seconds = found.netlist.total(job.top)["area"], seconds + found.seconds
    if not areas:
        return _failed(failures[0])
    smallest = min(areas, key=areas.get)
    alike = {recipe: areas.get(needed[0]) for recipe in technology.recipes if recipe not in needed}
    return {
        "area": areas[smallest],
        "recipe": smallest,
        "areas": dict.fromkeys(needed) | areas | alike,
        "seconds": round(seconds, 2),
        "failed": None,
    }


def _failed(line):
    return {"area": None, "recipe": None, "areas": {}, "seconds": 0.0, "failed": line}
