"""Where the area of a PE goes, by what the logic is for.

Before it is mapped, the cells of the flattened PE are sorted into modules of their own, so nothing is optimised across
the boundaries: the parts add up to a little more than the PE that is priced, and their shares are what counts.

===============  =====================================================================================
registers        of operands
multiplication   multipliers, Booth digits, multiplexers and shifters that make products
reduction        additions of products
accumulation     the accumulator and what is on the way from it to itself
control          the control bits that travel with the operands, and completion
===============  =====================================================================================
"""

from dataclasses import replace

from lowtide.hw.config.array_config import ArrayConfig

from ..designs.design import pe_design
from ..flow.job import Job
from ..prices.collect import Prices
from ..targets import Target

__all__ = ["PARTS", "breakdown", "parted"]

PARTS = ("registers", "multiplication", "reduction", "accumulation", "control")
_REGISTERS = "t:$*dff*"
_ADDERS = "t:$add t:$sub t:$alu t:$macc t:$macc_v2 t:$fa t:$neg"
_ACCUMULATORS = "w:accumulator* w:coefficient* w:result* %u %u"
#: A selection for each part; cells that occur in several belong to the last of them.
_SELECTIONS = (
    ("multiplication", "c:*"),
    ("reduction", _ADDERS),
    ("registers", _REGISTERS),
    ("accumulation", f"{_ACCUMULATORS} %co* {_ACCUMULATORS} %ci* %i"),
    ("control", f"w:control_bits* w:valid* w:done* %u %u %ci1 {_REGISTERS} %i"),
)


def parted(config: ArrayConfig) -> Job:
    """The job of a configuration's PE, a module for each part."""
    design = pe_design(config)
    (job,) = design.jobs().values()
    commands = ["opt_clean", "splitnets -ports", f"cd {design.top}"]
    for part, selection in _SELECTIONS:
        commands += [f"select -set {part} {selection} c:* %i", f'setattr -set part "{part}" @{part}']
    # one at a time: a pass takes the drivers of wires for unknown that it has itself put into a module
    commands += [f"submod -name {design.top}_{part} a:part={part}" for part in PARTS]
    return replace(job, prepare=(*commands, "cd .."))


def breakdown(config: ArrayConfig, prices: Prices, target: Target) -> dict[str, float] | None:
    """Area of each of :data:`PARTS` of a configuration's PE; None where it failed or was not priced."""
    price = prices.job(parted(config), target)
    if price is None or price.netlist is None:
        return None
    top = pe_design(config).top
    areas = {name: price.netlist.total(name)["area"] for name in price.netlist.modules}
    return {part: areas.get(f"{top}_{part}", 0.0) for part in PARTS}
