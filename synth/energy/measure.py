"""Energy per multiplication of each mode: real operands through the netlist that is priced.

::

    operands -> gate-level simulation of an array of 1x1 -> transitions of every net -> fJ, over the multiplications

The PE's netlist is simulated without delays, so glitches are not in it; wires are not, nor the clock tree's buffers.
Leakage is power, not energy, and stands beside it.
"""

from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from lowtide.common.jobs import default_jobs
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.mode.word import Mode
from lowtide.sim.engine.model import ModelError
from lowtide.sim.verilator.toolchain import BuildError, ToolMissing

from ..designs.design import ONE_PE
from ..flow import SynthesisError
from ..flow.mapped import read
from ..flow.store import digest, hardware_sources, made, tools
from ..gates.activity import activity
from ..gates.simulation import counting_recipe, mapped_pe
from ..targets import GateLibrary, Target
from ..targets.liberty import Cells
from .cells import CellEnergies
from .horowitz import energy as operation_energy
from .netlist import PARTS, Weights, weights
from .operands import operands

__all__ = ["Energy", "EnergyError", "comparison", "energy"]


Name = TypeVar("Name", bound=Hashable)


class EnergyError(RuntimeError):
    """The energy of a mode was not measured; the message is the line in which a tool said why."""


@dataclass(frozen=True, kw_only=True)
class Energy:
    """What one multiplication takes in a mode.

    Parameters
    ----------
    clock, registers, logic : float
        fJ, the parts of :mod:`lowtide.synth.energy.netlist`.
    operations : float
        fJ by the table of :mod:`lowtide.synth.energy.horowitz`, 45 nm at 0.9 V.
    leakage : float
        Of the PE, nW.
    voltage : float
        V.
    clocks, multiplications : int
        Simulated.
    """

    clock: float
    registers: float
    logic: float
    operations: float
    leakage: float
    voltage: float
    clocks: int
    multiplications: int

    @property
    def total(self) -> float:
        """fJ of a multiplication, leakage not included."""
        return self.clock + self.registers + self.logic


def energy(config: ArrayConfig, mode: Mode, target: Target, recipe: str) -> Energy:
    """The energy of a multiplication in a mode of a configuration's PE, mapped by a recipe. Kept by content.

    Raises
    ------
    ValueError
        The mode is refused, the target is not one of standard cells, or a library has no capacitances or voltage.
    EnergyError
        A tool fails.
    """
    if not isinstance(target, GateLibrary):
        raise ValueError(f"target is {target.name}, allowed for energy are standard cells (ge, or a liberty file)")
    config.check_mode(mode)
    small = replace(config, **ONE_PE)
    try:
        netlist, top = mapped_pe(small, target, recipe)
        key = digest(
            netlist, _content(target.cells.path), small.header(), mode, recipe, hardware_sources(), tools(), _sources()
        )
        return Energy(**made("energy", key, lambda: asdict(_measured(small, mode, target, recipe, netlist, top))))
    except (SynthesisError, BuildError, ModelError, ToolMissing) as error:
        raise EnergyError(str(error)) from None
    except ImportError as error:
        raise EnergyError(f"operands of lowtide.workloads.digits: {error}; run make setup") from None


def comparison(
    entries: Mapping[ArrayConfig, Mapping[Name, Mode]],
    target: Target,
    *,
    jobs: int | None = None,
    progress: Callable[[], None] = lambda: None,
) -> dict[ArrayConfig, dict[Name, Energy | EnergyError]]:
    """The energies of several PEs, or why they are not known. The recipe that counts is taken; a netlist is built once
    for all its modes.

    Parameters
    ----------
    entries : mapping of ArrayConfig to mapping
        Modes by any name, for each configuration.
    target : Target
        What PEs are mapped to.
    jobs : int or None
        PEs at a time, one a core if None.
    progress
        Called after each mode.
    """

    def of_one(config: ArrayConfig) -> dict[Name, Energy | EnergyError]:
        found: dict[Name, Energy | EnergyError] = {}
        for name, mode in entries[config].items():
            try:
                found[name] = energy(config, mode, target, counting_recipe(config, target))
            except (EnergyError, SynthesisError, ValueError) as error:
                found[name] = EnergyError(str(error))
            progress()
        return found

    with ThreadPoolExecutor(jobs or default_jobs()) as pool:
        return dict(zip(entries, pool.map(of_one, entries), strict=True))


def _measured(config: ArrayConfig, mode: Mode, target: GateLibrary, recipe: str, netlist: str, top: str) -> Energy:
    found, real = _weights(netlist, top, str(target.cells.path)), operands(config, mode)
    counted = activity(config, target, recipe, [each.product for each in real])
    multiplications = sum(each.multiplications for each in real)
    parts = found.energy(counted.nets) / multiplications
    return Energy(
        **{name: float(part) for name, part in zip(PARTS, parts, strict=True)},
        operations=operation_energy(config.pe.operation_counts(config, mode)),
        leakage=found.leakage,
        voltage=found.voltage,
        clocks=counted.cycles,
        multiplications=multiplications,
    )


@cache
def _weights(netlist: str, top: str, library: str) -> Weights:
    return weights(read(netlist, top), CellEnergies(Cells(library)))


@cache
def _content(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@cache
def _sources() -> str:
    """What decides the operands, the simulation and the counting."""
    package = Path(__file__).parents[2]
    folders = [package / name for name in ("golden", "workloads/digits", "sim", "synth/energy", "synth/gates")]
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".cpp", ".npz"))
    return digest(*(part for path in files for part in (path.name, sha256(path.read_bytes()).hexdigest())))
