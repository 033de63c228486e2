"""Which records wait for which: tokens from what each record reads and writes.

Records of one engine run in order. A record waits for the latest record before it of each other engine that touches a
place which it touches too, where one of the two writes: that one gives a token, this one takes it. Every token is taken
by the record for which it is given, so no counter grows and no list can deadlock. A record of no engine, WAIT, begins
when all before it have ended, and those behind it begin when it has: across it no token is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lowtide.common.records.kinds import Memory
from lowtide.common.records.record import Kind, Record, TokenRecord

__all__ = ["Place", "Schedule"]

RING = (Kind.LOAD, Kind.EXEC, Kind.STORE)
TAKES, GIVES = ("take_a", "take_b"), ("give_a", "give_b")


@dataclass(frozen=True)
class Place:
    """Neighbouring units of a memory.

    Parameters
    ----------
    memory : Memory or None
        None: external memory, whose unit is a byte.
    first, end : int
        The first unit, and the one behind the last.
    """

    memory: Memory | None
    first: int
    end: int

    def meets(self, other: "Place") -> bool:
        """Whether two places have a unit in common."""
        return self.memory == other.memory and self.first < other.end and other.first < self.end


class Schedule:
    """A list of records in the making, with the tokens between them.

    Attributes
    ----------
    records : list of Record
        In order, without END.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._touched: list[tuple[Sequence[Place], Sequence[Place]]] = []  # what each record reads and writes
        self._taken: dict[tuple[Kind, Kind], int] = {}  # giver and taker to the last record that has been waited for
        self._ended = -1  # the last record of no engine: all before it have ended

    def add(self, record: Record, *, reads: Sequence[Place] = (), writes: Sequence[Place] = ()) -> None:
        """Add a record behind the others, with its tokens where it belongs to an engine."""
        if isinstance(record, TokenRecord):
            for distance in (1, 2):
                giver = RING[(RING.index(record.kind) + distance) % 3]
                taken = max(self._ended, self._taken.get((giver, record.kind), -1))
                before = self._last(giver, reads, writes, taken)
                if before > taken:
                    self._taken[giver, record.kind] = before
                    given = self.records[before]
                    self.records[before] = replace(given, **{GIVES[2 - distance]: 1})
                    record = replace(record, **{TAKES[distance - 1]: 1})
        else:
            self._ended = len(self.records)
        self.records.append(record)
        self._touched.append((reads, writes))

    def _last(self, giver: Kind, reads: Sequence[Place], writes: Sequence[Place], taken: int) -> int:
        """The latest record of an engine behind ``taken`` that one which reads and writes these places must wait for,
        -1 if none."""
        for number in range(len(self.records) - 1, taken, -1):
            before_reads, before_writes = self._touched[number]
            if self.records[number].kind == giver and (
                _meet(before_writes, [*reads, *writes]) or _meet(before_reads, writes)
            ):
                return number
        return -1


def _meet(some: Sequence[Place], others: Sequence[Place]) -> bool:
    return any(one.meets(other) for one in some for other in others)
