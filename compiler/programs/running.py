"""Programs on golden's machine and on the RTL: samples in, results out; at each WAIT the host computes its steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.machine import Interpreter
from lowtide.sim.machine import MachineModel, MachineRun

from .folder import ProgramFiles
from .host_step import HostTurns

__all__ = ["Golden", "Result", "Rtl", "Runner", "results"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """What came of a sample.

    Parameters
    ----------
    name : str
        Of the sample.
    codes : ndarray of int64
        Of the network's last tensor: [rows, columns, channels].
    run : MachineRun or None
        What the machine counted, of a run on the RTL.
    """

    name: str
    codes: NDArray[np.int64]
    run: MachineRun | None


class Runner(Protocol):
    """Something that runs a program."""

    def run(self, codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], MachineRun | None]:
        """The last tensor's codes of the first tensor's, and what was counted."""
        ...


class Golden:
    """A program on golden's machine, initialised."""

    def __init__(self, program: ProgramFiles) -> None:
        self.program, self.memory = program, program.memory()
        self.machine = Interpreter(program.config, self.memory)
        self.machine.run_at(program.image.initialisation)

    def run(self, codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], None]:
        """The codes of the result of a sample."""
        self.program.source.tensor.put(self.memory, codes)
        host = HostTurns(self.program.host, self.memory)
        self.machine.run_at(self.program.image.execution, resume=host.turn)
        return self.program.result.tensor.get(self.memory), None


class Rtl:
    """A program on the RTL, initialised.

    Parameters
    ----------
    program : ProgramFiles
    latency, stalls, quick, stand_in
        As of :class:`lowtide.sim.machine.MachineModel`.
    """

    def __init__(
        self,
        program: ProgramFiles,
        *,
        latency: int = 0,
        stalls: float = 0.0,
        quick: bool = False,
        stand_in: bool = False,
    ) -> None:
        image = program.image
        self.program = program
        self.first = self._records(image.initialisation)
        self.records = self._records(image.execution)
        self.model = MachineModel(
            program.config,
            memory_bytes=program.memory_bytes,
            latency=latency,
            stalls=stalls,
            entries=max(self.first, self.records),
            quick=quick,
            stand_in=stand_in,
        )
        self.model.write(0, program.memory())
        self.initialised = self.model.run_at(image.initialisation, self.first, initialise=True)

    def _records(self, address: int) -> int:
        """How many records the list at an address has, END among them."""
        return len(self.program.image.records(address))

    def run(self, codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], MachineRun]:
        """The codes of the result of a sample, and what the machine counted."""
        self.program.source.tensor.put(self.model.memory, codes)
        host = HostTurns(self.program.host, self.model.memory)
        run = self.model.run_at(self.program.image.execution, self.records, on_wait=lambda _: host.turn())
        return self.program.result.tensor.get(self.model.memory), run


def results(
    program: ProgramFiles, runner: Runner, names: tuple[str, ...], values: NDArray[np.float32]
) -> Iterator[Result]:
    """The results of samples, one after the other.

    Parameters
    ----------
    program : ProgramFiles
    runner : Runner
    names : tuple of str
    values : ndarray of float32 [samples, *shape]
        What the network sees.
    """
    for name, value in zip(names, values, strict=True):
        codes, run = runner.run(program.source.encode(value).reshape(program.source.tensor.shape))
        yield Result(name=name, codes=codes, run=run)
