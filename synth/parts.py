"""Area of the parts of any unit: of each module that is in it, memories aside.

A memory of an accelerator becomes block RAM or a macro, so its module is left out; every other one is synthesised by
itself, once, however often it occurs.
"""

from collections.abc import Collection

from lowtide.hw.emit.verilog import units, verilog
from lowtide.hw.logic.unit import Unit
from lowtide.hw.memory.bank import Bank

from .flow.job import Hierarchy
from .flow.pricing import price
from .flow.synthesise import SynthesisError
from .prices import ModulePrice
from .targets import Target

__all__ = ["parts"]


def parts(
    unit: Unit, target: Target, *, whole: Collection[str] = (), processes: int | None = None
) -> dict[str, ModulePrice]:
    """What the modules of a unit take. Syntheses are kept.

    Parameters
    ----------
    unit : Unit
        What is taken apart.
    target : Target
        What it is mapped to.
    whole : collection of str
        Modules that are made flat with all that is in them, which then is no part of its own.
    processes : int or None
        Syntheses at a time, by default one a core.

    Returns
    -------
    dict of str to ModulePrice
        By name of the module, the unit's own first. A module that is not in ``whole`` counts without those in it.

    Raises
    ------
    lowtide.synth.flow.SynthesisError
    """
    memories = {each.name for each in units(unit) if isinstance(each, Bank)}
    design = Hierarchy(verilog(unit), unit.name)
    counts = design.instances()
    inside = {name for each in whole for name in design.instances(each) if name != each}
    names = [name for name in counts if name not in memories | inside]
    jobs = {name: design.part(name, memories if name in whole else set(counts) - {name}) for name in names}
    prices = price([(job, target) for job in jobs.values()], processes=processes)
    found = {}
    for name, job in jobs.items():
        each = prices[job, target]
        if each.area is None:
            raise SynthesisError(f"{name}: {each.failed}")
        found[name] = ModulePrice(counts[name], each.area)
    return found
