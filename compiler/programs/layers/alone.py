"""A layer alone on the RTL: loaded with golden's memories, run, and what it leaves compared with golden's.

Nothing goes in or out but over the bus. A list of LOADs brings in what the layer reads, its own list runs, and STOREs
bring out the atoms of the feature memory that it reads or changes. These and all bytes of external memory must be
golden's. The other memories cannot be read: what lies there wrong shows in the results of the layer that uses it.
"""

import json
import time
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lowtide.common.folders import cache_folder
from lowtide.common.records.errors import MachineError
from lowtide.common.records.kinds import Memory, pack
from lowtide.common.records.record import RECORD_BYTES, Record
from lowtide.common.store import digest, stored
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.sim.machine import MachineModel
from lowtide.sim.machine.library import simulation_sources

from ..host_step import HostTurns
from .copies import loads, stores
from .differences import first_difference
from .states import PAGE, Crossing

__all__ = ["Alone", "LayerRun", "run_alone"]


@dataclass(frozen=True, kw_only=True)
class LayerRun:
    """What came of a layer.

    Parameters
    ----------
    cycles : int
        Of its list alone; 0 where that did not come to its end.
    read_bytes, written_bytes : int
        Of the bus.
    seconds : float
        Of processor time, with the copies before and behind it.
    differs : str
        In what it is not golden's, in one line; empty where it is.
    """

    cycles: int = 0
    read_bytes: int = 0
    written_bytes: int = 0
    seconds: float = 0.0
    differs: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Alone:
    """A layer to run.

    Parameters
    ----------
    config : AcceleratorConfig
    verilog : str
        Of the machine.
    golden : Crossing
        The layer on golden's machine.
    latency : int
        Of external memory, in cycles.
    quick : bool
        The simulation is built in a fraction of the time, slower to run.
    """

    config: AcceleratorConfig
    verilog: str = field(repr=False)
    golden: Crossing
    latency: int = 0
    quick: bool = False

    @property
    def place(self) -> Path:
        """Where a run is kept, under all that decides it, if it was golden's."""
        key = digest(
            self.verilog,
            self.golden.before.key,
            self.golden.after.key,
            sha256(pack(self.golden.part.records)).hexdigest(),
            self.latency,
            self.quick,
            *simulation_sources(),
        )
        return cache_folder() / "layers" / f"{self.config.name}-{self.golden.part.number}-{key}.json"

    @property
    def kept(self) -> LayerRun | None:
        """What is kept of a run, if there was one."""
        return LayerRun(**json.loads(self.place.read_text())) if self.place.exists() else None


class _Differs(Exception):
    """A run that is not kept."""

    def __init__(self, run: LayerRun) -> None:
        super().__init__(run.differs)
        self.run = run


def run_alone(alone: Alone) -> LayerRun:
    """Run a layer on the RTL, or look up what is kept of that. A run that is golden's is kept."""

    def run(place: Path) -> None:
        found = _run(alone)
        if found.differs:
            raise _Differs(found)
        place.write_text(json.dumps(asdict(found)))

    try:
        stored(alone.place, run)
    except _Differs as error:
        return error.run
    found = alone.kept
    assert found is not None, "it was just made"
    return found


def _run(alone: Alone) -> LayerRun:
    """The run. External memory has the program's bytes, behind them the local memories before the layer, one behind the
    other, the feature memory as it was left, and lists."""
    golden, config = alone.golden, alone.config
    before, part, begun = golden.before, golden.part, time.process_time()
    end, images, first = len(before.start.memory), dict[int, NDArray[np.uint8]](), list[Record]()
    for memory, units in before.local.items():
        images[end] = units
        first += loads(memory, golden.reads.get(memory, np.ones(len(units), np.bool_)), end, units.shape[1])
        end += _whole(units.nbytes)
    wanted, atoms = golden.features, before.local[Memory.FEATURE]
    last = stores(wanted, end, config.atom_bytes)
    lists = end + _whole(atoms.nbytes)
    longest = max(first, part.records, last, key=len)
    model = MachineModel(
        config,
        memory_bytes=lists + _whole(max(len(pack(each)) for each in (first, part.records, last)) + RECORD_BYTES),
        latency=alone.latency,
        entries=len(longest) + 1,
        quick=alone.quick,
        progress=False,
        verilog_text=alone.verilog,
    )
    for address, units in {0: before.external, **images}.items():
        model.write(address, units)
    model.run(first, address=lists, initialise=True)
    host = HostTurns(part.turns, model.memory)
    try:
        run = model.run(part.records, address=lists, on_wait=lambda _: host.turn())
    except (MachineError, RuntimeError) as error:  # of the machine, and of what watches the bus
        return LayerRun(seconds=time.process_time() - begun, differs=f"the RTL stops: {error}")
    model.run(last, address=lists)
    left = model.read(end, atoms.nbytes).reshape(atoms.shape)
    left[~wanted] = golden.after.local[Memory.FEATURE][~wanted]
    return LayerRun(
        cycles=run.cycles,
        read_bytes=run.read_bytes,
        written_bytes=run.written_bytes,
        seconds=time.process_time() - begun,
        differs=first_difference(config, golden, model.read(0, len(before.start.memory)), left),
    )


def _whole(size: int) -> int:
    """Bytes of whole pages."""
    return -(-size // PAGE) * PAGE
