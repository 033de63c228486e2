"""Random lists with one record that the machine must refuse: every error that has no time in it, and where it is.

The records before the wrong one are legal and end; none behind it begins. A record that is refused before anything has
moved leaves all memories as the others have left them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import End, Wait, pack, read
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ...engine_checks.modes import reason_of
from .faulty_records import ALONE, FAULTS, STANDS, TOUCHING
from .maker import Maker

__all__ = ["FAULTS", "OTHERS", "STANDS", "FaultyList", "Refusal", "faulty_list"]

OTHERS = 40  #: further lists


@dataclass(frozen=True)
class Refusal:
    """A list of one record that the machine refuses: where it is, its error, and the array's reason or 0."""

    address: int
    error: Error
    reason: int


@dataclass(frozen=True, eq=False)
class FaultyList:
    """A list that stops with an error.

    Parameters
    ----------
    config : AcceleratorConfig
    fault : str
        What is wrong, a name of :data:`FAULTS`.
    address : int
        Of the list.
    base : int
        Address at which external memory begins.
    external : ndarray of uint8 [bytes]
        External memory when the list starts.
    read_window, write_window : (int, int)
        The first byte, and the one behind the last.
    error : MachineError
        What stops it, with the number of the record.
    reason : int
        Of the array, where it is ENGINE; else 0.
    after : Interpreter
        The machine then. Memories are as hardware must have them where ``is_untouched``.
    is_untouched : bool
        Whether the wrong record has moved nothing.
    is_settled : bool
        Whether all records before it have ended when it would begin: there is a WAIT. Else those that it waits for.
    others : tuple of Refusal
        Further lists in the same memory, for the same windows.
    """

    config: AcceleratorConfig
    fault: str
    address: int
    base: int
    external: NDArray[np.uint8]
    read_window: tuple[int, int]
    write_window: tuple[int, int]
    error: MachineError
    reason: int
    after: Interpreter
    is_untouched: bool
    is_settled: bool
    others: tuple[Refusal, ...]


def faulty_list(
    config: AcceleratorConfig, seed: int, number: int, *, fault: str, records: int = 12, base: int = 0
) -> FaultyList:
    """List ``number`` of a seed with a fault, a name of :data:`FAULTS`, behind so many legal records. External memory
    begins at ``base``, a multiple of 4,096."""
    rng = np.random.default_rng([seed, number, sorted(FAULTS).index(fault)])
    maker = Maker(config, rng, base=base)
    maker.fill()
    while len(maker.schedule.records) < records:
        maker.store() if rng.random() < 0.3 else maker.execute()
    expected, make = FAULTS[fault]
    wrong = make(maker)
    if is_settled := fault in TOUCHING or bool(rng.random() < 0.5):  # what they find has been loaded before
        maker.add(Wait())
    is_settled |= fault == STANDS  # all others have ended when it is told
    alone = [FAULTS[name][1](maker) for name in rng.choice(ALONE, OTHERS)]
    places = [maker.put(each + pack([End()])) for each in alone]
    address, external = maker.image(pack(maker.schedule.records) + wrong + pack([End()]))
    end = maker.read_end
    if fault == "fetch":  # the window for reads ends within the wrong record
        end = address + len(pack(maker.schedule.records)) + int(rng.integers(len(wrong)))
    windows = (base, end), (maker.room, maker.write_end)
    after = Interpreter(config, external.copy(), read_window=windows[0], write_window=windows[1], base=base)
    error, place = _refusal(after, address), len(maker.schedule.records)
    if fault == STANDS and error and not isinstance(error, MachineError):
        error = MachineError(Error.WATCHDOG, str(error), place)
    assert isinstance(error, MachineError), f"the fault {fault} of list {number} is none: {error}"
    assert error.error == expected and error.record == place, error
    untouched = fault not in TOUCHING
    reason = _reason(config, wrong, expected)
    others = tuple(_other(config, after, place, each) for place, each in zip(places, alone, strict=True))
    return FaultyList(
        config, fault, address, base, external, *windows, error, reason, after, untouched, is_settled, others
    )


def _other(config: AcceleratorConfig, machine: Interpreter, address: int, wrong: bytes) -> Refusal:
    """What stops a list of one record."""
    error = _refusal(machine, address)
    assert isinstance(error, MachineError) and error.record == 0, error
    return Refusal(address, error.error, _reason(config, wrong, error.error))


def _reason(config: AcceleratorConfig, wrong: bytes, error: Error) -> int:
    """Why the array refuses the job of the bytes of an EXEC; 0 for another error."""
    if error != Error.ENGINE:
        return 0
    record = read(wrong, 0)
    assert isinstance(record, Exec)
    return int(reason_of(config.array, record.mode, record.chunks, record.tail + 1))


def _refusal(machine: Interpreter, address: int) -> ValueError | None:
    """What stops the list at an address."""
    try:
        machine.run_at(address)
    except ValueError as error:
        return error
    return None
