"""Netlists as counts: the resources of each module and the tree of instances."""

from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Netlist", "NetlistModule", "parse"]


@dataclass(frozen=True)
class NetlistModule:
    """One module: what it takes by itself (``own``, its price as ``area``), and how often it instantiates others."""

    own: dict
    children: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Netlist:
    """A mapped design: a dict of module name to :class:`NetlistModule`."""

    modules: dict

    def instances(self, top):
        """How often each module occurs in one ``top``, itself included: a Counter."""
        counts = Counter({top: 1})
        for child, number in self.modules[top].children.items():
            for name, below in self.instances(child).items():
                counts[name] += number * below
        return counts

    def total(self, top):
        """The resources of ``top`` with everything below it: each module's own, as often as it occurs."""
        total = Counter()
        for name, number in self.instances(top).items():
            for key, value in self.modules[name].own.items():
                total[key] += number * value
        return {key: round(total[key], 3) for key in self.modules[top].own}


def parse(stat, target, boxes=()):
    """The :class:`Netlist` of what Yosys' ``stat -json`` printed. boxes: names of modules that were left alone, which
    take nothing by themselves."""
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
