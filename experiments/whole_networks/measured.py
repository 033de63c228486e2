"""A network on a machine: compiled, its cycles predicted, run on golden's machine and on the RTL.

Golden's machine must give the integer network's codes, and the RTL must leave external memory, every byte of it, as
golden's machine does: results, and all tensors that lie there at the end; where it is asked for in a second run that
copies every tensor there as it is made. Where steps are left to the host it computes them at the list's WAITs, of
either machine's own memory. What was found on the RTL is kept under all that decides it: the machine's Verilog,
external memory before the run, and the simulation's own C++.
"""

import json
import time
from dataclasses import asdict, dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.folders import cache_folder
from lowtide.common.store import digest, stored
from lowtide.compiler.cycles import list_cycles
from lowtide.compiler.explain.layer_times import layer_times
from lowtide.compiler.programs.compiled import Compiled, compile_network
from lowtide.compiler.programs.host_step import HostTurns
from lowtide.golden.machine import Interpreter
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.sim.machine import MachineModel
from lowtide.sim.machine.library import machine_verilog, simulation_sources

from .machines import measured_machines
from .networks import WholeNetwork
from .tasks import Aim, Task

__all__ = ["Counted", "Measured", "NotEqual", "Use", "measure"]


class NotEqual(RuntimeError):
    """A run did not give what it must."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What the RTL took for a sample, without initialisation.

    Parameters
    ----------
    cycles : int
    read_bytes, written_bytes : int
        Of the bus.
    seconds : float
        Of processor time, of the simulation alone.
    """

    cycles: int
    read_bytes: int
    written_bytes: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A task that has run.

    Parameters
    ----------
    task : Task
    multiplications : int
        Of data and weights, by the network's definition.
    ideal : float
        Cycles that they would take if all multipliers were busy, in the widths of the layers.
    layers, records : int
        Of the program.
    compiling : float
        Seconds of processor time.
    predicted : int
        Cycles by the model.
    executes : int
        Of these, those in which an EXEC record runs.
    bound : str
        What most cycles of the longest layer go to.
    counted : Counted or None
        By the RTL; None where it did not run.
    hosted : tuple of str
        Ops of the steps that the host computes, in order.
    tensors : int
        Those that were compared one by one on the RTL, beside source and result.
    random : bool
        Whether the network's weights are random ones.
    """

    task: Task
    multiplications: int
    ideal: float
    layers: int
    records: int
    compiling: float
    predicted: int
    executes: int
    bound: str
    counted: Counted | None
    hosted: tuple[str, ...] = ()
    tensors: int = 0
    random: bool = False

    @property
    def cycles(self) -> int:
        """Counted, or if need be predicted."""
        return self.counted.cycles if self.counted else self.predicted

    @property
    def share(self) -> float:
        """Of peak."""
        return self.ideal / self.cycles

    @property
    def executing(self) -> float:
        """The share of peak in the cycles in which an EXEC record runs."""
        return self.ideal / self.executes

    @property
    def meets(self) -> bool:
        """Whether the task's aim is reached, if it has one."""
        aim = self.task.aim or Aim()
        return (
            self.share >= (aim.share or 0)
            and self.executing >= (aim.executing or 0)
            and (aim.cycles is None or self.cycles <= aim.cycles)
        )

    @property
    def multipliers(self) -> int:
        """Products that the machine can do in a cycle, in the widths of the layers; 0 where there are none."""
        return round(self.multiplications / self.ideal) if self.ideal else 0


class Use(Enum):
    """What is had of the RTL."""

    RUN = "run"  #: what is not kept runs
    KEPT = "kept"  #: what is kept
    NOTHING = "nothing"


