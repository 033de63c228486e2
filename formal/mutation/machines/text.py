"""A machine's Verilog with mutants of all its units but those of the array, which ``lowtide mutate`` has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.machines import flexible_machine
from lowtide.sim.machine.library import machine_verilog

from ..mutants import Mutated, with_mutants

__all__ = ["MutatedMachine", "mutated_machine", "units_of"]

WIDTH = 20  #: bits of the selector: a machine has more units than an engine


@dataclass(frozen=True)
class MutatedMachine(Mutated):
    """A machine with its mutants, of this configuration. Its key is the kind of its PEs."""

    config: AcceleratorConfig

    @property
    def key(self) -> str:
        return self.config.array.kind


def units_of(config: AcceleratorConfig, text: str) -> dict[str, str]:
    """The modules of a machine's Verilog that are no part of its array, to the names of their units, which are without
    that of the machine."""
    modules = re.findall(r"^module (\w+)\(", text, flags=re.M)
    inside = f"{config.array.name}_"
    return {
        module: module.removeprefix(f"{config.name}_")
        for module in modules
        if not (f"{module}_".startswith(inside) or module.startswith("hese_encoder"))
    }


def mutated_machine(kind: str, *, count: int, seed: int, units: Sequence[str] | None = None) -> MutatedMachine:
    """``count`` mutants of every unit of the flexible machine of a kind of PE, or of some units.

    Raises
    ------
    ValueError
        A unit that the machine has not.
    """
    config = flexible_machine(kind)
    original = machine_verilog(config)
    known = units_of(config, original)
    for unit in units or ():
        if unit not in known.values():
            raise ValueError(f"unit is {unit!r}, allowed for {kind} are {', '.join(known.values())}")
    chosen = {module: unit for module, unit in known.items() if not units or unit in units}
    return MutatedMachine(*with_mutants(original, config.top, chosen, count=count, seed=seed, width=WIDTH), config)
