"""Verilog mapped for delay: everything between registers is ABC's, adders included, under a target that it tries to
meet.

    map -B 0.9 -D target; buffer; upsize, dnsize       delay = longest path in ABC's timing + clock to output + setup

The price's own recipe (`lowtide.synth.targets.gates`) maps for area alone, and keeps full adders as cells, which ABC
does not see through; so its areas are smaller, and have no delay. Sums of several operands become carry-save adders and
one that carries, which ripples or is a prefix tree. No wires, one clock without skew.

Source: Brent and Kung 1982, Kogge and Stone 1973, as Yosys builds them; ABC's mapper with structural choices:
Chatterjee et al., ICCAD 2005.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..flow import SynthesisError
from ..flow.job import Job
from ..flow.store import digest, kept, made, tools
from ..flow.synthesise import read, run
from ..targets.base import HERE as TARGETS
from .timed_library import TimedLibrary

__all__ = ["ADDERS", "FASTEST", "Adders", "DelayRecipe", "Mapped", "kept_mapped", "mapped"]


@dataclass(frozen=True)
class Adders:
    """How carries are made.

    Parameters
    ----------
    name : str
        For readers.
    option : str
        Of Yosys' ``synth``, that replaces its own map of carries; none if empty.
    file : Path or None
        The map, where it is not one that Yosys brings.
    """

    name: str
    option: str = ""
    file: Path | None = None


ADDERS = (
    Adders("ripple", " -extra-map ripple_carry.v", TARGETS / "techmap" / "ripple_carry.v"),
    Adders("Brent-Kung"),
    Adders("Kogge-Stone", " -extra-map +/choices/kogge-stone.v"),
)
FASTEST = 0.001  #: ns, a target that nothing meets
_LOAD = 4.5  #: fF, of every output
_SCRIPT = """strash
dch
map -B 0.9 -D {ps}
topo
buffer -c
upsize -D {ps}
dnsize -D {ps}
stime -p
"""
_TIMES = re.compile(r"Area =\s*([\d.]+).*?Delay =\s*([\d.]+) ps")


@dataclass(frozen=True, kw_only=True)
class DelayRecipe:
    """How a design is mapped.

    Parameters
    ----------
    adders : Adders
        How carries are made.
    target_ns : float
        What lies between registers is to take no longer.
    booth : bool
        Whether Yosys makes radix-4 Booth multipliers of products.
    """

    adders: Adders
    target_ns: float = FASTEST
    booth: bool = False


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """What became of a design.

    Parameters
    ----------
    area : float
        In the library's unit.
    logic_ns : float
        The longest path between registers, ports counted as such.
    register_ns : float
        What the registers themselves take of a period.
    """

    area: float
    logic_ns: float
    register_ns: float

    @property
    def period_ns(self) -> float:
        """The shortest clock period."""
        return self.logic_ns + self.register_ns


def mapped(job: Job, library: TimedLibrary, recipe: DelayRecipe) -> Mapped:
    """Map a job by a recipe. Kept by content.

    Raises
    ------
    SynthesisError
        With the tool's line.
    """
    found = made("delay", _key(job, library, recipe), lambda: _measured(job, library, recipe))
    return Mapped(**found, register_ns=library.register_ns)


def kept_mapped(job: Job, library: TimedLibrary, recipe: DelayRecipe) -> Mapped | None:
    """What :func:`mapped` returned before, None where a job was not mapped so with these tools."""
    found = kept("delay", _key(job, library, recipe))
    return None if found is None else Mapped(**found, register_ns=library.register_ns)


def _key(job: Job, library: TimedLibrary, recipe: DelayRecipe) -> str:
    maps = [path.read_text() for path in _files()]
    commands, script = _commands(job, library, recipe), _script(recipe)
    return digest(job.verilog, tools(), *commands, script, library.text, *maps, _constraints(library))


def _measured(job: Job, library: TimedLibrary, recipe: DelayRecipe) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        texts = {
            "design.v": job.verilog,
            "cells.lib": library.text,
            "abc.script": _script(recipe),
            "abc.constr": _constraints(library),
        }
        for name, text in texts.items():
            Path(folder, name).write_text(text)
        for path in _files():
            Path(folder, path.name).symlink_to(path)
        log = Path(folder, "abc.log")
        try:
            run(_commands(job, library, recipe), folder)
        except SynthesisError as error:  # ABC's own line is in its log
            lines = log.read_text().splitlines() if log.exists() else []
            raise SynthesisError(next((line for line in lines if line.startswith("ERROR")), str(error))) from None
        found = _TIMES.findall(log.read_text())
        area = re.search(r"Chip area for .*: ([\d.]+)", Path(folder, "area.txt").read_text())
        if not found or area is None:
            raise SynthesisError("ABC reported no delay: there is nothing between registers")
        return {"area": float(area[1]), "logic_ns": float(found[-1][1]) / 1000}


def _script(recipe: DelayRecipe) -> str:
    """What ABC does."""
    return _SCRIPT.format(ps=round(1000 * recipe.target_ns))


def _files() -> list[Path]:
    return [adders.file for adders in ADDERS if adders.file]


def _constraints(library: TimedLibrary) -> str:
    """What drives inputs, and what loads outputs."""
    return f"set_driving_cell {library.buffer}\nset_load {_LOAD}\n"


def _commands(job: Job, library: TimedLibrary, recipe: DelayRecipe) -> list[str]:
    cells = f"-liberty cells.lib{library.unused}"
    return [
        *read(job),
        f"synth -top {job.top} -noabc{' -booth' if recipe.booth else ''}{recipe.adders.option}",
        *([f"clockgate {cells} -min_net_size 2"] if library.target.cells.clock_gates else []),
        f"dfflibmap {cells}",
        "opt",
        f"tee -q -o abc.log abc {cells} -constr abc.constr -script abc.script",
        "opt_clean",
        "tee -q -o area.txt stat -liberty cells.lib",
    ]