def measure(
    task: Task, network: WholeNetwork, *, rtl: Use = Use.RUN, quick: bool = False, tensors: bool = False
) -> Measured:
    """Compile and run a task, on golden's machine and, if so, on the RTL; quick: build the simulation in a fraction of
    the time, slower to run; tensors: run it once more, with every tensor copied out as it is made, and compare each.

    Raises
    ------
    NotEqual
        A machine gives something else than the integer network.
    DataMissing
        Data or packages of the network are not there.
    """
    sampled = network.make()
    config = measured_machines()[task.machine]
    integers = sampled.integers(task.format)
    begun = time.process_time()
    compiled = compile_network(integers, config, host=network.host)
    compiling = time.process_time() - begun
    records = compiled.image.records(compiled.image.execution)
    times = list_cycles(records, config, profiled=True)
    before, after = _on_golden(task, integers, compiled, sampled.sample)
    layers = layer_times(records, config, compiled.layers, times)
    compared = 0
    if tensors:
        every = compile_network(integers, config, host=network.host, keep=True)
        on_rtl = _on_rtl(task, every, *_on_golden(task, integers, every, sampled.sample), rtl, quick=quick)
        compared = len(every.kept) if on_rtl else 0
    return Measured(
        task=task,
        ideal=sum(each.ideal for each in layers),
        multiplications=sum(layer.multiplications for layer in compiled.layers),
        layers=len(compiled.stages),
        records=len(records),
        compiling=compiling,
        predicted=times.cycles,
        executes=sum(each.executes for each in layers),
        bound=max(layers, key=lambda each: each.cycles).bound.value,
        counted=_on_rtl(task, compiled, before, after, rtl, quick=quick),
        hosted=tuple(step.op for turn in compiled.host for step in turn),
        tensors=compared,
        random=sampled.random,
    )


def _on_golden(
    task: Task, network: QuantisedGraph, compiled: Compiled, sample: NDArray[np.floating]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """External memory before and after a run, uint8 [bytes]."""
    image = compiled.image
    memory = image.memory(compiled.memory_bytes)
    tensors: dict[str, Any] = {}
    network.run_integers(sample[None], record=tensors.__setitem__)
    compiled.tensors[compiled.source].put(memory, tensors[compiled.source].codes[0])
    before = memory.copy()
    golden = Interpreter(compiled.config, memory)
    golden.run_at(image.initialisation)
    golden.run_at(image.execution, resume=HostTurns(compiled.host, memory).turn)
    found, expected = compiled.tensors[compiled.result].get(memory), tensors[network.steps[-1].name].codes[0]
    if not np.array_equal(found.ravel(), expected.ravel()):
        raise NotEqual(f"{task}: golden's machine differs from the integer network")
    for name, each in compiled.kept.items():
        if not each.is_in(memory, tensors[name].codes[0]):
            raise NotEqual(f"{task}: golden's machine differs from the integer network in tensor {name}")
    return before, memory


def _on_rtl(
    task: Task, compiled: Compiled, before: NDArray[np.uint8], after: NDArray[np.uint8], rtl: Use, *, quick: bool
) -> Counted | None:
    """The run on the RTL, or what is kept of it."""
    if rtl == Use.NOTHING:
        return None
    key = digest(machine_verilog(compiled.config), sha256(before.tobytes()).hexdigest(), quick, *simulation_sources())

    def run(place: Path) -> None:
        place.write_text(json.dumps(asdict(_simulated(task, compiled, before, after, quick=quick))))

    path = cache_folder() / "whole_networks" / f"{task.network}-{task.machine}-{key}.json"
    if rtl == Use.KEPT and not path.exists():
        return None
    return Counted(**json.loads(stored(path, run).read_text()))


def _simulated(
    task: Task, compiled: Compiled, before: NDArray[np.uint8], after: NDArray[np.uint8], *, quick: bool
) -> Counted:
    image = compiled.image
    first, records = (len(image.records(address)) for address in (image.initialisation, image.execution))
    model = MachineModel(
        compiled.config, memory_bytes=len(before), entries=max(first, records), progress=False, quick=quick
    )
    model.write(0, before)
    model.run_at(image.initialisation, first, initialise=True)
    begun = time.process_time()
    host = HostTurns(compiled.host, model.memory)
    run = model.run_at(image.execution, records, on_wait=lambda _: host.turn())
    seconds = time.process_time() - begun
    if not np.array_equal(model.memory, after):
        place = int(np.flatnonzero(model.memory != after)[0])
        raise NotEqual(f"{task}: the RTL differs from golden's machine at byte {place:#x}")
    return Counted(cycles=run.cycles, read_bytes=run.read_bytes, written_bytes=run.written_bytes, seconds=seconds)
