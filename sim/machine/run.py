"""What the compiled machine tells of a list that has run: cycles, bytes, and an entry for each record."""

from dataclasses import dataclass

from lowtide.common.records.profile import RecordTimes

__all__ = ["Entry", "MachineRun"]


@dataclass(frozen=True)
class Entry(RecordTimes):
    """What the machine tells of a record that has ended: its times, and what its engine did meanwhile.

    Parameters
    ----------
    active, bus_waits : int
        Of its cycles those in which the engine worked; those in which it waited for the bus.
    smallest, largest : int
        Sums of results and their bias in a record EXEC that measures them, else 0.
    """

    active: int
    bus_waits: int
    smallest: int = 0
    largest: int = 0


@dataclass(frozen=True)
class MachineRun:
    """What a list took.

    Parameters
    ----------
    cycles : int
        From its start until it was over, by the machine's counter.
    entries : tuple of Entry
        In the order in which records began.
    read_bytes, written_bytes : int
        Of the bus: whole beats, records and entries among them.
    """

    cycles: int
    entries: tuple[Entry, ...]
    read_bytes: int
    written_bytes: int
