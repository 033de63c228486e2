"""Flow: Verilog text through Yosys to a mapped netlist, as the resources of each module and the tree of instances."""

import json
import re
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hw import yosys

__all__ = ["Netlist", "NetlistModule", "SynthesisError", "parse", "synthesise"]


class SynthesisError(RuntimeError):
    """A design did not become a netlist; the message is the tool's own line."""


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


def synthesise(verilog, top, target, recipe):
    """Map a design and count it. ``target`` is a :class:`synth.targets.Target`, ``recipe`` one of its recipes.

    Raises :class:`SynthesisError` with the line in which the tool said what went wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "design.v").write_text(verilog)
        for name, path in target.files.items():
            Path(folder, name).symlink_to(path)
        try:
            yosys.run(["read_verilog design.v", *target.commands(top, recipe), f"tee -q -o stat.json {target.stat}"],
                      folder=folder)
            return parse(json.loads(Path(folder, "stat.json").read_text()), target)
        except yosys.YosysError as error:
            raise SynthesisError(re.sub(r"(?<![\w+])/(?:[\w.-]+/)+", "", str(error))) from None  # no folders: they vary
        except ValueError as error:
            raise SynthesisError(f"counting cells: {error}") from None


def parse(stat, target):
    """The :class:`Netlist` of what Yosys' ``stat -json`` printed."""
    found = {name.removeprefix("\\"): module for name, module in stat["modules"].items()}
    modules = {}
    for name, module in found.items():
        cells = module["num_cells_by_type"]
        children = {cell: count for cell, count in cells.items() if cell in found}
        own = target.resources({cell: count for cell, count in cells.items() if cell not in found}, module,
                               [(count, found[child]) for child, count in children.items()])
        modules[name] = NetlistModule(own, children)
    return Netlist(modules)
