"""Gate-level simulation: an engine whose PE is the netlist that is priced, everything else as it is generated.

::

    engine = Verilog of the hierarchy, its PE := mapped netlist of that PE + models of the library's cells

The text has the ports of the engine and the names of its configuration, so ``lowtide.sim.Model(config,
verilog_text=...)`` runs it. Cells have no delay; gated clocks are what the netlist makes of them: a latch and an and.

Cells stay instances of modules, each on one line, and Verilator makes them part of the PE. Functions written out in
their place, measured with the PE of ``parallel_8x8_flex`` (3115 cells), build in about the same time and run no faster.
"""

import re
from collections.abc import Iterable

from lowtide.hw.config.array_config import ArrayConfig

from ..designs.design import NAME, engine_design, tile_design
from ..flow.job import Hierarchy, Job
from ..flow.mapped import read
from ..flow.pricing import price_of
from ..flow.synthesise import SynthesisError, mapped_verilog
from ..targets import GateLibrary, Target
from .cells import models

__all__ = ["counting_recipe", "gate_level_verilog", "mapped_pe", "pe_job", "with_cells"]

_INSTANCE_LINES = re.compile(r"(?<=[(,)])\n {2,4}(?=\.|\))")


def counting_recipe(config: ArrayConfig, target: Target) -> str:
    """The recipe that counts for the PE of a configuration: that of the smallest area, made flat.

    Raises :class:`lowtide.synth.flow.SynthesisError` where every recipe fails.
    """
    price = price_of(pe_job(config), target)
    if price.recipe is None:
        raise SynthesisError("; ".join(price.failures.values()))
    return price.recipe


def mapped_pe(config: ArrayConfig, target: Target, recipe: str) -> tuple[str, str]:
    """The mapped netlist of the PE of ``config`` that is priced, and the name of its module: two texts."""
    job = pe_job(config)
    return mapped_verilog(job.verilog, job.top, target, recipe, flat=job.flat), job.top


def gate_level_verilog(config: ArrayConfig, target: GateLibrary, recipe: str, *, counters: str = "") -> str:
    """Verilog of a whole engine, its PE replaced by the netlist that is priced.

    Parameters
    ----------
    config : ArrayConfig
        Of any size, 1x1 and 2x2 build fastest.
    target, recipe : GateLibrary, str
        What the PE is mapped to, and how.
    counters : str
        Verilog that is added to the PE's module.

    Raises
    ------
    ValueError
        A cell has no model.
    SynthesisError
        The PE cannot be mapped.
    """
    netlist, top = mapped_pe(config, target, recipe)
    modules = engine_design(config).hierarchy()
    texts = {name: modules.texts[name] for name in _reached(modules, top)}
    texts[top] = with_cells(netlist, top, target, taken=texts, counters=counters)
    return re.sub(rf"\b{NAME}(?=\b|_)", config.name, "\n\n".join(texts.values()))


def with_cells(netlist: str, top: str, target: GateLibrary, *, taken: Iterable[str] = (), counters: str = "") -> str:
    """A mapped netlist and the models of its cells, Verilog. taken: names of modules that no cell may have."""
    names = {cell.kind for cell in read(netlist, top).cells.values()}
    if both := sorted(names & set(taken)):
        raise ValueError(f"cell is {both[0]!r}, the design has a module of that name")
    body, end = _INSTANCE_LINES.sub(" ", netlist).rstrip().removesuffix("endmodule"), "endmodule\n"
    return "\n".join([body + counters + end, *(model.verilog for model in models(target.cells, names).values())])


def pe_job(config: ArrayConfig) -> Job:
    """What is synthesised of the PE of a configuration, of its tile where PEs share operands."""
    design = tile_design(config)
    return design.jobs()[design.top]


def _reached(modules: Hierarchy, boundary: str) -> list[str]:
    """The modules of a hierarchy that are not inside of ``boundary`` alone, the top first."""
    found: list[str] = []
    waiting = [modules.top]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found.append(name)
            waiting += [] if name == boundary else modules.children[name]
    return found
