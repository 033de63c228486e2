"""Random jobs for a configuration: modes, operands, exponents, codebooks; and what golden says that they compute.

A :class:`Run` is what goes through an engine without a pause: codebooks, and then some jobs, each in a mode of its own.
"""

import functools
import random
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lowtide import golden
from lowtide.common.ranges import operand_range
from lowtide.hw.array.decoder import book_size, entry_layout, table_bits
from lowtide.hw.config.array_config import CHUNK_BITS, TAIL_BITS, ArrayConfig
from lowtide.hw.mode.formats import stored_range
from lowtide.hw.mode.word import BY_NAME, FIELDS, WORD_BITS, Mode
from lowtide.sim.engine.packing import chunks_of, job_words, tail_of, w_words, weight_rows, x_words

from ...engine_checks.operand_pairs import stored

__all__ = ["Job", "Run", "random_mode", "random_run", "random_words"]

MOST_CYCLES = 2000  #: of a job
MOST_BITS = 400_000  #: of the operands of a job, in its streams
TRIES = 20


@dataclass
class Job:
    """One tile.

    Parameters
    ----------
    mode : Mode
    x : ndarray of int64 [rows or fewer, K]
    w : ndarray of int64 [K, cols or fewer]
        In a diagonal mode [chunks, cols or fewer].
    codebook : ndarray of int64 [entries] or None
        The integers of a codebook format.
    x_exponents : ndarray of int64 [rows or fewer, chunks] or None
    w_exponents : ndarray of int64 [chunks, cols or fewer] or None
    """

    mode: Mode
    x: NDArray[np.int64]
    w: NDArray[np.int64]
    codebook: NDArray[np.int64] | None = None
    x_exponents: NDArray[np.int64] | None = None
    w_exponents: NDArray[np.int64] | None = None

    def label(self) -> str:
        """The job in a few words."""
        return f"{self.mode.label()}, {self.x.shape[0]} x {self.x.shape[1]} x {self.w.shape[1]}"


@dataclass
class Run:
    """Codebooks (words of the ``codebook`` stream) and jobs."""

    config: ArrayConfig
    entries: list[int] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    def words(self, seed: int) -> dict[str, list[int]]:
        """What goes over each stream into the engine; whatever the engine must ignore is random."""
        garbage, config = random.Random(seed), self.config
        found: dict[str, list[int]] = {"codebook": self.entries, "job": [], "x": [], "w": []}
        for job in self.jobs:
            k = job.x.shape[1]
            found["job"].append(job_words(job.mode, chunks_of(k, config, job.mode), tail_of(k, config, job.mode)))
            found["x"] += x_words(job.x, config, job.mode, exponents=job.x_exponents, rng=garbage)
            found["w"] += w_words(job.w, config, job.mode, exponents=job.w_exponents, rng=garbage)
        return found

    def expected(self) -> list[NDArray[np.int64]]:
        """What golden computes of each job, int64 [rows or fewer, cols or fewer]."""
        return [
            golden.gemm(
                job.x,
                job.w,
                job.mode,
                self.config,
                codebook=job.codebook,
                x_exponents=job.x_exponents,
                w_exponents=job.w_exponents,
            ).y
            for job in self.jobs
        ]

    def cycles(self) -> int:
        """Cycles of the jobs where operands are always offered and results always taken, as golden states them."""
        each = [golden.job_cycles(job.x.shape[1], job.mode, self.config) for job in self.jobs]
        return golden.sequence_cycles(each, self.config)


def random_mode(config: ArrayConfig, rng: np.random.Generator) -> Mode:
    """A mode that the configuration accepts: one of its documented ones, some fields of it changed, or one of fields
    that are all drawn by themselves."""
    supported, documented = config.pe.supported(config), _documented(config)
    for _ in range(TRIES):
        mode = documented[rng.integers(len(documented))]
        names = list(BY_NAME)
        changed = names if rng.random() < 0.4 else rng.choice(names, rng.integers(4), replace=False)
        values = {name: supported[name][int(rng.integers(len(supported[name])))] for name in changed}
        mode = mode.change(**{name: BY_NAME[name].value(number) for name, number in values.items()})
        try:
            config.check_mode(mode)
        except ValueError:
            continue
        return mode
    return documented[rng.integers(len(documented))]


