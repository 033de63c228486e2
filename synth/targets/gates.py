"""Standard cells: the project's own gate equivalents, or any liberty file."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .base import HERE, Target
from .liberty import KINDS_OF_CELL, Cells

__all__ = ["GateLibrary"]

#: Area-oriented mapping, of those tried the one whose ratios depend least on the library.
ABC_SCRIPT = "strash;ifraig;scorr;dc2;strash;&get,-n;&dch,-f;&nf,-R,1000,-F,500;&put;topo"


class GateLibrary(Target):
    """Standard cells.

    Adders are ripple chains of the library's full adder, where it has one; wide multiplexers are and-or with a shared
    decoder; enables become clock gates where it has clock gating cells. Cells for other power domains are left alone.
    The area is taken apart by kind of cell.

    Parameters
    ----------
    liberty : str or Path, or None
        A liberty file, by default the project's own gate equivalents (NAND2 = 1).

    Raises
    ------
    ValueError
        The file is no liberty file, or has no flip-flop.
    """

    parts = KINDS_OF_CELL

    def __init__(self, liberty: str | Path | None = None):
        path = liberty or HERE / "gate_equivalents.lib"
        self.cells = Cells(path)
        self.name, self.unit = (self.cells.path.stem, "liberty units") if liberty else ("ge", "GE")
        self.files = {"cells.lib": self.cells.path.resolve()} | {
            name: HERE / "techmap" / name for name in ("ripple_carry.v", "multiplexers.v")
        }
        if self.cells.full_adder:
            self.texts = {"full_adder.v": _adder_map(self.cells.full_adder)}
        self.stat = "stat -json -liberty cells.lib"

    def commands(self, top: str, recipe: str) -> list[str]:
        booth = " -booth" if recipe == "booth" else ""
        unused = "".join(f" -dont_use {name}" for name in self.cells.special)
        lines = [
            f"synth -top {top} -noalumacc{booth} -noabc -extra-map ripple_carry.v",
            "opt_clean",
            # only full multiplexers: an input that is undefined would let Yosys forget the others
            "muxcover -nopartial -mux4 -mux8 -mux16",
            "techmap -map multiplexers.v",
            "opt_merge",
            "opt_clean",
            "techmap",
            "opt -fast",
            "abc",
            "opt -fast",
            "opt_clean",
        ]
        if self.cells.full_adder:
            lines += [
                "extract_fa -fa",
                "techmap -map full_adder.v",
                "opt_clean",
                "techmap",
                "opt -fast -full",
                "opt_clean",
            ]
        if self.cells.clock_gates:
            lines.append(f"clockgate -liberty cells.lib -min_net_size 2{unused}")
        return [
            *lines,
            "select -set before t:$_NOT_",
            f"dfflibmap -liberty cells.lib{unused}",
            "opt_merge t:$_NOT_ @before %d",  # inverters that it put before resets, one for each flip-flop
            f"abc -liberty cells.lib{unused} -script +{ABC_SCRIPT}",
            "opt_clean",
        ]

    def resources(
        self,
        cells: Mapping[str, int],
        stat: Mapping[str, Any],
        children: Sequence[tuple[int, Mapping[str, Any]]],
    ) -> dict[str, float]:
        if unmapped := sorted(cell for cell in cells if cell.startswith("$")):
            raise ValueError(f"liberty has no cell for {', '.join(unmapped)}")
        if unknown := sorted(cell for cell in cells if cell not in self.cells.kind):
            raise ValueError(f"liberty has no cell {', '.join(unknown)}")
        below = sum(count * child.get("area", 0.0) for count, child in children)  # Yosys' areas include the children's
        return {"area": round(stat.get("area", 0.0) - below, 3)} | self.cells.areas(cells)


def _adder_map(adder: Mapping[str, str]) -> str:
    """The techmap of full adders, for a library's own cell."""
    text = (HERE / "techmap" / "full_adder.v").read_text()
    return re.sub(
        r"full_adder adder \(.*\);",
        f"{adder['cell']} adder (.{adder['A']}(A[i]), .{adder['B']}(B[i]), .{adder['C']}(C[i]), "
        f".{adder['CARRY']}(X[i]), .{adder['SUM']}(Y[i]));",
        text,
    )
