"""What is predicted of a list: its cycles, and when each record begins and ends."""

from dataclasses import dataclass

from lowtide.common.records.profile import RecordTimes

__all__ = ["ListTimes"]


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
