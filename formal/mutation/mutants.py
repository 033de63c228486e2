"""Mutants of an engine: small defects that Yosys puts into its units, all of them in one text of Verilog.

A mutant inverts one bit of one port of one cell, ties it to 0 or 1, or mixes it with a neighbour. The text has a
further port, :data:`SELECTOR`, that chooses the mutant; 0 chooses none. Clocks are not mutated: a gate in a clock is a
question for the simulator and not for the checks.
"""

import re
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lowtide.hw import ArrayConfig, Engine, verilog
from lowtide.hw.config.named import representative
from lowtide.hw.emit import yosys

__all__ = ["Mutant", "MutatedEngine", "PREPARE", "SELECTOR", "mutated_config", "mutated_engine"]

SELECTOR = "mutant"
WIDTH = 16  #: bits of the selector
STRIDE = 1 << 10  #: numbers of a unit's mutants, at most
#: From emitted Verilog to cells.
PREPARE = ("read_verilog engine.v", "hierarchy -check -top {top}", "proc", "opt_clean")


@dataclass(frozen=True)
class Mutant:
    """One defect.

    Parameters
    ----------
    number : int
        The selector's value.
    unit : str
        The Verilog module.
    mode : str
        What Yosys calls the defect.
    net : str
        What it changes, for people: the net, or the cell's port where the net has no name.
    line : str
        The line of Verilog that it is in.
    command : str
        Yosys makes it.
    """

    number: int
    unit: str
    mode: str
    net: str
    line: str
    command: str


@dataclass(frozen=True)
class Mutated(ABC):
    """A design with all its mutants.

    Parameters
    ----------
    original, text : str
        Verilog without and with them.
    mutants : tuple of Mutant
    """

    original: str
    text: str
    mutants: tuple[Mutant, ...]

    @property
    @abstractmethod
    def key(self) -> str:
        """What its outcomes are kept under."""


@dataclass(frozen=True)
class MutatedEngine(Mutated):
    """An engine with all its mutants, of this configuration. Its key is the kind, its stages and its tiles, if any."""

    config: ArrayConfig

    @property
    def key(self) -> str:
        return self.config.kind + _suffix(self.config.pipeline, self.config.tile_rows, self.config.tile_cols)


def mutated_config(kind: str, pipeline: int = 0, tile_rows: int = 1, tile_cols: int = 1) -> ArrayConfig:
    """The engine that stands for a kind, with 2 rows and 3 columns of tiles: the same units as the named one of 8 by 8.
    With ``pipeline`` register stages, and tiles of so many PEs."""
    rows, cols = 2 * tile_rows, 3 * tile_cols
    return replace(
        representative(kind),
        name=f"{kind}_{rows}x{cols}_flex{_suffix(pipeline, tile_rows, tile_cols)}",
        rows=rows,
        cols=cols,
        pipeline=pipeline,
        tile_rows=tile_rows,
        tile_cols=tile_cols,
    )


def _suffix(pipeline: int, tile_rows: int, tile_cols: int) -> str:
    """What names say of stages and tiles."""
    tile = f"_t{tile_rows}x{tile_cols}" if (tile_rows, tile_cols) != (1, 1) else ""
    return (f"_p{pipeline}" if pipeline else "") + tile


def mutated_engine(config: ArrayConfig, *, count: int, seed: int, units: Sequence[str] | None = None) -> MutatedEngine:
    """``count`` mutants of every unit of the engine, or of some units (without the configuration's name).

    Raises ``ValueError`` for a unit that the engine has not.
    """
    original = verilog(Engine(config), title=config.header())
    modules = re.findall(r"^module (\w+)\(", original, flags=re.M)
    known = {unit_name(config, module): module for module in modules}
    for unit in units or ():
        if unit not in known:
            raise ValueError(f"unit is {unit!r}, allowed for {config.kind} are {', '.join(known)}")
    chosen = {module: unit for unit, module in known.items() if not units or unit in units}
    return MutatedEngine(*with_mutants(original, config.name, chosen, count=count, seed=seed), config)


def with_mutants(
    original: str, top: str, chosen: Mapping[str, str], *, count: int, seed: int, width: int = WIDTH
) -> tuple[str, str, tuple[Mutant, ...]]:
    """A text of Verilog, as it is and with ``count`` mutants of each module, and these.

    Parameters
    ----------
    original, top : str
        The text, and its top module.
    chosen : mapping of str to str
        The modules, to the names of their units.
    count, seed : int
        Mutants of a module, and which.
    width : int
        Bits of the selector, for :data:`STRIDE` numbers of each module.
    """
    prepare = [command.format(top=top) for command in PREPARE]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "engine.v").write_text(original)
        lists = [
            f"mutate -list {count} -seed {seed} -ctrl {SELECTOR} {width} {number * STRIDE + 1} -o {number}.txt {module}"
            for number, module in enumerate(chosen)
        ]
        yosys.run([*prepare, *lists], folder=folder)
        commands = [
            line
            for number in range(len(chosen))
            for line in Path(folder, f"{number}.txt").read_text().splitlines()
            if " -port CLK " not in line
        ]
        Path(folder, "mutants.ys").write_text("\n".join([*commands, ""]))
        yosys.run(
            [*prepare, "script mutants.ys", "opt_clean", "check -assert", "write_verilog -noattr mutated.v"],
            folder=folder,
        )
        text = Path(folder, "mutated.v").read_text().split("\n", 1)[1]  # the first line names a version and a time
    lines = original.splitlines()
    return original, text, tuple(_mutant(command, chosen, lines) for command in commands)


def unit_name(config: ArrayConfig, module: str) -> str:
    """The name of a unit without that of the configuration; ``engine`` for the top."""
    return module.removeprefix(config.name).removeprefix("_") or "engine"


def _mutant(command: str, units: Mapping[str, str], lines: list[str]) -> Mutant:
    """A line of Yosys' list as a :class:`Mutant`."""
    words = command.split()
    options = {name: value for name, value in zip(words, words[1:], strict=False) if name.startswith("-")}
    sources = re.findall(r"-src engine\.v:(\d+)\.", command)
    bit = options["-portbit"]
    net = (
        f"{options['-wire'].removeprefix(chr(92))}[{options['-wirebit']}]"
        if "-wire" in options
        else (
            f"{options['-port']}[{bit}] of {options['-cell'].split('$')[1] or 'cell'}"
            if "$" in options["-cell"]
            else f"{options['-port']}[{bit}] of {options['-cell']}"
        )
    )
    number = int(words[words.index("-ctrl") + 3])
    stripped = re.sub(r"-ctrl \S+ \d+ \d+ ", "", command)
    return Mutant(
        number,
        units[options["-module"].removeprefix("\\")],
        options["-mode"],
        net,
        lines[int(sources[-1]) - 1].strip() if sources else "",
        stripped,
    )
