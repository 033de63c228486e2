"""Netlists as counts: the resources of each module and the tree of instances."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..targets.base import Target

__all__ = ["Netlist", "NetlistModule", "parse"]


@dataclass(frozen=True)
class NetlistModule:
    """One module.

    Parameters
    ----------
    own : dict of str to float
        What it takes by itself, resource to amount, its price as ``area``.
    children : dict of str to int
        Names of modules to how often it instantiates them.
    """

    own: dict[str, float]
    children: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Netlist:
    """A mapped design: its modules by name."""

    modules: dict[str, NetlistModule]

    def instances(self, top: str) -> Counter[str]:
        """How often each module occurs in one ``top``, itself included."""
        counts = Counter({top: 1})
        for child, number in self.modules[top].children.items():
            for name, below in self.instances(child).items():
                counts[name] += number * below
        return counts

    def total(self, top: str) -> dict[str, float]:
        """The resources of ``top`` with everything below it: each module's own, as often as it occurs."""
        total: dict[str, float] = defaultdict(int)
        for name, number in self.instances(top).items():
            for key, value in self.modules[name].own.items():
                total[key] += number * value
        return {key: round(total[key], 3) for key in self.modules[top].own}


def parse(stat: Mapping[str, Any], target: Target, boxes: Collection[str] = ()) -> Netlist:
    """The netlist of what Yosys' ``stat -json`` printed.

    Parameters
    ----------
    stat : mapping
        What was printed, as JSON has it.
    target : Target
        What the design was mapped to.
    boxes : collection of str
        Names of modules that were left alone, which take nothing by themselves.
    """
    found = {name.removeprefix("\\"): module for name, module in stat["modules"].items()}
    modules = {}
    for name, module in found.items():
        cells = module["num_cells_by_type"]
        children = {cell: count for cell, count in cells.items() if cell in found or cell in boxes}
        own = target.resources(
            {cell: count for cell, count in cells.items() if cell not in children},
            module,
            [(count, found.get(child, {})) for child, count in children.items()],
        )
        modules[name] = NetlistModule(own, children)
    for name in boxes:
        modules[name] = NetlistModule(dict.fromkeys(own, 0))
    return Netlist(modules)
