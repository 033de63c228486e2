"""What is predicted of a list: when each record begins and ends."""

from dataclasses import dataclass

from lowtide.common.records.record import Kind

__all__ = ["ListTimes", "RecordTimes"]


@dataclass(frozen=True)
class RecordTimes:
    """The times of a record, as the machine tells them in its profile.

    Parameters
    ----------
    number : int
        Records in the list before it.
    kind : Kind
    begun, cycles : int
        Cycle of the list in which it begins, and how many it takes.
    token_waits : int
        Cycles before in which its engine only waits for its tokens.
    beats : int
        Of the bus.
    """

    number: int
    kind: Kind
    begun: int
    cycles: int
    token_waits: int
    beats: int

    @property
    def end(self) -> int:
        """The cycle in which it ends."""
        return self.begun + self.cycles


@dataclass(frozen=True)
class ListTimes:
    """The times of a list.

    Parameters
    ----------
    cycles : int
        From its start until it is over.
    records : tuple of RecordTimes
        Of the three engines, in the order of their numbers.
    bus_bytes : int
        Of a beat of the bus.
    """

    cycles: int
    records: tuple[RecordTimes, ...]
    bus_bytes: int
