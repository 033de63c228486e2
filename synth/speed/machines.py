"""Fmax of whole machines on an ECP5, with their memories in block RAM, beside that of their engine alone."""

import re
from dataclasses import dataclass
from pathlib import Path

from lowtide.hw.array.engine import Engine
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.machine.machine import Machine

from .. import targets
from ..flow.store import digest, made, tools
from ..targets.fpga import Ecp5
from .fmax import Speed, speed_of
from .place import DEVICES, tool

__all__ = ["SHARE", "Ecp5Memories", "MachineSpeed", "machine_speed"]

SHARE = 0.9  #: of its engine's clock rate that a machine should reach


class Ecp5Memories(Ecp5):
    """Lattice ECP5 with its block RAM and LUT RAM, without multiplier blocks. A word that is written and read in one
    cycle is not asked for (:class:`lowtide.hw.memory.bank.Bank`), so nothing is built around the blocks for that."""

    name = "ecp5_memories"
    recipes = ("plain",)
    mapping = ("synth_ecp5 -top {top} -nodsp -nowidelut -noflatten -no-rw-check -run coarse:check",)

    kinds = Ecp5.kinds | {"ram": re.compile(r"DP16KD|PDPW16KD"), "lut_ram": re.compile(r"TRELLIS_DPR16X4")}

    def needed(self, verilog: str) -> tuple[str, ...]:
        return self.recipes


@dataclass(frozen=True)
class MachineSpeed:
    """What was found for a machine.

    Parameters
    ----------
    config : AcceleratorConfig
    engine, machine : Speed
        Of its array with sequencer, edges and readout, and of the whole.
    """

    config: AcceleratorConfig
    engine: Speed
    machine: Speed

    @property
    def share(self) -> float | None:
        """The machine's clock rate over its engine's, None where one failed."""
        if self.engine.fmax is None or self.machine.fmax is None:
            return None
        return self.machine.fmax / self.engine.fmax


def machine_speed(config: AcceleratorConfig) -> MachineSpeed:
    """Place and route a machine and its engine, three seeds each. Kept.

    Parameters
    ----------
    config : AcceleratorConfig
        The machine.

    Raises
    ------
    ValueError
        nextpnr is not installed.
    TimeoutError
        It does not end.
    """
    return MachineSpeed(config, _kept(Engine(config.array)), _kept(Machine(config)))


def _kept(unit: Engine | Machine) -> Speed:
    device = DEVICES["ecp5"]
    here = Path(__file__).parent
    files = [
        *(here / name for name in ("fmax.py", "machines.py", "place.py", "wrapper.py", "../flow/synthesise.py")),
        *sorted(path for path in Path(targets.__file__).parent.rglob("*") if path.suffix in (".py", ".v")),
    ]
    key = digest(verilog(unit), tools(), tool(device), *(path.read_text() for path in files))
    return Speed.of_dict(made("fmax", key, lambda: speed_of(unit, Ecp5Memories(), device, flat=False).as_dict()))
