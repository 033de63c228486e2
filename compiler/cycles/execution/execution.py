"""An EXEC record: the times of its beats, jobs and groups, each the latest of what it waits for (max-plus).

- pixels become groups of rows, one pixel a cycle, a cycle for each group;
- the nest gives a beat a cycle; operands of one are asked for while those of the one before are taken;
- the array takes the operands of a beat, and stands still while a column of its results is not taken;
- post-processing takes a column in as many cycles as rows share a requantiser, and stands still while atoms wait to be
  written or values for a second tensor.

Beats of a job, jobs of a group and groups of a record are alike, so their times soon repeat: they are jumped over.
"""

from collections import deque
from dataclasses import replace

from lowtide.common.records.execute import Exec, Source
from lowtide.golden.pe import KINDS
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from .blocked import Blocked
from .clock import Clock
from .columns import Column, channels
from .feeder import Feeder
from .groups import FIRST_PIXEL, Groups, group_sizes, size_period
from .post import Post
from .repetition import Repetition

__all__ = ["Execution"]

JOBS = 3  #: that the nest may be ahead of the array
WORTH = 6  #: of beats, jobs or groups that fewer than these are left of nothing is jumped over


class Execution:
    """The times of a record.

    Parameters
    ----------
    record : Exec
        One that the machine accepts.
    config : AcceleratorConfig
    blocked : Blocked, optional
        Cycles in which the feature memory serves STORE.
    jumps : bool
        Whether what repeats is jumped over, or gone through as well.
    """

    def __init__(
        self, record: Exec, config: AcceleratorConfig, blocked: Blocked | None = None, *, jumps: bool = True
    ) -> None:
        self.record, self.config, self.blocked, self.jumps = record, config, blocked, jumps
        self.array = Clock()
        self.is_vector = record.source != Source.ENGINE
        self.sizes = group_sizes(record, config.rows)
        self.post = Post(record, config, self.sizes, self.array)
        self.fed = Groups(self.sizes)
        self.beats, self.jobs, pairs = record.taps, record.out_channels, None  # of a vector source
        self.beat = self.drains = self.pause = 0
        if not self.is_vector:
            array, mode = config.array, Mode.of_word(record.mode)
            pairs = KINDS[array.kind].plane_pairs(mode, array)
            passes = 1 if pairs is None else len(pairs)
            self.beats, self.jobs = record.chunks * passes, record.tiles
            self.beat = array.cycles_per_beat(mode) // passes
            self.drains = array.latency(mode) - self.beat + 1  # from the last step of a job to its first column
            self.pause = array.pause + 1
        ready = FIRST_PIXEL + (0 if pairs is None else max(x for x, _ in pairs))
        self.feeder = Feeder(self.fed, ready, self.free if blocked or record.operand else None)
        self.accepted, self.loaded = deque([0] * JOBS, JOBS), 0
        self.begun, self.ended = 0, -config.cols  # the array's own: of the last operands, of the last job's last step
        self.ended_in = 0  # the cycle of that
        per_tile = 1 if self.is_vector else min(record.tile_columns, config.cols)
        self.per_job = 1 if self.is_vector else config.cols  # columns
        self.channels_of_job = per_tile
        self.alike = min(record.out_channels // per_tile, self.jobs) - 1  # jobs before the one with the last channel

    def run(self) -> int:
        """All cycles, from the one of its begin to that in which it has ended, both counted."""
        period, end = size_period(self.sizes) if self.jumps else (0, 0)
        repetition, group = Repetition(), 0
        while group < len(self.sizes):
            self.feeder.open(group == 0)
            self.group()
            group += 1
            if period and end - group >= WORTH // 2:
                key = (group % period, self.fed.number - self.post.written.number, *self.key(whole=True))
                group += self.jump(repetition, key, group, end, whole=True)
        return self.post.finish() + 1

    def group(self) -> None:
        """The jobs of a group of rows, or the channels of a vector source."""
        repetition, columns, job = Repetition(), 0 if self.is_vector else self.per_job, 0
        kinds = channels(self.record, columns)
        one = self.channel if self.is_vector else self.job
        while job < self.jobs:
            one([next(kinds) for _ in range(self.per_job)])
            job += 1
            if self.jumps and self.alike - job >= WORTH and self.post.is_within(self.fed.number):
                phase = job * self.channels_of_job % self.record.out_values
                jumped = self.jump(repetition, (phase, *self.key(whole=False)), job, self.alike, whole=False)
                if jumped:
                    job += jumped
                    kinds = channels(self.record, columns, first=job * self.per_job)

    # What repeats ---------------------------------------------------------------------------------------------------

    def key(self, *, whole: bool) -> tuple[object, ...]:
        """The state after a job, or after a group."""
        reference, post, array = self.feeder.begun, self.post, self.array
        own = array.stood - reference
        first = min(self.begun, array.own(self.feeder.taken[0]))
        if post.columns:
            first = min(first, post.columns[0].offered)
        found: list[object] = [
            self.feeder.key(reference),
            post.key(reference),
            tuple([(column.offered + own, column.counts, column.closes, column.ends) for column in post.columns]),
        ]
        if not self.is_vector:
            found += [
                array.key(reference, first),
                self.begun + own,
                self.ended + own,
                self.ended_in - reference,
                self.loaded - reference,
                tuple([cycle - reference for cycle in self.accepted]),
            ]
        if post.second:
            found.append(post.second.key(reference, post.met, self.feeder.begun))
        if self.blocked:
            found.append(self.blocked.phase(reference))
        if whole:
            found += [self.fed.key(reference), post.written.key(reference)]
            if post.second:
                found += [post.second.groups.number - self.fed.number, post.second.groups.key(reference)]
            if post.measured:
                found += [post.measured.number - self.fed.number, post.measured.key(reference)]
        return tuple(found)

    def jump(self, repetition: Repetition, key: tuple[object, ...], number: int, end: int, *, whole: bool) -> int:
        """Jump over jobs or groups that repeat: how many."""
        post = self.post
        stood = (self.array.stood, post.clock.stood)
        counts = (self.feeder.begun, *stood, *map(len, post.times))
        times, steps, growth = repetition.find(key, number, counts, end)
        times = self.unhindered(times, growth[0]) if times else 0
        if not times:
            return 0
        cycles, array, clock, *grown = growth
        for part, count in zip(post.times, grown, strict=True):
            part.repeat(count, cycles, times)
        groups = times * steps if whole else 0
        cycles, array, clock = times * cycles, times * array, times * clock
        own = cycles - array
        self.feeder.shift(cycles)
        self.array.shift(own, array)
        post.columns = deque([replace(column, offered=column.offered + own) for column in post.columns])
        post.shift(cycles, clock, groups)
        self.begun, self.ended = self.begun + own, self.ended + own
        self.ended_in, self.loaded = self.ended_in + cycles, self.loaded + cycles
        self.accepted = deque([cycle + cycles for cycle in self.accepted], JOBS)
        if groups:
            self.fed.shift(cycles, groups)
        repetition.seen.clear()
        return times * steps

    def unhindered(self, times: int, cycles: int) -> int:
        """How often it can be repeated before STORE reads otherwise."""
        ahead = 2 * len(self.feeder.taken)
        return self.blocked.repeats(times, cycles, self.feeder.begun, ahead) if self.blocked else times

    def free(self, cycle: int) -> int:
        """The first cycle from one on in which the feature memory serves the feeder."""
        while True:
            if self.post.second:
                self.post.advance(cycle)
                if self.post.reads_in(cycle):
                    cycle += 1
                    continue
            free = self.blocked.free(cycle) if self.blocked else cycle
            if free == cycle:
                return cycle
            cycle = free

    # Sources --------------------------------------------------------------------------------------------------------

    def job(self, kinds: list[Column]) -> None:
        """A job of the array: a tile of a group."""
        feeder, array, post, beat, cols = self.feeder, self.array, self.post, self.beat, self.config.cols
        repetition, number, beats = Repetition(), 0, self.beats
        while number < beats:
            is_last = number + 1 == beats
            counted = feeder.count(self.accepted[0] + 1 if number == 0 else 0)
            if number == 0:
                self.accepted.append(max(counted + 1, self.accepted[-1] + 1, self.loaded))
                self.loaded = max(self.accepted[-1] + 1, self.ended_in)
            arrives = feeder.fetch()
            own = self.begun + beat
            if number == 0:
                own, arrives = self.ended + self.pause, max(arrives, self.loaded + 1)
            if is_last and beat == 1:
                own = max(own, self.ended + cols)
            self.begun = self.settled(own, arrives)
            feeder.take(array.cycle(self.begun))
            number += 1
            if self.jumps and beats - number > WORTH and not post.columns and post.reads_nothing(feeder.begun):
                number += self.jump_beats(repetition, number)
        self.ended = self.settled(max(self.begun + beat - 1, self.ended + cols), 0)
        self.ended_in = array.cycle(self.ended)
        for place, column in enumerate(kinds):
            post.columns.append(replace(column, offered=self.ended + self.drains + place))

    def jump_beats(self, repetition: Repetition, number: int) -> int:
        """Jump over beats of a job that repeat, while no column is on its way: how many."""
        reference = self.feeder.begun
        key: tuple[object, ...] = (self.begun + self.array.stood - reference, self.feeder.key(reference))
        if self.blocked:
            key = (*key, self.blocked.phase(reference))
        times, steps, growth = repetition.find(key, number, (reference,), self.beats - 1)
        times = self.unhindered(times, growth[0]) if times else 0
        if times:
            self.feeder.shift(times * growth[0])
            self.begun += times * growth[0]
            repetition.seen.clear()
        return times * steps

    def settled(self, own: int, cycle: int) -> int:
        """The array's own cycle that is ``own`` or later, and not before ``cycle``; columns that are offered up to then
        are taken, and freeze the array where they wait."""
        post, array = self.post, self.array
        found = max(own, array.own(cycle))
        while post.columns and post.columns[0].offered <= found:
            post.take()
            found = max(own, array.own(cycle))
        return found

    def channel(self, kinds: list[Column]) -> None:
        """A channel of the vector source: a beat for each tap."""
        feeder, post = self.feeder, self.post
        repetition, number = Repetition(), 0
        while number < self.beats:
            feeder.count(0)
            taken = max(self.begun, feeder.fetch())
            feeder.take(taken)
            self.begun = taken + 1
            number += 1
            if self.jumps and self.beats - number > WORTH and post.reads_nothing(feeder.begun):
                number += self.jump_beats(repetition, number)
        post.columns.append(replace(kinds[0], offered=self.begun))
        self.begun = post.take()
