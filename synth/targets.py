"""Targets: what a design is mapped to, the Yosys commands that do it, and how its cells are counted.

Each target has two recipes, the same for all units: ``plain`` leaves multipliers to Yosys, ``booth`` makes them
radix-4 Booth multipliers first. The hierarchy of the Verilog is kept, so a PE is synthesised once.
"""

import re
from abc import ABC, abstractmethod
from pathlib import Path

from .liberty import KINDS_OF_CELL, Cells

__all__ = ["DEFAULT_TARGETS", "GateLibrary", "RECIPES", "TARGETS", "Target", "Xilinx7", "target"]

HERE = Path(__file__).parent
RECIPES = ("plain", "booth")

#: Area-oriented mapping, of those tried the one whose ratios depend least on the library.
ABC_SCRIPT = "strash;ifraig;scorr;dc2;strash;&get,-n;&dch,-f;&nf,-R,1000,-F,500;&put;topo"


class Target(ABC):
    """What designs are mapped to.

    name: as on the command line.
    unit: of its area.
    files: what its commands read, name in the working folder to path.
    parts: the resources that sum up to the area, as name and heading; empty where it is not taken apart.
    """

    name: str
    unit: str
    files: dict[str, Path]
    parts: dict[str, str] = {}

    @abstractmethod
    def commands(self, top, recipe):
        """Yosys commands from a read design to a mapped one, as a list of lines."""

    stat = "stat -json"  #: the command that counts the cells

    @abstractmethod
    def resources(self, cells, stat, children):
        """What one module takes by itself, without its children: a dict, the price first, as ``area``.

        ``cells`` counts its cells by type, ``stat`` is all that Yosys' ``stat -json`` says of it, ``children`` are
        pairs of a count and the ``stat`` of a child. Raises ``ValueError`` where a cell was left unmapped.
        """


class GateLibrary(Target):
    """Standard cells. ``liberty`` is a liberty file, by default the project's own gate equivalents (NAND2 = 1).

    Adders are ripple chains, wide multiplexers and-or with a shared decoder. Full adders are cells where the library
    is the project's own; from another one ABC uses cells of one output only. Enables become clock gates where the
    library has a clock gating cell. The area is taken apart by kind of cell.
    """

    parts = KINDS_OF_CELL

    def __init__(self, liberty=None):
        path = Path(liberty or HERE / "gate_equivalents.lib")
        self.cells = Cells(path)
        self.name, self.unit = (path.stem, "liberty units") if liberty else ("ge", "GE")
        self.files = {"cells.lib": path.resolve()} | {
            name: HERE / "techmap" / name for name in ("ripple_carry.v", "multiplexers.v", "full_adder.v")}
        self.stat = "stat -json -liberty cells.lib"

    def commands(self, top, recipe):
        booth = " -booth" if recipe == "booth" else ""
        lines = [f"synth -top {top} -noalumacc{booth} -noabc -extra-map ripple_carry.v", "opt_clean",
                 # only full multiplexers: an input that is undefined would let Yosys forget the others
                 "muxcover -nopartial -mux4 -mux8 -mux16", "techmap -map multiplexers.v", "opt_merge", "opt_clean",
                 "techmap", "opt -fast", "abc", "opt -fast", "opt_clean"]
        if self.cells.full_adders:
            lines += ["extract_fa -fa", "techmap -map full_adder.v", "opt_clean",
                      "techmap", "opt -fast -full", "opt_clean"]
        if self.cells.clock_gates:
            lines.append("clockgate -liberty cells.lib -min_net_size 2")
        return [*lines, "dfflibmap -liberty cells.lib", f"abc -liberty cells.lib -script +{ABC_SCRIPT}", "opt_clean"]

    def resources(self, cells, stat, children):
        if unmapped := sorted(cell for cell in cells if cell.startswith("$")):
            raise ValueError(f"liberty has no cell for {', '.join(unmapped)}")

        below = sum(count * child.get("area", 0.0) for count, child in children)  # Yosys' areas include the children's
        return {"area": round(stat.get("area", 0.0) - below, 3)} | self.cells.areas(cells)


class Xilinx7(Target):
    """Xilinx 7 series without DSP blocks: the price is the number of LUTs, shift register LUTs included."""

    name, unit = "xc7", "LUT"
    files = {"carry_chain.v": HERE / "techmap" / "carry_chain.v"}
    kinds = {"area": re.compile(r"LUT[1-6]|INV|SRL16E|SRLC32E"), "ff": re.compile(r"FD[CPRS]E"),
             "carry4": re.compile(r"CARRY4")}

    def commands(self, top, recipe):
        return ["read_verilog -lib -specify +/xilinx/cells_sim.v",  # all that is needed without DSP and memory blocks
                f"hierarchy -check -top {top}", "proc", "opt_expr", "opt_clean", "opt -nodffe -nosdff", "wreduce",
                "peepopt", "opt_clean", *(["booth"] if recipe == "booth" else []), "techmap -map carry_chain.v t:$add",
                f"synth_xilinx -top {top} -family xc7 -nodsp -noiopad -noclkbuf -nowidelut -run prepare:"]

    def resources(self, cells, stat, children):
        if unknown := sorted(cell for cell in cells if not any(kind.fullmatch(cell) for kind in self.kinds.values())):
            raise ValueError(f"xc7 has no price for {', '.join(unknown)}")
        return {name: sum(count for cell, count in cells.items() if kind.fullmatch(cell))
                for name, kind in self.kinds.items()}


TARGETS = {"ge": GateLibrary, "xc7": Xilinx7}
DEFAULT_TARGETS = ("ge", "xc7")


def target(name, *, liberty=None):
    """The target of that name, ``ge`` with the cells of ``liberty`` where given. ``ValueError`` where there is none."""
    if name not in TARGETS:
        raise ValueError(f"target is {name!r}, allowed are {', '.join(TARGETS)}")
    return GateLibrary(liberty) if name == "ge" else TARGETS[name]()
