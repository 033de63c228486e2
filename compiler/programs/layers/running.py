"""Layers of a program in worker processes: each that has run is kept, so the same command goes on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.common.processes import in_processes
from lowtide.common.progress import progress_bar, status
from lowtide.hw.emit.stand_in import stand_in_of, with_stand_in
from lowtide.sim.machine.library import machine_library, machine_verilog

from ...cycles import BusTiming, list_cycles
from ...explain.layer_times import ideal_cycles
from ..folder import ProgramFiles
from .alone import Alone, LayerRun, run_alone
from .chosen import Layers
from .part import Part, parts_of
from .states import crossings

__all__ = ["Ran", "run_layers"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ran:
    """A layer that has run.

    Parameters
    ----------
    part : Part
    run : LayerRun
    kept : bool
        Whether it ran earlier.
    predicted : int
        Cycles of its list, by the model.
    ideal : float
        Cycles of its multiplications, where every multiplier works in every cycle.
    """

    part: Part
    run: LayerRun
    kept: bool
    predicted: int
    ideal: float

    @property
    def share(self) -> float:
        """Of peak; 0 of a layer without multiplications, and of one that did not come to its end."""
        return self.ideal / self.run.cycles if self.run.cycles else 0.0


def run_layers(
    program: ProgramFiles,
    codes: NDArray[np.int64],
    layers: Layers,
    *,
    jobs: int,
    latency: int = 0,
    quick: bool = False,
    stand_in: bool = False,
) -> list[Ran]:
    """Layers of a program on the RTL, each alone, from the memories that golden's machine has there; in their order.

    Parameters
    ----------
    program : ProgramFiles
    codes : ndarray of int64
        Of the tensor that it reads.
    layers : Layers
    jobs : int
        Layers at a time.
    latency, quick
        As of :class:`lowtide.compiler.programs.layers.alone.Alone`.
    stand_in : bool
        On the RTL with the stand-in of its PEs: :mod:`lowtide.hw.emit.stand_in`.

    Raises
    ------
    ValueError
        Layers that the program does not have; what golden refuses; PEs that have no stand-in.
    BuildError, ToolMissing
        Of the simulation.
    """
    config, records = program.config, program.records()
    if stand_in:
        stand_in_of(config.array)  # before the work
    parts = parts_of(records, program.layers, program.host)
    chosen = layers.of(len(parts))
    with status(f"running {program.model} on golden"):
        golden = crossings(program, codes, parts, chosen)
        shipped = machine_verilog(config)
        verilog = with_stand_in(shipped, config.array) if stand_in else shipped
    every = [Alone(config=config, verilog=verilog, golden=each, latency=latency, quick=quick) for each in golden]
    predicted = {each: _predicted(each, latency) for each in every}
    kept = {each: run for each in every if (run := each.kept) is not None}
    runs = dict(kept)
    left = sorted((each for each in every if each not in kept), key=lambda each: -predicted[each])  # long ones first
    if left:
        with status(f"building {config.top}"):
            machine_library(config, quick=quick, verilog_text=verilog)
    with progress_bar(counted="layers") as progress:
        bar = progress.add_task(f"layers of {program.model} on rtl", total=len(every), completed=len(kept))
        for alone, run in in_processes(run_alone, left, jobs=jobs):
            runs[alone] = run
            progress.update(
                bar, advance=1, description=f"layer {alone.golden.part.number}, {alone.golden.part.layer.name}"
            )
    return [
        Ran(
            part=each.golden.part,
            run=runs[each],
            kept=each in kept,
            predicted=predicted[each],
            ideal=ideal_cycles(each.golden.part.layer, records, config),
        )
        for each in every
    ]


def _predicted(alone: Alone, latency: int) -> int:
    """Cycles of a layer's list, by the model."""
    return list_cycles(alone.golden.part.records, alone.config, bus=BusTiming(latency), profiled=True).cycles
