"""Area of the modules of any unit: of each that is in it, memories aside.

A memory of an accelerator becomes block RAM or a macro, so its module is left out; every other one is synthesised by
itself, once, however often it occurs. So nothing is optimised across modules.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from lowtide.hw.emit.verilog import units, verilog
from lowtide.hw.logic.unit import Unit
from lowtide.hw.memory.bank import Bank

from ..flow.job import Hierarchy, Job
from ..flow.pricing import price
from ..flow.synthesise import SynthesisError
from ..prices.collect import ModulePrice
from ..targets import Target

__all__ = ["Modules", "modules", "prices_of"]


@dataclass(frozen=True)
class Modules:
    """The modules of a unit.

    Parameters
    ----------
    units : dict of str to Unit
        By name, the top first.
    hierarchy : Hierarchy
        Their texts, and what is in what.
    whole : collection of str
        Those that are made flat with all that is in them, which then is no part of its own.
    """

    units: dict[str, Unit]
    hierarchy: Hierarchy
    whole: Collection[str] = ()

    @cached_property
    def memories(self) -> dict[str, Bank]:
        """The memories by name of the module."""
        return {name: each for name, each in self.units.items() if isinstance(each, Bank)}

    @cached_property
    def priced(self) -> dict[str, Job]:
        """What is synthesised, by name of the module, the top first."""
        counts = self.hierarchy.instances()
        inside = {name for each in self.whole for name in self.hierarchy.instances(each) if name != each}
        alone = set(counts) - inside
        return {
            name: self.hierarchy.part(name, self.memories if name in self.whole else alone - {name})
            for name in counts
            if name in alone and name not in self.memories
        }


def modules(unit: Unit, *, whole: Collection[str] = ()) -> Modules:
    """The modules of a unit.

    Parameters
    ----------
    unit : Unit
        What is taken apart.
    whole : collection of str
        Modules that are made flat with all that is in them.
    """
    text = verilog(unit)
    return Modules({each.name: each for each in units(unit)}, Hierarchy(text, unit.name), whole)


def prices_of(
    found: Modules,
    target: Target,
    *,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, ModulePrice]:
    """What the modules of a unit take. Syntheses are kept.

    Parameters
    ----------
    found : Modules
    target : Target
        What they are mapped to.
    processes : int or None
        Syntheses at a time, by default one a core.
    progress
        Called after each synthesis with the numbers of those done and of all.

    Returns
    -------
    dict of str to ModulePrice
        By name of the module, the unit's own first. A module that is not whole counts without those in it.

    Raises
    ------
    lowtide.synth.flow.SynthesisError
    """
    counts, jobs = found.hierarchy.instances(), found.priced
    prices = price([(job, target) for job in jobs.values()], processes=processes, progress=progress)
    areas = {}
    for name, job in jobs.items():
        each = prices[job, target]
        if each.area is None:
            raise SynthesisError(f"{name}: {each.failed}")
        areas[name] = ModulePrice(counts[name], each.area)
    return areas
