"""Technologies that designs are mapped to. A new one is a class and an entry in :data:`TARGETS`.

Every design goes through two recipes, `plain` and `booth`, which makes multipliers radix-4 Booth multipliers first. The
hierarchy of the Verilog is kept, so a PE is synthesised once.

===============================  =======================================
`lowtide.synth.targets.base`     what a target is
`lowtide.synth.targets.gates`    standard cells
`lowtide.synth.targets.fpga`     Xilinx 7 series, Lattice ECP5 and iCE40
`lowtide.synth.targets.liberty`  the cells of a liberty file
`lowtide.synth.targets.groups`   the syntax of liberty files
===============================  =======================================
"""

from pathlib import Path

from .base import RECIPES, Target
from .fpga import Ecp5, Ecp5Dsp, Ice40, Xilinx7, Xilinx7Dsp
from .gates import GateLibrary

__all__ = ["DEFAULT_TARGETS", "GateLibrary", "RECIPES", "TARGETS", "Target", "Xilinx7", "target"]

TARGETS: dict[str, type[Target]] = {"ge": GateLibrary} | {
    each.name: each for each in (Xilinx7, Xilinx7Dsp, Ecp5, Ecp5Dsp, Ice40)
}
DEFAULT_TARGETS = ("ge", "xc7")


def target(name: str, *, liberty: str | Path | None = None) -> Target:
    """The target of that name.

    Parameters
    ----------
    name : str
        One of :data:`TARGETS`.
    liberty : str or Path, or None
        A liberty file, whose cells ``ge`` then has instead of the project's own.

    Raises
    ------
    ValueError
        There is no such target, or the file is no liberty file.
    """
    if name not in TARGETS:
        raise ValueError(f"target is {name!r}, allowed are {', '.join(TARGETS)}")
    return GateLibrary(liberty) if name == "ge" else TARGETS[name]()
