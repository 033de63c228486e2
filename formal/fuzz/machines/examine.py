"""A trial on the RTL: what goes wrong is told as golden says, then the list leaves what golden's machine leaves."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.kinds import Memory, Store
from lowtide.hw.config.machines import flexible_machine
from lowtide.sim.machine import MachineModel, MachineRun

from ..records.faults import FaultyList
from ..records.maker import USED
from .edges import edges_of_lists
from .entries import entries_end
from .refused import refused, written
from .standing import bus_stands, deadlock
from .told import kept_by_registers, told_of_list, told_of_registers, told_of_reset, told_of_wait
from .trial import (
    BUS,
    DEADLOCK,
    ENTRIES,
    FOREIGN,
    RECORD,
    RESET,
    SOFTWARE,
    STANDING,
    START,
    Trial,
    kind_of,
    trial,
)

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


def examine(
    model: MachineModel,
    number: int,
    *,
    seed: int,
    drawn: Trial | None = None,
    on_run: Callable[[MachineRun], None] | None = None,
) -> Listed:
    """Run a trial on a machine of its kind; whatever was before on it does not matter.

    Parameters
    ----------
    model : MachineModel
    number, seed : int
        Of the trial.
    drawn : Trial or None
        The trial, where it is drawn already.
    on_run
        Called with what the machine tells of the list that must be right.
    """
    begun, drawn = time.process_time(), drawn or trial(seed, number)
    listed = Listed(number, drawn.event, len(drawn.found.records), 0)
    try:
        model.move(drawn.found.base)
        rng = np.random.default_rng([seed, number, 3])
        listed.finding = kept_by_registers(model, rng) or before(model, drawn) or right(model, drawn, listed, on_run)
    except (MachineError, RuntimeError, OSError) as error:
        listed.finding = str(error).splitlines()[0]
        model.reset()
    listed.seconds = time.process_time() - begun
    return listed


def before(model: MachineModel, drawn: Trial) -> str:
    """What goes wrong before the list; a line where it is not told as it must be."""
    found, bus = drawn.found, drawn.bus_before
    model.behave(latency=bus.latency, stalls=bus.stalls)
    if drawn.event == RECORD and drawn.faulty:
        return wrong_record(model, drawn.faulty)
    if drawn.event == DEADLOCK and drawn.faulty:
        return deadlock(model, drawn.faulty, drawn.quiet)
    if drawn.event == STANDING and drawn.fault:
        return bus_stands(model, drawn, drawn.fault, drawn.quiet)
    if drawn.event == ENTRIES and drawn.room:
        return entries_end(model, found, drawn.room, latency=bus.latency)
    if drawn.event == BUS and drawn.fault:
        fault, span = drawn.fault, (drawn.fault.first, drawn.fault.end)
        which = {"write_fault" if fault.writes else "read_fault": span}
        model.behave(latency=bus.latency, stalls=bus.stalls, response=fault.response, **which)
        return refused(model, found.external, found.address, len(found.records), Error.BUS, fault.record)
    if drawn.event == FOREIGN:
        return foreign(model, drawn)
    if drawn.event in (RESET, SOFTWARE, START):
        model.write(found.base, found.external)
        model.start(found.address)
        model.step(drawn.cycles)
        if drawn.event == START:
            return second_start(model, drawn)
        if drawn.event == SOFTWARE:
            model.reset_by_register()
            return told_of_reset(model)
        model.reset()
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
    found, before = drawn.found, model.counts()
    with written(model, {"program": drawn.program}):
        said = refused(model, found.external, found.address, len(found.records), Error.FOREIGN, 0)
    after = model.counts()
    moved = (after.read_bursts, after.write_bursts) != (before.read_bursts, before.write_bursts)
    return said or ("a foreign list moves something" if moved else "")


def wrong_record(model: MachineModel, faulty: FaultyList) -> str:
    """A list with a record that the machine must refuse."""
    (first, end), (first_written, end_written) = faulty.read_window, faulty.write_window
    windows = {"read_base": first, "read_limit": end - 1, "write_base": first_written, "write_limit": end_written - 1}
    code, number = faulty.error.error, faulty.error.record
    assert number is not None
    with written(model, windows | {"profile": 0}):
        said = refused(model, faulty.external, faulty.address, number + 2, code, number, reason=faulty.reason)
        moved = model.memory[: len(faulty.external)].copy()
        for other in () if said else faulty.others:
            said = said or refused(model, moved, other.address, 2, other.error, 0, reason=other.reason)
    if said := said or edges_of_lists(model):
        return said
    wrong = model.memory[: len(faulty.external)] != faulty.after.memories.external
    if not (faulty.is_settled and faulty.is_untouched):  # stores may not have begun
        wrong[first_written - faulty.base : end_written - faulty.base] = False
    return f"external memory differs behind the fault {faulty.fault}" if wrong.any() else ""


def right(model: MachineModel, drawn: Trial, listed: Listed, on_run: Callable[[MachineRun], None] | None = None) -> str:
    """Run the list, which is legal: a line where a memory is another one than golden's."""
    found, config = drawn.found, drawn.config
    assert len(found.external) <= USED
    model.behave(latency=drawn.bus.latency, stalls=drawn.bus.stalls)
    model.write(found.base, found.external)
    begun = model.counts().cycles
    waits: list[str] = []

    def at_wait(model: MachineModel) -> None:
        waits.append(told_of_wait(model, found))

    run = model.run_at(found.address, len(found.records), on_wait=at_wait)
    listed.cycles = run.cycles
    if on_run:
        on_run(run)
    if wrong := next(filter(None, waits), ""):
        return wrong
    if wrong := told_of_list(model, found, run, model.counts().cycles - begun) or told_of_registers(model):
        return wrong
    if not np.array_equal(model.memory[: len(found.external)], found.after.memories.external):
        return "external memory differs"
    model.behave()
    room = found.base + USED  # behind what the list uses
    model.run([Store(address=room, units=config.feature_atoms)], address=room + config.feature_bytes)
    features = model.read(room, config.feature_bytes).reshape(-1, config.atom_bytes)
    return "" if np.array_equal(features, found.after.local(Memory.FEATURE)) else "the feature memory differs"
