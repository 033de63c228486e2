"""cocotb drivers for an engine: sources for ``job``, ``x`` and ``w``, a sink for ``y``, each stalled at random.

A bench makes an :class:`EngineBench`, offers :class:`Job` after job and awaits their results. What went over the
streams is recorded as the bench saw it on the pins, cycle by cycle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from cocotb.clock import Clock
from cocotb.handle import HierarchyObject
from cocotb.triggers import ReadOnly, RisingEdge
from numpy.typing import NDArray

from lowtide.hw.array.decoder import entry_layout, table_bits
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.mode.word import Mode

from ..engine.packing import chunks_of, job_words, tail_of, unpack, w_words, x_words
from .streams import Sink, Source, pin

__all__ = ["EngineBench", "Job"]


@dataclass
class Job:
    """One tile.

    Parameters
    ----------
    x : ndarray of int [rows or fewer, K]
    w : ndarray of int [K, cols or fewer]
        In a diagonal mode [chunks, cols or fewer].
    mode : Mode
    x_exponents : ndarray of int [rows or fewer, chunks], optional
        In block floating point.
    w_exponents : ndarray of int [chunks, cols or fewer], optional
    """

    x: NDArray[np.integer]
    w: NDArray[np.integer]
    mode: Mode
    x_exponents: NDArray[np.integer] | None = None
    w_exponents: NDArray[np.integer] | None = None


class EngineBench:
    """A clocked engine.

    Parameters
    ----------
    dut : HierarchyObject
        The engine.
    config : ArrayConfig
    seed : int
        Of the stalls, and of what the engine must ignore.
    stalls : tuple of four float
        Chances of a stall in a cycle, for job, x, w and y.
    """

    def __init__(
        self,
        dut: HierarchyObject,
        config: ArrayConfig,
        *,
        seed: int,
        stalls: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
    ) -> None:
        self.dut, self.config, self.cycle = dut, config, 0
        self.clk, self.rst, self.clear, self.y_ready = (pin(dut, name) for name in ("clk", "rst", "clear", "y_ready"))
        chance = Random(seed)
        self.garbage = Random(seed + 1)
        self.job, self.x, self.w = (
            Source(dut, name, stall, chance) for name, stall in zip(("job", "x", "w"), stalls[:3], strict=True)
        )
        self.y = Sink(dut, "y", stalls[3], chance)
        self.sources = [self.job, self.x, self.w]
        if table_bits(config):
            self.codebook = Source(dut, "codebook", 0.0, chance)
            self.sources.append(self.codebook)
        self.streams: tuple[Source | Sink, ...] = (*self.sources, self.y)

    async def start(self) -> None:
        """Start the clock and reset."""
        self.clear.value = 0
        self.rst.value = 1
        Clock(self.clk, 2, unit="ns").start(start_high=False)
        for _ in range(4):
            await RisingEdge(self.clk)
        self.rst.value = 0

    async def step(self) -> None:
        """One clock cycle."""
        for stream in self.streams:
            stream.drive()
        await ReadOnly()
        for stream in self.streams:
            stream.sample(self.cycle)
        await RisingEdge(self.clk)
        for source in self.sources:
            source.release()
        self.cycle += 1

    async def reset(self) -> None:
        """Reset in the middle of whatever runs; what was offered and not taken is dropped."""
        self.rst.value = 1
        for source in self.sources:
            source.items.clear()
            source.offered = False
            source.valid.value = 0
        self.y.waiting = None
        self.y_ready.value = 0
        await RisingEdge(self.clk)
        await RisingEdge(self.clk)
        self.rst.value = 0

    async def load_codebook(self, words: Sequence[int], book: int) -> None:
        """Load a codebook: raw words of ``w_width`` bits."""
        layout = entry_layout(self.config)
        self.codebook.items += [
            layout.const({"value": int(word), "place": place, "book": book}).as_value().value
            for place, word in enumerate(words)
        ]
        while self.codebook.items:
            await self.step()

    def offer(self, job: Job) -> None:
        """Queue a job and its operands. Whatever the engine must ignore is random."""
        config, mode, k = self.config, job.mode, job.x.shape[1]
        self.job.items.append(job_words(mode, chunks_of(k, config, mode), tail_of(k, config, mode)))
        self.x.items += x_words(job.x, config, mode, exponents=job.x_exponents, rng=self.garbage)
        self.w.items += w_words(job.w, config, mode, exponents=job.w_exponents, rng=self.garbage)

    async def run(self, jobs: Sequence[Job], *, patience: int = 2000) -> list[NDArray[np.int64]]:
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

    def results(self, start: int, count: int) -> list[NDArray[np.int64]]:
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
