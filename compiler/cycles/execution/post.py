"""Post-processing: columns of results are taken, their values meet a second tensor, atoms are written.

Where values wait for a second tensor, or atoms to be written, everything stands still, so it has cycles of its own.
Columns that are measured wait until the rows of their group are known.
"""

from collections import deque
from dataclasses import replace

from lowtide.common.records.execute import Exec, Source
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from .clock import Clock
from .columns import Column
from .groups import Groups
from .latency import hindered_cycles, post_latency, requantiser_latency
from .second import SecondTensor
from .times import Times

__all__ = ["Post"]

KEPT = 8  #: values in the lanes that are remembered
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
        self.clock = Clock()
        self.latency = post_latency(config, operand=bool(record.operand))
        self.hindered = hindered_cycles(config) if record.operand else ()
        self.entered_lanes: deque[int] = deque(maxlen=KEPT)  # its own cycles in which values did, the last ones
        self.meets = requantiser_latency(config)  # cycles from a column to where its values meet a second tensor
        self.waiting: deque[tuple[int, Column]] = deque()  # values before that: their own cycle there, the column
        self.values: deque[tuple[int, Column]] = deque()  # all values: their own cycle at the packer, the column
        self.met = 0  # cycle in which the last value met a second tensor
        self.taken = FIRST_COLUMN - 1  # its own cycle in which the last column was taken
        self.finished = 0  # the cycle of that
        self.released = 0  # cycle in which the last atoms were written
        self.writes = Times()  # cycles in which atoms are written
        self.times = [self.writes] if self.second is None else [self.writes, self.second.all_reads]
        self.phases = config.rows_per_requantiser
        several = self.phases > 1 or bool({"operand", "product"} & set(config.post))  # cycles that columns may take
        self.buffers = several and not self.is_vector  # columns wait in a buffer, which the array need not
        self.entered = 0  # cycle in which the last column went into the buffer
        depth = max(2, 1 << (config.cols - 1).bit_length())
        self.left = deque([-1] * depth, depth)  # those in which the last ones left it

    def finish(self) -> int:
        """All that is left: the last cycle of the record."""
        while self.columns:
            self.take()
        while self.values or self.waiting:
            self.settle(None)
        return max(self.released + 3, self.finished + 2)

    def take(self) -> int:
        """The next column is taken: the cycle of its last rows."""
        column, clock = self.columns.popleft(), self.clock
        offered = self.array.cycle(column.offered)
        arrives = self.buffered(column, offered) if self.buffers else offered
        if self.measured and column.counts:
            arrives = max(arrives, self.measured.usable)
        for phase in range(self.phases if column.counts else 1):
            own = self.unhindered(max(self.taken + 1, clock.own(arrives)), column)
            while self.settle(clock.cycle(own)):
                own = self.unhindered(max(self.taken + 1, clock.own(arrives)), column)
            self.taken = own
            if column.counts:
                if self.hindered:
                    self.entered_lanes.append(own)
                value = column if phase + 1 == self.phases else replace(column, closes=False)
                self.values.append((own + self.latency, value))
                if self.second:
                    self.waiting.append((own + self.meets, value))
        self.finished = cycle = clock.cycle(self.taken)
        if self.measured and column.ends and self.measured.number < len(self.measured.sizes):
            self.measured.next(cycle)
        if not self.buffers and not self.is_vector:
            self.array.stand(column.offered, cycle - offered)
        return cycle

    def unhindered(self, own: int, column: Column) -> int:
        """Its own first cycle from one on in which lanes can take a column."""
        while column.counts and any(own - entered in self.hindered for entered in self.entered_lanes):
            own += 1
        return own

    def buffered(self, column: Column, offered: int) -> int:
        """A column goes into the buffer in front of shared requantisers: the first cycle in which it has left it."""
        enters = max(offered, self.entered + 1, self.left[0] + 1)
        self.array.stand(column.offered, enters - offered)
        self.entered = enters
        self.left.append(max(enters + 1, self.left[-1] + 1, self.finished))
        return self.left[-1] + 1

    def settle(self, cycle: int | None) -> bool:
        """The first thing that happens to values up to a cycle, or ever; whether there is one."""
        first = [values[0][0] for values in (self.waiting, self.values) if values]
        if not first:
            return False
        own = min(first)
        arrives = self.clock.reached(own)
        if cycle is not None and arrives > cycle:
            return False
        meets = bool(self.waiting) and self.waiting[0][0] == own
        stores = bool(self.values) and self.values[0][0] == own
        happens = max(arrives, self.released if stores else 0)
        if meets:
            assert self.second
            happens = max(happens, self.second.present)
        self.clock.stand(own, happens - arrives)
        if meets:
            self.meet(happens)
        if stores:
            self.store(happens)
        return True

    def meet(self, cycle: int) -> None:
        """The next value meets the second tensor."""
        assert self.second
        own, column = self.waiting.popleft()
        if column.ends and column.closes:
            self.second.end(cycle, self.nearest())
        elif column.closes:
            self.second.meet(cycle, self.clock.reached(own - 1))
        self.met = cycle

    def nearest(self) -> int | None:
        """The first cycle in which the next value that is its block's last, but not its group's, is a cycle away from
        where it meets the second tensor, or nearer."""
        for own, column in self.waiting:
            if column.closes and not column.ends:
                return self.clock.reached(own - 1)
        return None

    def store(self, stored: int) -> None:
        """The next value reaches its atoms, which are written where they are whole."""
        _, column = self.values.popleft()
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
        stood = self.clock.stood - reference
        events = [values[0][0] - 2 for values in (self.waiting, self.values) if values]
        found: list[object] = [
            self.taken + stood,
            self.released - reference,
            max(self.written.usable, self.released) - reference,
            self.clock.key(reference, min([self.taken, *events])),
            tuple([(own + stood, column.closes, column.ends) for own, column in self.values]),
        ]
        if self.buffers:
            found += [self.finished - reference, self.entered - reference, *(left - reference for left in self.left)]
        if self.measured:
            found.append(max(self.measured.usable - reference, 0))
        if self.second:
            found += [
                self.met - reference,
                tuple([own + stood for own in self.entered_lanes if self.taken - own < self.hindered[-1]]),
                tuple([(own + stood, column.closes, column.ends) for own, column in self.waiting]),
            ]
        return tuple(found)

    def shift(self, cycles: int, stood: int, groups: int) -> None:
        """So many groups and cycles later, in so many of which its clock stood still."""
        own = cycles - stood
        self.taken += own
        self.entered_lanes = deque([at + own for at in self.entered_lanes], KEPT)
        self.waiting = deque([(at + own, column) for at, column in self.waiting])
        self.values = deque([(at + own, column) for at, column in self.values])
        self.clock.shift(own, stood)
        if self.second:
            self.second.shift(cycles, groups)
        self.met, self.finished = self.met + cycles, self.finished + cycles
        self.released, self.entered = self.released + cycles, self.entered + cycles
        self.left = deque([left + cycles for left in self.left], self.left.maxlen)
        if groups:
            self.written.shift(cycles, groups)
            if self.measured:
                self.measured.shift(cycles, groups)
