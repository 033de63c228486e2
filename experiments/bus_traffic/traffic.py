"""The bytes that a network's records move over the bus, how many of them are zero, and what a wider bus would save.

Zero-value compression stores a mask of a bit for each byte, and the bytes that are not zero (Rhu et al., "Compressing
DMA engine", HPCA 2018). What it makes of a copy is counted from the bytes that golden's machine moves; a copy that it
would lengthen stays as it is. Two upper bounds of what it saves follow without a machine that compresses: a beat that
is not moved saves a cycle at most, and where less than half of the bytes are saved a bus of twice the width, by the
cycle model, saves at least as many cycles.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.kinds import Memory, Transfer
from lowtide.common.records.record import Record
from lowtide.compiler.cycles import list_cycles
from lowtide.compiler.programs.compiled import Compiled, compile_network
from lowtide.compiler.programs.host_step import HostTurns
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..whole_networks.networks import Sampled, Stated
from ..whole_networks.tasks import Format

__all__ = ["Moved", "Traffic", "traffic"]

MASK = 8  #: bytes of data for each byte of a mask


@dataclass
class Moved:
    """Bytes of copies.

    Parameters
    ----------
    total, nonzero : int
        All of them, and those that are not zero.
    compressed : int
        What they take with masks, each copy as it is where a mask would lengthen it.
    """

    total: int = 0
    nonzero: int = 0
    compressed: int = 0

    def add(self, moved: "Moved") -> None:
        """Count other ones as well."""
        self.total += moved.total
        self.nonzero += moved.nonzero
        self.compressed += moved.compressed


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What a sample of a network moves over a bus, without initialisation.

    Parameters
    ----------
    bus_bits : int
    cycles, with_twice : int
        From the start to the interrupt, by the cycle model: on this bus, and on one of twice the width.
    weights, features : Moved
        Copies into the weight memory; those of the feature memory, both ways.
    """

    bus_bits: int
    cycles: int
    with_twice: int
    weights: Moved
    features: Moved

    @property
    def most_saved(self) -> float:
        """The share of cycles that compression saves at most: a cycle for each beat that it saves; and, unless it more
        than halves what is moved, what twice the width saves."""
        whole, compressed = (
            sum(getattr(each, name) for each in (self.weights, self.features)) for name in ("total", "compressed")
        )
        beats = (whole - compressed) * 8 / self.bus_bits
        wider = max(0, self.cycles - self.with_twice) if 2 * compressed >= whole else self.cycles
        return min(beats, wider) / self.cycles


def traffic(sampled: Sampled | Stated, format: Format, config: AcceleratorConfig, host: bool = False) -> Traffic:
    """What a network moves on a machine.

    Parameters
    ----------
    sampled : Sampled or Stated
        The network with its sample.
    format : Format
        Of weights and data.
    config : AcceleratorConfig
        The machine, with a bus that can be had in twice the width.
    host : bool
        Whether steps may be left to the host.

    Raises
    ------
    ValueError
        The network does not fit, or there is no bus of twice the width.
    """
    network = sampled.integers(format)
    wider = replace(config, bus_bits=2 * config.bus_bits)
    compiled, with_twice = (compile_network(network, each, host=host) for each in (config, wider))
    memory = compiled.image.memory(compiled.memory_bytes)
    tensors: dict[str, Any] = {}
    network.run_integers(sampled.sample[None], record=tensors.__setitem__)
    compiled.tensors[compiled.source].put(memory, tensors[compiled.source].codes[0])
    golden = _Counting(config, memory)
    golden.run_at(compiled.image.initialisation)
    golden.moved = {}
    golden.run_at(compiled.image.execution, resume=HostTurns(compiled.host, memory).turn)
    return Traffic(
        bus_bits=config.bus_bits,
        cycles=_cycles(compiled),
        with_twice=_cycles(with_twice),
        weights=golden.moved.get(Memory.WEIGHT, Moved()),
        features=golden.moved.get(Memory.FEATURE, Moved()),
    )


def _cycles(compiled: Compiled) -> int:
    return list_cycles(compiled.image.records(compiled.image.execution), compiled.config).cycles


class _Counting(Interpreter):
    """A machine that counts the bytes of its copies by the local memory."""

    def __init__(self, config: AcceleratorConfig, external: NDArray[np.uint8]) -> None:
        super().__init__(config, external)
        self.moved: dict[Memory, Moved] = {}

    def execute(self, record: Record) -> tuple[int, int] | None:
        extremes = super().execute(record)
        if isinstance(record, Transfer) and not record.fill:
            self.moved.setdefault(record.memory, Moved()).add(self._counted(record))
        return extremes

    def _counted(self, copy: Transfer) -> Moved:
        outer = np.indices((copy.count_3, copy.count_2, copy.count_1)).reshape(3, -1)
        pitches = np.array([copy.local_pitch_3, copy.local_pitch_2, copy.local_pitch_1])
        units = copy.local + (pitches @ outer)[:, None] + np.arange(copy.units)
        data = self.local(copy.memory)[units]
        nonzero = int(np.count_nonzero(data))
        return Moved(data.size, nonzero, min(data.size, nonzero + -(-data.size // MASK)))
