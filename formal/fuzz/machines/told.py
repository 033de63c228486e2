"""What a machine tells of itself and of a list that has ended, beside its memories: registers and entries."""

import numpy as np

from lowtide.common.records.kinds import Load, Store
from lowtide.common.records.record import Kind, TokenRecord
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.control.registers.configured import configured_words
from lowtide.hw.control.registers.register_map import register_map
from lowtide.sim.machine import MachineModel, MachineRun

from ..records.bus_faults import beats_of
from ..records.lists import RandomList
from .told_order import told_of_order

__all__ = [
    "BUSY",
    "FAILED",
    "TRANSFERS",
    "kept_by_registers",
    "told_of_list",
    "told_of_registers",
    "told_of_reset",
    "told_of_wait",
    "wrong_register",
]

BUSY, WAITING, FAILED, TRANSFERS = 1, 2, 4, 8  #: of the register `status`
LATER = 100  #: cycles of a host that starts a list and asks for its end


def told_of_list(model: MachineModel, found: RandomList, run: MachineRun, passed: int) -> str:
    """A line where what is told of a list that has run is wrong.

    Parameters
    ----------
    model : MachineModel
    found : RandomList
    run : MachineRun
    passed : int
        Cycles of the simulation while it ran.
    """
    records = {number: record for number, record in enumerate(found.records) if isinstance(record, TokenRecord)}
    told = {entry.number: entry for entry in run.entries}
    if {number: entry.kind for number, entry in told.items()} != {
        number: each.kind for number, each in records.items()
    }:
        return "there are entries of other records"
    measured = {number: (entry.smallest, entry.largest) for number, entry in told.items() if entry.kind == Kind.EXEC}
    if measured != {number: found.after.measured.get(number, (0, 0)) for number in measured}:
        return "measured sums differ"
    for number, entry in told.items():
        if not 0 <= entry.token_waits <= entry.begun <= entry.end <= run.cycles <= passed <= run.cycles + LATER:
            return f"record {number} is told to begin at cycle {entry.begun} and to end at {entry.end} of {run.cycles}"
        if max(entry.active, entry.bus_waits) > entry.cycles:
            return f"record {number} of {entry.cycles} cycles is told to have worked {entry.active} of them"
        if entry.beats != beats_moved(records[number], found.config):
            return f"record {number} is told to have moved {entry.beats} beats"
    if wrong := told_of_order(found.records, told):
        return wrong
    numbers = {"profile_entries": len(records), "record": len(found.records) - 1, "cycles": run.cycles}
    return wrong_register(model, {"status": 0, "error": 0, "error_record": 0, **numbers})


def told_of_wait(model: MachineModel, found: RandomList) -> str:
    """A line where something is wrong while the list waits for software."""
    number = model.read_register("record")
    if not (number < len(found.records) and found.records[number].kind == Kind.WAIT):
        return f"the machine waits at record {number}"
    if (status := model.read_register("status")) & ~TRANSFERS != BUSY | WAITING:
        return f"the register status is {status:#x} while the machine waits"
    return wrong_register(model, {"error": 0})


def told_of_reset(model: MachineModel) -> str:
    """A line where a register tells of what was before a reset by software, which registers do not follow."""
    model.write_register("interrupts", 7)
    cleared = ("status", "error", "error_record", "record", "profile_entries", "cycles")
    return wrong_register(model, dict.fromkeys(cleared, 0)) or told_of_registers(model)


def beats_moved(record: TokenRecord, config: AcceleratorConfig) -> int:
    """Beats of the bus that a record's runs take."""
    if not isinstance(record, Load | Store):
        return 0
    return sum(end - first for first, end in beats_of(record, config)) // config.bus_bytes


def told_of_registers(model: MachineModel) -> str:
    """A line where a register does not tell what the machine is, or what was written to it."""
    constants = {
        register.name: sum(field.reset << field.low for field in register.fields)
        for register in register_map()
        if not any(field.given or field.stored for field in register.fields)
    }
    written = {"watchdog": model.watchdog, "program": model.config.identity, **model.where()}
    return wrong_register(model, constants | configured_words(model.config) | {"start": 0, "interrupts": 0} | written)


def kept_by_registers(model: MachineModel, rng: np.random.Generator) -> str:
    """A line where a register that software writes does not keep any numbers, or any bytes of one; all are as before
    then."""
    for register in register_map():
        written = [field for field in register.fields if field.stored and not (field.pulse or field.clears)]
        mask = sum((1 << field.width) - 1 << field.low for field in written)
        before = model.read_register(register.name) if written else 0
        for number in (int(rng.integers(1 << 32)), before ^ 0xFFFF_FFFF, before) if written else ():
            model.write_register(register.name, number)
            if wrong := wrong_register(model, {register.name: number & mask}):
                return wrong
        if written:
            strobe, number = int(rng.integers(16)), int(rng.integers(1 << 32))
            bytes_written = sum(0xFF << 8 * place for place in range(4) if strobe >> place & 1)
            model.write_register(register.name, number, strobe=strobe)
            expected = (number & bytes_written | before & ~bytes_written) & mask
            if wrong := wrong_register(model, {register.name: expected}):
                return wrong
            model.write_register(register.name, before)
    return ""


def wrong_register(model: MachineModel, expected: dict[str, int]) -> str:
    """A line where a register tells another number."""
    for name, number in expected.items():
        if (told := model.read_register(name)) != number:
            return f"the register {name} is {told:#x}, expected is {number:#x}"
    return ""