@functools.lru_cache(maxsize=4)
def _documented(config: ArrayConfig) -> list[Mode]:
    return config.modes()


def random_words(config: ArrayConfig, rng: np.random.Generator, count: int) -> list[int]:
    """Words of the ``job`` stream: any bits, or accepted modes of which one field has any value."""
    found = []
    for _ in range(count):
        word = random_mode(config, rng).word()
        choice = rng.random()
        if choice < 0.2:
            word = int(rng.integers(1 << WORD_BITS))
        elif choice < 0.8:
            field = FIELDS[rng.integers(len(FIELDS))]
            word = field.put(word, field.bias + int(rng.integers(1 << field.bits)))
        chunks = int(
            rng.choice(np.array([0, 1, (1 << CHUNK_BITS) - 1, rng.integers(1 << CHUNK_BITS)]), p=[0.1, 0.6, 0.1, 0.2])
        )
        tail = int(rng.choice(np.array([0, rng.integers(1 << TAIL_BITS)]), p=[0.6, 0.4]))
        found.append(word | chunks << WORD_BITS | tail << WORD_BITS + CHUNK_BITS)
    return found


def random_run(config: ArrayConfig, rng: np.random.Generator, count: int) -> Run:
    """A run of so many jobs or, where two would need different integers in one codebook, of fewer."""
    run = Run(config)
    books: dict[int, NDArray[np.int64]] = {}
    for _ in range(count):
        mode, table = random_mode(config, rng), None
        if entries := mode.storage("w").entries:
            least, most = operand_range(mode.w_bits, mode.w_signed)
            book = books.setdefault(mode.codebook, rng.integers(least, most + 1, book_size(config)))
            table = book[:entries]
            if table.min() < least or table.max() > most:
                continue
        run.jobs.append(_random_job(config, rng, mode, table))
    if table_bits(config):
        layout, mask = entry_layout(config), (1 << config.w_width) - 1
        run.entries = [
            layout.const({"value": int(value) & mask, "place": place, "book": number}).as_value().value
            for number, book in books.items()
            for place, value in enumerate(book)
        ]
    return run


def _random_job(config: ArrayConfig, rng: np.random.Generator, mode: Mode, table: NDArray[np.int64] | None) -> Job:
    values, cycles = config.values_per_beat(mode), config.cycles_per_beat(mode)
    beat = len(config.pe.passes(config, mode)) * max(
        config.rows * config.payload_bits("x"), config.cols * config.payload_bits("w")
    )
    most = max(1, min(MOST_CYCLES // cycles, MOST_BITS // beat))
    chunks = min(most, int(rng.choice(np.array([1, 2, 3, rng.integers(1, 12), rng.integers(1, 100)]))))
    k = chunks * values - int(rng.integers(values))
    job = Job(
        mode,
        _operand(rng, (_lines(rng, config.rows), k), mode, "x"),
        _operand(rng, (weight_rows(k, config, mode), _lines(rng, config.cols)), mode, "w"),
        table,
    )
    if mode.has_exponents("x"):
        top = 1 << int(rng.integers(config.exponent_bits + 1))  # small ones keep more of the sum
        job.x_exponents = rng.integers(top, size=(job.x.shape[0], chunks))
    if mode.has_exponents("w"):
        top = 1 << int(rng.integers(config.exponent_bits + 1))
        job.w_exponents = rng.integers(top, size=(chunks, job.w.shape[1]))
    return job


def _lines(rng: np.random.Generator, most: int) -> int:
    """Rows or columns of a tile: all of them as a rule."""
    return most if rng.random() < 0.7 else int(rng.integers(1, most + 1))


def _operand(rng: np.random.Generator, shape: tuple[int, int], mode: Mode, side: str) -> NDArray[np.int64]:
    """Random operands as they are stored, or all of them the least or the largest."""
    least, most = stored_range(mode, side)
    choice = rng.random()
    if choice < 0.2:
        return np.full(shape, least if choice < 0.1 else most)
    return stored(rng, shape, mode, side)
