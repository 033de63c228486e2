"""What the compiled machine tells of a list that has run: cycles, bytes, and an entry for each record."""

from dataclasses import dataclass

from lowtide.common.records.record import Kind

__all__ = ["ENTRY_BYTES", "Entry", "MachineRun"]

ENTRY_BYTES = 32  #: of an entry in memory


@dataclass(frozen=True)
class Entry:
    """What the machine tells of a record that has ended.

    Parameters
    ----------
    number : int
        Records in the list before it.
    kind : Kind
    begun, cycles : int
        Cycle of the list in which it began, and how many it took.
    token_waits : int
        Cycles before in which its engine only waited for its tokens.
    active, bus_waits : int
        Of its cycles those in which the engine worked; those in which it waited for the bus.
    beats : int
        Of the bus.
    """

    number: int
    kind: Kind
    begun: int
    cycles: int
    token_waits: int
    active: int
    bus_waits: int
    beats: int


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
