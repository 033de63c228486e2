"""The second tensor: when its atoms are there, and in which cycles the feature memory reads them.

The atoms of a group's next block are asked for when the last value of those before is about to meet them, so early that
the answer comes when their place is free; an answer that comes too early is dropped, and asked for again every other
cycle.
"""

from collections import deque

from .groups import Groups
from .times import Times

__all__ = ["SecondTensor"]

KEPT = 64  #: reads that are remembered


class SecondTensor:
    """Atoms of a second tensor, one block of a group at a time.

    Parameters
    ----------
    sizes : list of int
        Of the groups.
    """

    def __init__(self, sizes: list[int]) -> None:
        self.groups = Groups(sizes)
        self.present = 0  #: the first cycle in which the atoms are there
        self.used = 0  # that in which the last value of a block met them
        self.reads: deque[int] = deque([-2], KEPT)  # cycles of reads, the last ones
        self.all_reads = Times()
        self.open(0)

    def open(self, released: int) -> None:
        """The first block of the next group, where the one before is done with in a cycle."""
        self.groups.next(released)
        self.note(self.groups.usable, self.groups.usable + 1)
        self.present = self.groups.usable + 2

    def note(self, first: int, end: int) -> None:
        """Reads every other cycle."""
        self.reads.extend(range(first, end, 2))
        self.all_reads.add(first, end, 2)

    def asked(self, near: int) -> int:
        """The cycle of the first read for the next block, where the last value of this one is near from a cycle on."""
        return max(near, self.reads[-1] + 2, self.used + 1)

    def meet(self, cycle: int, near: int) -> None:
        """The last value of a block that is not the group's last meets its atoms in a cycle."""
        self.note(self.asked(near), cycle + 1)
        self.present = self.reads[-1] + 2
        self.used = cycle

    def end(self, cycle: int, near: int | None) -> None:
        """The last value of a group does; that of a block of the next group may be near, its reads are for nothing."""
        if near is not None:
            self.note(self.asked(near), cycle + 1)
        self.used = cycle
        if self.groups.number < len(self.groups.sizes):
            self.open(cycle)
        else:
            self.present = cycle + 1

    def reads_in(self, cycle: int, near: int | None) -> bool:
        """Whether the feature memory reads atoms in a cycle up to which all is known; the last value of a block is near
        from a cycle on, and meets its atoms later."""
        if cycle in self.reads:
            return True
        if near is None:
            return False
        first = self.asked(near)
        return first <= cycle and (cycle - first) % 2 == 0

    def key(self, reference: int, last: int, first_read: int) -> tuple[int, ...]:
        """Its state, times from a cycle on; nothing happens before cycle ``last`` any more, and nobody asks for reads
        before ``first_read``."""
        reads = [read - reference for read in self.reads if read >= first_read]
        return (max(self.present, last) - reference, self.used - reference, self.reads[-1] - reference, *reads)

    def shift(self, cycles: int, groups: int) -> None:
        """So many groups and cycles later."""
        self.groups.number += groups
        self.groups.whole, self.groups.usable = self.groups.whole + cycles, self.groups.usable + cycles
        if groups:
            self.groups.enters += cycles
        self.present, self.used = self.present + cycles, self.used + cycles
        self.reads = deque([read + cycles for read in self.reads], KEPT)
