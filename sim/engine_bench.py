"""cocotb drivers for an engine: sources for ``job``, ``x`` and ``w``, a sink for ``y``, each stalled at random.

A bench makes an :class:`EngineBench`, offers :class:`Job` after job and awaits their results. What went over the
streams is recorded as the bench saw it on the pins, cycle by cycle.
"""

import random
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from cocotb.clock import Clock
from cocotb.triggers import ReadOnly, RisingEdge

from lowtide.hw.array.decoder import entry_layout, table_bits

from .packing import chunks_of, job_words, tail_of, unpack, w_words, x_words

__all__ = ["EngineBench", "Job", "Sink", "Source"]


@dataclass
class Job:
    """One tile: ``x`` [rows or fewer, K], ``w`` [K, cols or fewer] and their mode; exponents of block floating point,
    x_exponents [rows or fewer, chunks], w_exponents [chunks, cols or fewer]."""

    x: np.ndarray
    w: np.ndarray
    mode: object
    x_exponents: np.ndarray | None = None
    w_exponents: np.ndarray | None = None


@dataclass
class Source:
    """Drives a stream. Once offered, an item stays until it is taken; between items it stalls at random."""

    dut: object
    name: str
    stall: float
    random: random.Random
    items: deque = field(default_factory=deque)
    taken: list = field(default_factory=list)  # the cycles of the transfers

    def __post_init__(self):
        self.valid, self.data, self.ready = (
            getattr(self.dut, f"{self.name}_{pin}") for pin in ("valid", "data", "ready")
        )
        self.offered = False
        self.valid.value = 0

    def drive(self):
        if not self.offered and self.items and self.random.random() >= self.stall:
            self.offered = True
            self.data.value = self.items[0]
            self.valid.value = 1

    def sample(self, cycle):
        if self.offered and int(self.ready.value):
            self.taken.append(cycle)
            self.items.popleft()
            self.offered = False

    def release(self):
        if not self.offered:
            self.valid.value = 0


@dataclass
class Sink:
    """Takes a stream, ready at random, and checks that an item waits unchanged until it is taken."""

    dut: object
    name: str
    stall: float
    random: random.Random
    got: list = field(default_factory=list)  # cycle and item of each transfer

    def __post_init__(self):
        self.valid, self.data, self.ready = (
            getattr(self.dut, f"{self.name}_{pin}") for pin in ("valid", "data", "ready")
        )
        self.is_ready, self.waiting = False, None
        self.ready.value = 0

    def drive(self):
        self.is_ready = self.random.random() >= self.stall
        self.ready.value = self.is_ready

    def sample(self, cycle):
        valid = int(self.valid.value)
        item = int(self.data.value) if valid else None
        if self.waiting is not None:
            assert item == self.waiting, f"{self.name} changed before it was taken, in cycle {cycle}"
        if valid and self.is_ready:
            self.got.append((cycle, item))
        self.waiting = item if valid and not self.is_ready else None


class EngineBench:
    """A clocked engine. ``stalls``: probability of a stall in a cycle, for job, x, w and y."""

    def __init__(self, dut, config, *, seed, stalls=(0.0, 0.0, 0.0, 0.0)):
        self.dut, self.config, self.cycle = dut, config, 0
        chance = random.Random(seed)
        self.garbage = random.Random(seed + 1)
        self.job, self.x, self.w = (
            Source(dut, name, stall, chance) for name, stall in zip(("job", "x", "w"), stalls[:3], strict=True)
        )
        self.y = Sink(dut, "y", stalls[3], chance)
        self.sources = [self.job, self.x, self.w]
        if table_bits(config):
            self.codebook = Source(dut, "codebook", 0.0, chance)
            self.sources.append(self.codebook)
        self.streams = (*self.sources, self.y)

    async def start(self):
        """Start the clock and reset."""
        self.dut.clear.value = 0
        self.dut.rst.value = 1
        Clock(self.dut.clk, 2, unit="ns").start(start_high=False)
        for _ in range(4):
            await RisingEdge(self.dut.clk)
        self.dut.rst.value = 0

    async def step(self):
        """One clock cycle."""
        for stream in self.streams:
            stream.drive()
        await ReadOnly()
        for stream in self.streams:
            stream.sample(self.cycle)
        await RisingEdge(self.dut.clk)
        for source in self.sources:
            source.release()
        self.cycle += 1

    async def reset(self):
        """Reset in the middle of whatever runs; what was offered and not taken is dropped."""
        self.dut.rst.value = 1
        for source in self.sources:
            source.items.clear()
            source.offered = False
            source.valid.value = 0
        self.y.waiting = None
        self.dut.y_ready.value = 0
        await RisingEdge(self.dut.clk)
        await RisingEdge(self.dut.clk)
        self.dut.rst.value = 0

    async def load_codebook(self, words, book):
        """Load a codebook: raw words of ``w_width`` bits."""
        layout = entry_layout(self.config)
        self.codebook.items += [
            layout.const({"value": int(word), "place": place, "book": book}).as_value().value
            for place, word in enumerate(words)
        ]
        while self.codebook.items:
            await self.step()

    def offer(self, job):
        """Queue a job and its operands. Whatever the engine must ignore is random."""
        config, mode, k = self.config, job.mode, job.x.shape[1]
        self.job.items.append(job_words(mode, chunks_of(k, config, mode), tail_of(k, config, mode)))
        self.x.items += x_words(job.x, config, mode, exponents=job.x_exponents, rng=self.garbage)
        self.w.items += w_words(job.w, config, mode, exponents=job.w_exponents, rng=self.garbage)

    async def run(self, jobs, *, patience=2000):
        """Run jobs to their last result. Returns a list of int64 [rows, cols], one a job."""
        before = len(self.y.got)
        for job in jobs:
            self.offer(job)
        expected, quiet = len(jobs) * self.config.cols, 0
        while len(self.y.got) < before + expected:
            progress = sum(len(source.taken) for source in (self.job, self.x, self.w)) + len(self.y.got)
            await self.step()
            after = sum(len(source.taken) for source in (self.job, self.x, self.w)) + len(self.y.got)
            quiet = 0 if after != progress else quiet + 1
            assert quiet < patience, f"no progress for {patience} cycles, {len(self.y.got) - before} columns came"
        return self.results(before, len(jobs))

    def results(self, start, count):
        """The results of ``count`` jobs, from the columns received since number ``start``; checks ``last``."""
        config, found = self.config, []
        columns = self.y.got[start:]
        for job in range(count):
            matrix = np.empty((config.rows, config.cols), np.int64)
            for column in range(config.cols):
                word = columns[job * config.cols + column][1]
                matrix[:, column] = unpack(word, config.acc_width, config.rows)
                last = word >> config.rows * config.acc_width
                assert last == (column == config.cols - 1), f"y.last is {last} in column {column}"
            found.append(matrix)
        return found
