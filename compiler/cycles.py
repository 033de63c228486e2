"""Cycles of an EXEC record, predicted: from the cycle of its begin to the one in which it has ended.

Every event has one time, the latest of what it waits for (max-plus); units are as deep as the hardware's:

- pixels become groups of rows, one pixel a cycle, a cycle for each group: :class:`Groups`;
- the nest gives a beat a cycle, whose operands are on their way for some cycles, at most four at a time;
- the array takes the operands of a beat, and stands still while a column of its results is not taken;
- post-processing takes a column in as many cycles as rows share a requantiser, and stands still while atoms wait to be
  written.

The feature memory serves nobody else, and there is no second tensor.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from lowtide.common.records.execute import Exec, Source
from lowtide.golden.pe import KINDS
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

__all__ = ["exec_cycles", "group_sizes", "post_latency"]

FIRST_PIXEL = 2  #: cycle in which the walker over pixels offers the first one; the record begins in cycle 0
FIRST_COLUMN = 4  #: the first in which a column of results can be taken: its parameters are there
ON_THE_WAY = 4  #: beats between a feeder and the array
SECOND_BITS = 18  #: of a second tensor's value less its zero point, where it is multiplied
JOBS = 3  #: that the nest may be ahead of the array


def exec_cycles(record: Exec, config: AcceleratorConfig) -> int:
    """The cycles of a record.

    Parameters
    ----------
    record : Exec
        One that the machine accepts.
    config : AcceleratorConfig

    Raises
    ------
    ValueError
        For a second tensor, with which they are not predicted.
    """
    if record.operand:
        raise ValueError(f"operand is {record.operand}, allowed is 0: cycles with a second tensor are not predicted")
    return Prediction(record, config).run()


def post_latency(config: AcceleratorConfig) -> int:
    """Cycles from a column of results to its codes: of the requantiser, the second tensor, the table and the terms. A
    product takes a cycle for each few of its multiplier's digits, fewer of them behind PEs of more stages."""
    digits_a_cycle = (9, 5, 3)[config.array.pipeline]

    def product(bits: int) -> int:
        return -(-((bits + 1) // 2) // digits_a_cycle)

    own = config.multiplier_bits + 1
    found = 3 + product(own)
    if {"operand", "product"} & set(config.post):
        found += 3 + product(own) + product(max(own, SECOND_BITS) if "product" in config.post else own)
    return found + ("table" in config.post) + 2 * ("top_terms" in config.post)


def group_sizes(record: Exec, rows: int) -> list[int]:
    """Pixels of each group: as many as stay in different banks, pixel r in bank ``bank of pixel 0 + r``, in the output
    shuffled where columns are stored apart by 2."""
    apart = record.out_apart
    y, x = np.divmod(np.arange(record.out_rows * record.out_columns), record.out_columns)
    into = record.in_base + y * record.in_row_step + x * record.in_column_step
    second = record.operand_base + y * record.operand_row_step + x
    out = record.out_base + y % apart * record.out_row_phase + y // apart * record.out_row_step
    out += x % apart * record.out_column_phase + x // apart
    shuffled = [r % 2 * rows // 2 + r // 2 if apart == 2 else r for r in range(rows)]
    sizes, first = [1], 0
    for pixel in range(1, len(y)):
        r = pixel - first
        fits = (
            r < rows
            and (into[pixel] - into[first] - r) % rows == 0
            and (not record.operand or (second[pixel] - second[first] - r) % rows == 0)
            and (out[pixel] - out[first] - shuffled[r]) % rows == 0
        )
        if fits:
            sizes[-1] += 1
        else:
            sizes.append(1)
            first = pixel
    return sizes


@dataclass
class Groups:
    """A buffer of groups: when each is whole, and when it can be used.

    Parameters
    ----------
    sizes : list of int
    """

    sizes: list[int]
    whole: list[int] = field(default_factory=list)  #: cycle in which a group is whole
    usable: list[int] = field(default_factory=list)  #: the first in which it is the current one
    enters: int = FIRST_PIXEL

    def next(self, released: int) -> None:
        """The next group, where the current one is done with in cycle ``released``."""
        whole = self.enters + self.sizes[len(self.whole)]
        self.whole.append(whole)
        moved = max(whole, released)
        self.usable.append(moved + 1)
        self.enters = moved + 1


@dataclass(frozen=True)
class Column:
    """A column of results: when the array offers it, in the array's own cycles, and what it is in its group."""

    offered: int
    group: int
    counts: bool
    closes: bool
    ends: bool


@dataclass
class Clock:
    """A unit's own cycles. It is asked about later and later ones.

    Parameters
    ----------
    stood : int
        Cycles in which it has stood still so far.
    last : int
        Its own cycle in which it did so last.
    """

    stood: int = 0
    last: int = 0

    def cycle(self, own: int) -> int:
        """The cycle of one of its own."""
        return own + self.stood

    def own(self, cycle: int) -> int:
        """The first of its own that is not before a cycle."""
        return max(cycle - self.stood, self.last)

    def stand(self, own: int, cycles: int) -> None:
        """It stands still for so many cycles before it does what it does in one of its own."""
        if cycles:
            self.stood, self.last = self.stood + cycles, own


class Prediction:
    """The times of a record.

    A unit that stands still now and then has cycles of its own, in which it does not. What it does after n of them, it
    does in cycle ``n + stood``, its :class:`Clock` says.
    """

    def __init__(self, record: Exec, config: AcceleratorConfig) -> None:
        self.record, self.config, self.array = record, config, config.array
        self.is_vector = record.source != Source.ENGINE
        self.sizes = group_sizes(record, config.rows)
        self.fed, self.written = Groups(self.sizes), Groups(self.sizes)
        self.columns: deque[Column] = deque()
        self.values: deque[tuple[int, Column]] = deque()  # under way in post-processing: its own cycle, column
        self.array_clock, self.post_clock = Clock(), Clock()
        self.taken = FIRST_COLUMN - 1  # post-processing's own cycle in which the last column was taken
        self.released = 0  # cycle in which the last atoms were written
        self.finished = 0  # cycle in which the last column was taken
        self.phases = config.rows_per_requantiser
        self.entered = 0  # cycle in which the last column went into the buffer in front of shared requantisers
        depth = max(2, 1 << (config.cols - 1).bit_length())
        self.left = deque([-1] * depth, depth)  # those in which the last ones left it
        self.latency = post_latency(config)

    def run(self) -> int:
        """All cycles."""
        self.written.next(0)
        self.vector() if self.is_vector else self.engine()
        while self.columns:
            self.take()
        while self.values:
            self.store()
        return max(self.released + 2, self.finished + 1) + 1

    # Columns --------------------------------------------------------------------------------------------------------

    def channels(self, group: int) -> Iterator[Column]:
        """The columns of a group, without their times."""
        record, number, value = self.record, 0, 0
        kinds = [True] * record.out_channels
        if not self.is_vector:
            kinds = [c < record.tile_columns for c in range(self.config.cols)] * record.tiles
        last = min(record.out_channels, sum(kinds))
        for counts in kinds:
            counts = counts and number < last
            number += counts
            ends = counts and number == last
            value = value + counts
            closes = counts and (value == record.out_values or ends)
            value = 0 if closes else value
            yield Column(0, group, counts, closes, ends)

    def take(self) -> int:
        """Post-processing takes the next column: the cycle of its last rows."""
        column, clock = self.columns.popleft(), self.post_clock
        offered = self.array_clock.cycle(column.offered)
        waits = self.phases > 1 and not self.is_vector  # in a buffer, which the array need not wait for
        arrives = self.buffered(column, offered) if waits else offered
        for phase in range(self.phases if column.counts else 1):
            own = max(self.taken + 1, clock.own(arrives))
            while self.values and self.values[0][0] <= own:
                self.store()
                own = max(self.taken + 1, clock.own(arrives))
            self.taken = own
            if column.counts:
                is_whole = phase + 1 == self.phases
                self.values.append((own + self.latency, column if is_whole else replace(column, closes=False)))
        self.finished = cycle = clock.cycle(self.taken)
        if not waits and not self.is_vector:
            self.array_clock.stand(column.offered, cycle - offered)
        return cycle

    def buffered(self, column: Column, offered: int) -> int:
        """A column goes into the buffer in front of shared requantisers: the first cycle in which it has left it."""
        enters = max(offered, self.entered + 1, self.left[0] + 1)
        self.array_clock.stand(column.offered, enters - offered)
        self.entered = enters
        self.left.append(max(enters + 1, self.left[-1] + 1, self.finished))
        return self.left[-1] + 1

    def store(self) -> None:
        """The next value reaches its atoms, which are written where they are whole."""
        own, column = self.values.popleft()
        arrives = self.post_clock.cycle(own)
        stored = max(arrives, self.released)
        self.post_clock.stand(own, stored - arrives)
        if not column.closes:
            return
        writes = self.record.out_bits if self.record.out_planes else 1
        self.released = max(stored + 1, self.written.usable[column.group]) + writes - 1
        if column.ends and column.group + 1 < len(self.sizes):
            self.written.next(self.released)

    # Sources --------------------------------------------------------------------------------------------------------

    def engine(self) -> None:
        """The array's jobs, a tile of a group each."""
        record, array = self.record, self.array
        mode = Mode.of_word(record.mode)
        pairs = KINDS[array.kind].plane_pairs(mode, array)
        passes = 1 if pairs is None else len(pairs)
        beat = array.cycles_per_beat(mode) // passes
        drains = array.latency(mode) - beat + 1  # from the last step of a job to its first column
        pause = 1 if array.result_buffer else array.rows
        feeder = Feeder(self.fed, FIRST_PIXEL + (0 if pairs is None else max(x for x, _ in pairs)))
        accepted, loaded = deque([0] * JOBS, JOBS), 0
        begun = ended = 0  # the array's own cycles: of the last operands, of the last job's last step
        ended_in = 0  # the cycle of that
        ended = -array.cols
        for group in range(len(self.sizes)):
            kinds = self.channels(group)
            feeder.open(group)
            for _ in range(record.tiles):
                for number in range(passes * record.chunks):
                    is_last = number + 1 == passes * record.chunks
                    counted = feeder.count(accepted[0] + 1 if number == 0 else 0)
                    if number == 0:
                        accepted.append(max(counted + 1, accepted[-1] + 1, loaded))
                        loaded = max(accepted[-1] + 1, ended_in)
                    arrives = feeder.fetch()
                    own = begun + beat
                    if number == 0:
                        own, arrives = ended + pause, max(arrives, loaded + 1)
                    if is_last and beat == 1:
                        own = max(own, ended + array.cols)
                    begun = self.settled(own, arrives)
                    feeder.take(self.array_clock.cycle(begun))
                ended = self.settled(max(begun + beat - 1, ended + array.cols), 0)
                ended_in = self.array_clock.cycle(ended)
                for column in range(array.cols):
                    self.columns.append(replace(next(kinds), offered=ended + drains + column))

    def settled(self, own: int, cycle: int) -> int:
        """The array's own cycle that is ``own`` or later, and not before ``cycle``; columns that are offered up to then
        are taken, and freeze the array where they wait."""
        found = max(own, self.array_clock.own(cycle))
        while self.columns and self.columns[0].offered <= found:
            self.take()
            found = max(own, self.array_clock.own(cycle))
        return found

    def vector(self) -> None:
        """The vector source: a beat for each channel and tap."""
        feeder = Feeder(self.fed, FIRST_PIXEL)
        taken = 0
        for group in range(len(self.sizes)):
            feeder.open(group)
            for column in self.channels(group):
                for _ in range(self.record.taps):
                    feeder.count(0)
                    taken = max(taken, feeder.fetch())
                    feeder.take(taken)
                    taken += 1
                self.columns.append(replace(column, offered=taken))
                taken = self.take()


class Feeder:
    """Beats on their way from the nest of loops to the array or the vector source.

    Parameters
    ----------
    groups : Groups
        Of the rows.
    ready : int
        The first cycle in which the nest can begin.
    """

    def __init__(self, groups: Groups, ready: int) -> None:
        self.groups, self.ready = groups, ready
        self.usable = 0  # the first cycle in which the group is the current one
        self.counted = self.moved = 0  # the last beat left the counters, the stage behind them
        self.begun = self.read = 0  # its operands were asked for, and read
        self.loaded = 0
        self.taken = deque([-1] * ON_THE_WAY, ON_THE_WAY)  # the last beats by the array

    def open(self, group: int) -> None:
        """Begin with a group."""
        self.groups.next(self.begun if group else 0)
        self.usable, told = self.groups.usable[-1], self.groups.whole[-1] + 1
        if group == 0:
            self.loaded = max(told, self.ready)
        else:
            self.loaded = self.counted if told <= self.counted else told

    def count(self, earliest: int) -> int:
        """A beat leaves the counters, not before a cycle: its cycle."""
        wanted = max(self.counted + 1, self.loaded + 1, earliest)
        self.counted = self.moved if wanted <= self.moved else max(wanted, self.begun)
        self.moved = max(self.counted + 1, self.begun)
        return self.counted

    def fetch(self) -> int:
        """Its operands are asked for and read: the first cycle in which they can be taken."""
        room = self.taken[0] + 1
        self.begun = max(self.moved + 1, self.usable, self.read, room)
        self.read = max(self.begun + 1, room)
        return self.read + 2

    def take(self, cycle: int) -> None:
        """They are taken."""
        self.taken.append(cycle)
