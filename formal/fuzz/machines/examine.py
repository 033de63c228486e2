"""A trial on the RTL: what goes wrong is told as golden says, then the list leaves what golden's machine leaves."""

import time
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.kinds import Memory, Store
from lowtide.hw.config.machines import flexible_machine
from lowtide.sim.machine import MachineModel

from ..records.maker import USED
from .told import FAILED, kept_by_registers, told_of_list, told_of_registers, wrong_register
from .trial import BUS, FOREIGN, RECORD, RESET, START, Trial, kind_of, trial

__all__ = ["Listed", "examine", "machine_model"]

MEMORY_BYTES = 2 * USED  #: of external memory
WATCHDOG = 20_000  #: cycles


@dataclass
class Listed:
    """What came of a list.

    Parameters
    ----------
    number : int
        Of the seed.
    event : str
        What went wrong before it.
    records, cycles : int
        Of the list: its records, and how long it took.
    finding : str
        What is wrong; nothing if empty.
    seconds : float
        Of processor time.
    """

    number: int
    event: str
    records: int
    cycles: int
    finding: str = ""
    seconds: float = 0.0

    @property
    def kind(self) -> str:
        """The kind of PE of its machine."""
        return kind_of(self.number)

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong."""
        return bool(self.finding)

    def record(self) -> dict[str, object]:
        """The fields as JSON has them."""
        return asdict(self) | {"seconds": round(self.seconds, 2)}


def machine_model(number: int, *, seed: int) -> MachineModel:
    """A machine for list ``number``."""
    config = flexible_machine(kind_of(number))
    return MachineModel(config, memory_bytes=MEMORY_BYTES, watchdog=WATCHDOG, seed=seed + 1, quick=True, progress=False)


def examine(model: MachineModel, number: int, *, seed: int) -> Listed:
    """Run trial ``number`` of a seed on a machine of its kind; whatever was before on it does not matter."""
    begun, drawn = time.process_time(), trial(seed, number)
    listed = Listed(number, drawn.event, len(drawn.found.records), 0)
    try:
        model.move(drawn.found.base)
        rng = np.random.default_rng([seed, number, 3])
        listed.finding = kept_by_registers(model, rng) or before(model, drawn) or right(model, drawn, listed)
    except (MachineError, RuntimeError, OSError) as error:
        listed.finding = str(error).splitlines()[0]
        model.reset()
    listed.seconds = time.process_time() - begun
    return listed


def before(model: MachineModel, drawn: Trial) -> str:
    """What goes wrong before the list; a line where it is not told as it must be."""
    bus = drawn.bus_before
    if drawn.event == RECORD and drawn.faulty:
        model.behave(latency=bus.latency, stalls=bus.stalls)
        return wrong_record(model, drawn)
    if drawn.event == BUS and drawn.fault:
        fault, span = drawn.fault, (drawn.fault.first, drawn.fault.end)
        which = {"write_fault" if fault.writes else "read_fault": span}
        model.behave(latency=bus.latency, stalls=bus.stalls, response=fault.response, **which)
        return refused(model, drawn, drawn.found.external, Error.BUS, fault.record)
    if drawn.event == FOREIGN:
        model.behave(latency=bus.latency, stalls=bus.stalls)
        return foreign(model, drawn)
    if drawn.event in (RESET, START):
        model.behave(latency=bus.latency, stalls=bus.stalls)
        model.write(drawn.found.base, drawn.found.external)
        model.start(drawn.found.address)
        model.step(drawn.cycles)
        if drawn.event == RESET:
            model.reset()
        else:
            return second_start(model, drawn)
    return ""


def second_start(model: MachineModel, drawn: Trial) -> str:
    """A start while the list runs is the error START; when it has ended it is another run."""
    model.write_register("start", 2)
    try:
        model.finish(len(drawn.found.records))
    except MachineError as error:
        if error.error != Error.START:
            return f"a second start is {error.error.name}, expected is START"
    return ""


def foreign(model: MachineModel, drawn: Trial) -> str:
    """A list for another machine: it is refused, and nothing goes over the bus."""
    model.write_register("program", drawn.program)
    before = model.counts()
    try:
        said = refused(model, drawn, drawn.found.external, Error.FOREIGN, 0)
    finally:
        model.write_register("program", model.config.identity)
    after = model.counts()
    moved = (after.read_bursts, after.write_bursts) != (before.read_bursts, before.write_bursts)
    return said or ("a foreign list moves something" if moved else "")


def wrong_record(model: MachineModel, drawn: Trial) -> str:
    """A list with a record that the machine must refuse."""
    faulty = drawn.faulty
    assert faulty
    (first, end), (first_written, end_written) = faulty.read_window, faulty.write_window
    windows = {"read_base": first, "read_limit": end - 1, "write_base": first_written, "write_limit": end_written - 1}
    held = {name: model.read_register(name) for name in (*windows, "profile")}
    for name, value in (windows | {"profile": 0}).items():
        model.write_register(name, value)
    try:
        said = refused(model, drawn, faulty.external, faulty.error.error, faulty.error.record, at=faulty.address)
        if not said:
            wrong = model.memory[: len(faulty.external)] != faulty.after.memories.external
            if not (faulty.is_settled and faulty.is_untouched):  # stores may not have begun
                wrong[first_written - faulty.base : end_written - faulty.base] = False
            said = f"external memory differs behind the fault {faulty.fault}" if wrong.any() else ""
        return said
    finally:
        for name, value in held.items():
            model.write_register(name, value)


def refused(
    model: MachineModel,
    drawn: Trial,
    external: NDArray[np.uint8],
    code: Error,
    record: int | None,
    *,
    at: int | None = None,
) -> str:
    """Run a list that must stop with an error; a line where it does not."""
    model.write(model.base, external)
    try:
        model.run_at(drawn.found.address if at is None else at, len(drawn.found.records))
    except MachineError as error:
        if (error.error, error.record) == (code, record):
            return wrong_register(model, {"status": FAILED, "error_record": record or 0})
        return f"record {error.record}: {error.error.name}, expected is record {record}: {code.name}"
    return f"no error, expected is record {record}: {code.name}"


def right(model: MachineModel, drawn: Trial, listed: Listed) -> str:
    """Run the list, which is legal: a line where a memory is another one than golden's."""
    found, config = drawn.found, drawn.config
    assert len(found.external) <= USED
    model.behave(latency=drawn.bus.latency, stalls=drawn.bus.stalls)
    model.write(found.base, found.external)
    begun = model.counts().cycles
    run = model.run_at(found.address, len(found.records))
    listed.cycles = run.cycles
    if wrong := told_of_list(model, found, run, model.counts().cycles - begun) or told_of_registers(model):
        return wrong
    if not np.array_equal(model.memory[: len(found.external)], found.after.memories.external):
        return "external memory differs"
    model.behave()
    room = found.base + USED  # behind what the list uses
    model.run([Store(address=room, units=config.feature_atoms)], address=room + config.feature_bytes)
    features = model.read(room, config.feature_bytes).reshape(-1, config.atom_bytes)
    return "" if np.array_equal(features, found.after.local(Memory.FEATURE)) else "the feature memory differs"
