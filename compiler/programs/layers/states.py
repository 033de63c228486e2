"""What golden's machine has in its memories before and behind each layer of a program, and what the layer reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.kinds import Memory
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..folder import ProgramFiles
from ..host_step import HostTurns
from .part import Part
from .reads import Reads

__all__ = ["PAGE", "Crossing", "Start", "State", "crossings"]

PAGE = 4096  #: bytes; external memory has whole ones


@dataclass(frozen=True, eq=False)
class Start:
    """External memory before a list, with what the list reads.

    Parameters
    ----------
    memory : ndarray of uint8 [bytes]
        A whole number of pages.
    """

    memory: NDArray[np.uint8]

    @cached_property
    def key(self) -> str:
        """A hash of it."""
        return sha256(self.memory.tobytes()).hexdigest()


@dataclass(frozen=True, kw_only=True, eq=False)
class State:
    """All memories at a place of a list.

    Parameters
    ----------
    start : Start
    pages : ndarray of int64 [n]
        Those of external memory that are not as they were at the start.
    contents : ndarray of uint8 [n, PAGE]
        Of these.
    local : mapping of Memory to ndarray of uint8 [units, bytes of a unit]
    """

    start: Start
    pages: NDArray[np.int64]
    contents: NDArray[np.uint8]
    local: Mapping[Memory, NDArray[np.uint8]]

    @classmethod
    def of(cls, machine: Interpreter, start: Start) -> "State":
        """What golden's machine has now: a copy."""
        pages = machine.memories.external.reshape(-1, PAGE)
        changed = np.flatnonzero((pages != start.memory.reshape(-1, PAGE)).any(axis=1))
        local = {memory: units.copy() for memory, units in machine.memories.local.items()}
        return cls(start=start, pages=changed, contents=pages[changed], local=local)

    @property
    def external(self) -> NDArray[np.uint8]:
        """External memory, uint8 [bytes], a copy."""
        memory = self.start.memory.copy()
        memory.reshape(-1, PAGE)[self.pages] = self.contents
        return memory

    def machine(self, config: AcceleratorConfig) -> Interpreter:
        """Golden's machine in this state."""
        machine = Interpreter(config, self.external)
        for memory, units in self.local.items():
            machine.local(memory)[:] = units
        return machine

    @cached_property
    def key(self) -> str:
        """A hash of all of it."""
        found = sha256(self.start.key.encode() + self.pages.tobytes() + self.contents.tobytes())
        for memory, units in self.local.items():
            found.update(memory.name.encode() + units.tobytes())
        return found.hexdigest()


@dataclass(frozen=True, kw_only=True, eq=False)
class Crossing:
    """A layer on golden's machine.

    Parameters
    ----------
    part : Part
    before, after : State
    reads : mapping of Memory to ndarray of bool [units]
        What it reads of the feature and the weight memory.
    """

    part: Part
    before: State
    after: State
    reads: Mapping[Memory, NDArray[np.bool_]]

    @property
    def features(self) -> NDArray[np.bool_]:
        """The atoms of the feature memory that it reads or changes, bool [atoms]."""
        before, after = (state.local[Memory.FEATURE] for state in (self.before, self.after))
        changed: NDArray[np.bool_] = (before != after).any(axis=1)
        return self.reads[Memory.FEATURE] | changed


def crossings(
    program: ProgramFiles, codes: NDArray[np.int64], parts: Sequence[Part], wanted: range
) -> tuple[Crossing, ...]:
    """Run a program on golden's machine, layer by layer.

    Parameters
    ----------
    program : ProgramFiles
    codes : ndarray of int64
        Of the tensor that it reads.
    parts : sequence of Part
        All of its layers.
    wanted : range
        The numbers of those that are told of; what is behind them does not run.

    Raises
    ------
    ValueError
        Memory that is no whole number of pages; what golden refuses.
    """
    memory = program.memory()
    if len(memory) % PAGE:
        raise ValueError(f"memory_bytes is {len(memory)}, allowed are multiples of {PAGE}")
    machine = Interpreter(program.config, memory)
    machine.run_at(program.image.initialisation)
    program.source.tensor.put(memory, codes)
    start = Start(memory.copy())
    for part in parts[: wanted.start]:
        machine.run(part.records, resume=HostTurns(part.turns, memory).turn)
    found, before = [], State.of(machine, start)
    for number in wanted:
        part, reads = parts[number], Reads(machine)
        machine.run(reads.watched(part.records), resume=HostTurns(part.turns, memory).turn)
        after = State.of(machine, start)
        found.append(Crossing(part=part, before=before, after=after, reads=reads.units))
        before = after
    return tuple(found)
