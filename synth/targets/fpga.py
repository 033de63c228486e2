"""FPGAs: the price of a design is the number of its LUTs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .base import HERE, RECIPES, Target

__all__ = ["Ecp5", "Ecp5Dsp", "Ice40", "Xilinx7", "Xilinx7Dsp"]

#: Carry chains of all additions. Operands that only adders and registers make, adders at least in part, are sums.
CARRY_CHAINS = (
    "select -set adders t:$add",
    "select -set sums @adders %co1:+[Y] w:* %i",
    "select -set selections c:* @adders %d t:$*ff* %d %co1:+[Y] w:* %i",
    "select -set sum_a @sums %co1:+[A] @adders %i @selections %co1:+[A] %d",
    "select -set sum_b @sums %co1:+[B] @adders %i @selections %co1:+[B] %d",
    "techmap -D SUM_IS_A -map carry_chain.v @sum_a @sum_b %d",
    "techmap -D SUM_IS_B -map carry_chain.v @sum_b @sum_a %d",
    "techmap -map carry_chain.v t:$add",
)


class Fpga(Target):
    """An FPGA family. Additions of two words are carry chains, one LUT a bit.

    Attributes
    ----------
    chained : tuple of str
        Recipes that make additions carry chains before anything else.
    verilog_library : tuple of str
        Options and Verilog files of the family's cells, as Yosys has them.
    mapping : tuple of str
        Commands that map a prepared design, with ``{top}``.
    kinds : dict of str to pattern
        Resources to the names of their cells; a cell of ``_`` is known and costs nothing. ``area`` is the LUTs.
    """

    unit = "LUT"
    chained: tuple[str, ...] = RECIPES
    files = {"carry_chain.v": HERE / "techmap" / "carry_chain.v"}
    verilog_library: tuple[str, ...]
    mapping: tuple[str, ...]
    kinds: dict[str, re.Pattern[str]]

    def commands(self, top: str, recipe: str) -> list[str]:
        return [
            *(f"read_verilog -lib -specify{path}" for path in self.verilog_library),
            f"hierarchy -check -top {top}",
            "proc",
            "opt_expr",
            "opt_clean",
            "opt -nodffe -nosdff",
            "wreduce",
            "peepopt",
            "opt_clean",
            *(["booth"] if recipe == "booth" else []),
            *(CARRY_CHAINS if recipe in self.chained else []),
            *(command.format(top=top) for command in self.mapping),
        ]

    def resources(
        self,
        cells: Mapping[str, int],
        stat: Mapping[str, Any],
        children: Sequence[tuple[int, Mapping[str, Any]]],
    ) -> dict[str, float]:
        if unknown := sorted(cell for cell in cells if not any(kind.fullmatch(cell) for kind in self.kinds.values())):
            raise ValueError(f"{self.name} has no price for {', '.join(unknown)}")
        return {
            name: sum(count for cell, count in cells.items() if kind.fullmatch(cell))
            for name, kind in self.kinds.items()
            if name != "_"
        }


def _xilinx(options: str) -> tuple[str, str]:
    """The commands for Xilinx 7 series, but for the step that maps memories to blocks: there are none in what is
    priced, and reading its libraries takes longer than all the rest of a small PE."""
    command = f"synth_xilinx -top {{top}} -family xc7 {options} -run"
    return f"{command} prepare:map_memory", f"{command} map_ffram:"


class Xilinx7(Fpga):
    """Xilinx 7 series without DSP blocks; LUTs as shift registers count as LUTs."""

    name = "xc7"
    verilog_library = (" +/xilinx/cells_sim.v",)  # all that is needed without DSP and memory blocks
    mapping = _xilinx("-nodsp -noiopad -noclkbuf -nowidelut")
    kinds = {
        "area": re.compile(r"LUT[1-6]|INV|SRL16E|SRLC32E"),
        "ff": re.compile(r"FD[CPRS]E"),
        "carry4": re.compile(r"CARRY4"),
    }
    extra = {"ff": "flip-flops", "carry4": "CARRY4"}


class Xilinx7Dsp(Fpga):
    """Xilinx 7 series with DSP48E1 blocks, which take what is written as ``*`` and the additions beside it.

    The second recipe makes carry chains of all additions first, which keeps them out of the blocks.
    """

    name = "xc7_dsp"
    recipes = ("plain", "chains")
    verilog_library = (" +/xilinx/cells_sim.v", " +/xilinx/cells_xtra.v")
    mapping = _xilinx("-noiopad -noclkbuf -nowidelut")
    kinds = Xilinx7.kinds | {"dsp48": re.compile(r"DSP48E1")}
    extra = Xilinx7.extra | {"dsp48": "DSP48"}
    block, packs = "dsp48", "packed_25x18"
    chained = ("chains",)

    def needed(self, verilog: str) -> tuple[str, ...]:
        return self.recipes


class Ecp5(Fpga):
    """Lattice ECP5 without its multiplier blocks; a CCU2C is two LUTs with a carry."""

    name = "ecp5"
    verilog_library = (" +/lattice/cells_sim_ecp5.v", " +/lattice/cells_bb_ecp5.v")
    mapping = ("synth_ecp5 -top {top} -nodsp -nobram -nolutram -nowidelut -noflatten -run coarse:check",)
    kinds = {
        "area": re.compile(r"LUT4"),
        "carry": re.compile(r"CCU2C"),
        "ff": re.compile(r"TRELLIS_FF"),
        "_": re.compile(r"INV|PFUMX|L6MUX21"),
    }
    extra = {"ff": "flip-flops", "carry": "CCU2C"}

    def resources(
        self,
        cells: Mapping[str, int],
        stat: Mapping[str, Any],
        children: Sequence[tuple[int, Mapping[str, Any]]],
    ) -> dict[str, float]:
        found = super().resources(cells, stat, children)
        return found | {"area": found["area"] + 2 * found["carry"]}


class Ecp5Dsp(Ecp5):
    """Lattice ECP5 with its multiplier blocks, MULT18X18D, which take what is written as ``*``, and no addition."""

    name = "ecp5_dsp"
    recipes = ("plain",)
    mapping = ("synth_ecp5 -top {top} -nobram -nolutram -nowidelut -noflatten -run coarse:check",)
    kinds = Ecp5.kinds | {"mult18": re.compile(r"MULT18X18D")}
    extra = Ecp5.extra | {"mult18": "MULT18"}
    block, packs = "mult18", "packed_18x18"

    def needed(self, verilog: str) -> tuple[str, ...]:
        return self.recipes


class Ice40(Fpga):
    """Lattice iCE40 without its DSP blocks; a carry belongs to the LUT that uses it."""

    name = "ice40"
    verilog_library = (" -D ICE40_HX +/ice40/cells_sim.v",)
    mapping = ("synth_ice40 -top {top} -noflatten -nobram -run coarse:check",)
    kinds = {"area": re.compile(r"SB_LUT4"), "carry": re.compile(r"SB_CARRY"), "ff": re.compile(r"SB_DFF\w*")}
    extra = {"ff": "flip-flops", "carry": "SB_CARRY"}
