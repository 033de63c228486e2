"""Memories of a machine: bits, and what FPGAs make of them."""

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lowtide.hw.emit import yosys
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.memory.bank import Bank

from ..flow.store import digest, made, tools
from .modules import Modules

__all__ = ["FAMILIES", "Family", "Memory", "blocks_of", "memories_of"]


@dataclass(frozen=True)
class Family:
    """An FPGA family whose block RAM is counted.

    Parameters
    ----------
    name, block : str
        For readers: the family, and a block of 36 or 18 kbit.
    command : str
        Of Yosys, which maps a memory, with ``{top}``.
    cells : str
        Pattern of the names of the blocks.
    halves : str
        Pattern of those that are half of one; none if empty.
    """

    name: str
    block: str
    command: str
    cells: str
    halves: str = ""


FAMILIES = (
    Family("7 series", "RAMB36", "synth_xilinx -noiopad -family xc7 -top {top}", r"RAMB36E1", r"RAMB18E1"),
    Family("ECP5", "DP16KD", "synth_ecp5 -no-rw-check -top {top}", r"DP16KD"),
)


@dataclass(frozen=True)
class Memory:
    """A memory of a machine, with one read and one write port.

    Parameters
    ----------
    name : str
        Of its module.
    instances, width, depth : int
        How many there are, bits of a word, and words.
    """

    name: str
    instances: int
    width: int
    depth: int

    @property
    def bits(self) -> int:
        """Of all instances."""
        return self.instances * self.width * self.depth


def memories_of(found: Modules) -> list[Memory]:
    """The memories of a machine, the largest first."""
    counts = found.hierarchy.instances()
    every = [Memory(name, counts[name], bank.width, bank.depth) for name, bank in found.memories.items()]
    return sorted(every, key=lambda memory: -memory.bits)


def blocks_of(memory: Memory, family: Family) -> float:
    """Blocks that the instances of a memory take on a family; 0 where it becomes LUT RAM or registers. Kept."""
    text = verilog(Bank(memory.width, memory.depth))
    command = family.command.format(top=memory.name)

    def count() -> dict[str, int]:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "bank.v").write_text(text)
            yosys.run(["read_verilog bank.v", command, "tee -q -o stat.json stat -json"], folder=folder)
            cells: dict[str, int] = json.loads(Path(folder, "stat.json").read_text())["design"]["num_cells_by_type"]
        return cells

    cells: dict[str, int] = made("block_ram", digest(text, command, tools()), count)
    whole = sum(number for name, number in cells.items() if re.fullmatch(family.cells, name))
    halves = sum(number for name, number in cells.items() if family.halves and re.fullmatch(family.halves, name))
    return memory.instances * (whole + halves / 2)
