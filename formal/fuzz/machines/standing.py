"""Lists that stand still until the watchdog tells: a token that never comes, a bus that does not answer."""

from lowtide.common.records.errors import Error
from lowtide.sim.machine import MachineModel
from lowtide.sim.machine.host import FAILS, NEVER, WAITS

from ..records.bus_faults import BusFault
from ..records.faults import FaultyList
from .refused import refused, written
from .told import BUSY, FAILED, TRANSFERS, wrong_register
from .trial import Trial

__all__ = ["bus_stands", "deadlock"]

LONGEST = 1 << 22  #: cycles that a list may go on before it stands
LATER = 200  #: cycles from the end of the last record until nothing goes on, on a bus that answers at once
_RESUME = 4  # of the register `start`


def deadlock(model: MachineModel, faulty: FaultyList, limit: int) -> str:
    """A record takes a token that there is not: its number is told, after ``limit`` cycles in which nothing goes on; a
    line where it is otherwise. The records before it have ended."""
    model.behave()
    number = faulty.error.record
    assert number is not None
    with written(model, {"watchdog": limit}):
        if said := refused(model, faulty.external, faulty.address, number + 2, Error.WATCHDOG, number):
            return said
    quiet = model.read_register("cycles") - max(entry.end for entry in model.told())
    if not limit <= quiet <= limit + LATER:
        return f"the watchdog of {limit} cycles tells after {quiet}"
    wrong = (model.memory[: len(faulty.external)] != faulty.after.memories.external).any()
    return "external memory differs before a deadlock" if wrong else ""


def bus_stands(model: MachineModel, drawn: Trial, fault: BusFault, limit: int) -> str:
    """The bus never answers one record: its number is told; a line where it is otherwise. When the bus goes on, the
    list is over."""
    assert fault.response == NEVER
    span = fault.first, fault.end
    which = {"write_fault" if fault.writes else "read_fault": span}
    error = {"error": int(Error.WATCHDOG), "error_record": fault.record}
    model.behave(latency=drawn.bus_before.latency, stalls=drawn.bus_before.stalls, response=NEVER, **which)
    model.write(model.base, drawn.found.external)
    with written(model, {"watchdog": limit, "profile": 0}):  # entries would stand behind what STORE writes
        model.start(drawn.found.address)
        while model.step(LONGEST) and model.read_register("interrupts") == WAITS:
            model.write_register("interrupts", WAITS)
            model.write_register("start", _RESUME)
        said = wrong_register(model, {"interrupts": FAILS, "status": BUSY | FAILED | TRANSFERS, **error})
        model.write_register("interrupts", FAILS)
        model.behave()
        cycles = 64
        while model.read_register("status") & BUSY and cycles < LONGEST:
            model.step(cycles)
            cycles *= 2
    return said or wrong_register(model, {"interrupts": 0, "status": FAILED, **error})
