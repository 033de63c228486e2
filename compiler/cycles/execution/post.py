"""Post-processing: columns of results are taken, their values meet a second tensor, atoms are written.

Values that wait for a second tensor hold up what is before them, so what is behind has cycles of its own. Where atoms
wait to be written everything stands still. Columns that are measured wait until the rows of their group are known.
"""

from collections import deque
from dataclasses import replace

from lowtide.common.records.execute import Exec, Source
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from .clock import Clock
from .columns import Column
from .groups import Groups
from .latency import post_latency, requantiser_latency
from .second import SecondTensor
from .times import Times

__all__ = ["Post"]

FIRST_COLUMN = 4  #: the first cycle in which a column of results can be taken: its parameters are there


class Post:
    """What is behind the array.

    Parameters
    ----------
    record : Exec
    config : AcceleratorConfig
    sizes : list of int
        Pixels of the groups.
    array : Clock
        Of what offers the columns.
    """

    def __init__(self, record: Exec, config: AcceleratorConfig, sizes: list[int], array: Clock) -> None:
        self.record, self.sizes, self.array = record, sizes, array
        self.is_vector = record.source != Source.ENGINE
        self.columns: deque[Column] = deque()
        self.written = Groups(sizes)
        self.written.next(0)
        self.second = SecondTensor(sizes) if record.operand else None
        self.measured = Groups(sizes) if record.measure else None  # whose rows are known, which a column waits for
        if self.measured:
            self.measured.next(0)
        self.front = Clock()
        self.behind = Clock() if self.second else self.front
        self.latency = post_latency(config)
        self.meets = requantiser_latency(config)  # cycles from a column to where its values meet a second tensor
        self.waiting: deque[tuple[int, Column]] = deque()  # values before that: the front's own cycle, the column
        self.values: deque[tuple[int, Column]] = deque()  # behind it: its own cycle at the packer, the column
        self.met = 0  # cycle in which the last value met a second tensor
        self.goes_on = 0  # the first cycle in which the packer does not hold up values that meet it
        self.taken = FIRST_COLUMN - 1  # the front's own cycle in which the last column was taken
        self.finished = 0  # the cycle of that
        self.released = 0  # cycle in which the last atoms were written
        self.writes = Times()  # cycles in which atoms are written
        self.times = [self.writes] if self.second is None else [self.writes, self.second.all_reads]
        self.phases = config.rows_per_requantiser
        self.buffers = self.phases > 1 and not self.is_vector  # columns wait in a buffer, which the array need not
        self.entered = 0  # cycle in which the last column went into the buffer
        depth = max(2, 1 << (config.cols - 1).bit_length())
        self.left = deque([-1] * depth, depth)  # those in which the last ones left it

    def finish(self) -> int:
        """All that is left: the last cycle of the record."""
        while self.columns:
            self.take()
        while self.values or self.waiting:
            self.settle(None)
        return max(self.released + 2, self.finished + 1)

    def take(self) -> int:
        """The next column is taken: the cycle of its last rows."""
        column, front = self.columns.popleft(), self.front
        offered = self.array.cycle(column.offered)
        arrives = self.buffered(column, offered) if self.buffers else offered
        if self.measured and column.counts:
            arrives = max(arrives, self.measured.usable)
        for phase in range(self.phases if column.counts else 1):
            own = max(self.taken + 1, front.own(arrives))
            while self.settle(front.cycle(own)):
                own = max(self.taken + 1, front.own(arrives))
            self.taken = own
            if column.counts:
                value = column if phase + 1 == self.phases else replace(column, closes=False)
                if self.second:
                    self.waiting.append((own, value))
                else:
                    self.values.append((own + self.latency, value))
        self.finished = cycle = front.cycle(self.taken)
        if self.measured and column.ends and self.measured.number < len(self.measured.sizes):
            self.measured.next(cycle)
        if not self.buffers and not self.is_vector:
            self.array.stand(column.offered, cycle - offered)
        return cycle

    def buffered(self, column: Column, offered: int) -> int:
        """A column goes into the buffer in front of shared requantisers: the first cycle in which it has left it."""
        enters = max(offered, self.entered + 1, self.left[0] + 1)
        self.array.stand(column.offered, enters - offered)
        self.entered = enters
        self.left.append(max(enters + 1, self.left[-1] + 1, self.finished))
        return self.left[-1] + 1

    def settle(self, cycle: int | None) -> bool:
        """The first thing that happens to values up to a cycle, or ever; whether there is one."""
        stores = self.behind.cycle(self.values[0][0]) if self.values else None
        if self.waiting:
            arrives = self.front.reached(self.waiting[0][0] + self.meets)
            if cycle is None or arrives <= cycle:
                assert self.second
                meets = max(arrives, self.second.present, self.goes_on)
                if stores is None or stores > meets:
                    self.meet(arrives, meets)
                    return True
                cycle = None
        if stores is None or (cycle is not None and stores > cycle):
            return False
        self.store(stores)
        return True

    def meet(self, arrives: int, cycle: int) -> None:
        """The next value meets the second tensor."""
        assert self.second
        own, column = self.waiting.popleft()
        if column.ends and column.closes:
            self.second.end(cycle, self.nearest())
        elif column.closes:
            self.second.meet(cycle, self.front.reached(own + self.meets - 1))
        self.met = cycle
        self.front.stand(own + self.meets, cycle - arrives)
        self.values.append((self.behind.own(cycle) + self.latency - self.meets, column))

    def nearest(self) -> int | None:
        """The first cycle in which the next value that is its block's last, but not its group's, is a cycle away from
        where it meets the second tensor, or nearer."""
        for own, column in self.waiting:
            if column.closes and not column.ends:
                return self.front.reached(own + self.meets - 1)
        return None

    def store(self, arrives: int) -> None:
        """The next value reaches its atoms, which are written where they are whole."""
        own, column = self.values.popleft()
        stored = max(arrives, self.released)
        if stored > arrives:
            self.behind.stand(own, stored - arrives)
            if self.second:
                if self.waiting and self.front.reached(self.waiting[0][0] + self.meets) <= arrives:
                    self.goes_on = stored
                else:
                    self.front.stand(self.front.own(arrives), stored - arrives)
        if self.record.top_k:
            if column.ends and column.closes:
                self.store_largest(stored + 1)
            return
        if not column.closes:
            return
        count = self.record.out_bits if self.record.out_planes else 1
        first = max(stored + 1, self.written.usable)
        self.writes.add(first, first + count)
        self.released = first + count - 1
        if column.ends and self.written.number < len(self.sizes):
            self.written.next(self.released)

    def store_largest(self, cycle: int) -> None:
        """The largest codes and their channels reach their atoms, one in each cycle from one on."""
        values, last = self.record.out_values, 2 * self.record.top_k
        for number in range(1, last + 1):
            stored = max(cycle, self.released)
            if number % values == 0 or number == last:
                self.released = max(stored + 1, self.written.usable)
                self.writes.add(self.released, self.released + 1)
            cycle = stored + 1

    def advance(self, cycle: int) -> None:
        """All that happens up to a cycle."""
        while self.columns and self.array.cycle(self.columns[0].offered) <= cycle:
            self.take()
        while self.settle(cycle):
            pass

    def reads_in(self, cycle: int) -> bool:
        """Whether the second tensor is read in a cycle, up to which :meth:`advance` went."""
        if self.second is None:
            return False
        return self.second.reads_in(cycle, self.nearest())

    def is_within(self, groups: int) -> bool:
        """Whether nothing of the groups before the last of so many is under way."""
        return self.written.number == groups and (self.second is None or self.second.groups.number == groups)

    def reads_nothing(self, cycle: int) -> bool:
        """Whether the second tensor is not read behind a cycle, unless further columns come."""
        return self.second is None or (not self.waiting and self.second.reads[-1] <= cycle)

    def key(self, reference: int) -> tuple[object, ...]:
        """Its state within a group, times from a cycle on."""
        front, behind = self.front.stood - reference, self.behind.stood - reference
        first = min(self.taken, self.waiting[0][0] + self.meets - 2) if self.waiting else self.taken
        last = self.values[0][0] if self.values else reference - self.behind.stood
        found: list[object] = [
            self.taken + front,
            self.released - reference,
            max(self.written.usable, self.released) - reference,
            self.front.key(reference, first if self.second else min(first, last)),
            tuple([(own + behind, column.closes, column.ends) for own, column in self.values]),
        ]
        if self.buffers:
            found += [self.finished - reference, self.entered - reference, *(left - reference for left in self.left)]
        if self.measured:
            found.append(max(self.measured.usable - reference, 0))
        if self.second:
            found += [
                self.met - reference,
                max(self.goes_on, self.met) - reference,
                self.behind.key(reference, last),
                tuple([(own + front, column.closes, column.ends) for own, column in self.waiting]),
            ]
        return tuple(found)

    def shift(self, cycles: int, front: int, behind: int, groups: int) -> None:
        """So many groups and cycles later, in so many of which the clocks stood still."""
        own = cycles - front
        self.taken += own
        self.waiting = deque([(at + own, column) for at, column in self.waiting])
        self.front.shift(own, front)
        if self.second:
            self.behind.shift(cycles - behind, behind)
            self.second.shift(cycles, groups)
        self.values = deque([(at + cycles - behind, column) for at, column in self.values])
        self.met, self.goes_on, self.finished = self.met + cycles, self.goes_on + cycles, self.finished + cycles
        self.released, self.entered = self.released + cycles, self.entered + cycles
        self.left = deque([left + cycles for left in self.left], self.left.maxlen)
        if groups:
            self.written.shift(cycles, groups)
            if self.measured:
                self.measured.shift(cycles, groups)
