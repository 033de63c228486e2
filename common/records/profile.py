"""What a machine tells of records that have ended: its entry in the profile, and the times that it has in it."""

from dataclasses import dataclass

from .record import Kind

__all__ = ["PROFILE_ENTRY_BYTES", "RecordTimes"]

PROFILE_ENTRY_BYTES = 32  #: of what is told of a record


@dataclass(frozen=True)
class RecordTimes:
    """The times of a record.

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
