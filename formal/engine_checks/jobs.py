"""Jobs for the engine checks: random operands in a mode, and what golden says of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide import golden
from lowtide.hw import ArrayConfig
from lowtide.hw.mode.word import Mode
from lowtide.sim.engine.packing import weight_rows

from .operand_pairs import stored
from .words import beats, job_word

__all__ = ["Job", "Sequence", "random_job", "sequence"]


@dataclass(frozen=True)
class Job:
    """One tile of the array's size.

    Parameters
    ----------
    mode : Mode
    x : ndarray of int [rows, K]
        Integers or codes.
    w : ndarray of int [K, cols]
        Integers or codes; in a diagonal mode [chunks, cols].
    x_exponents : ndarray of int [rows, chunks] or None
    w_exponents : ndarray of int [chunks, cols] or None
    codebook : ndarray of int or None
        The integers that codes stand for.
    """

    mode: Mode
    x: NDArray[np.integer]
    w: NDArray[np.integer]
    x_exponents: NDArray[np.integer] | None = None
    w_exponents: NDArray[np.integer] | None = None
    codebook: NDArray[np.integer] | None = None

    def word(self, config: ArrayConfig) -> int:
        """Payload of the ``job`` stream."""
        k, values = self.x.shape[1], config.values_per_beat(self.mode)
        return job_word(self.mode.word(), -(-k // values), (k - 1) % values + 1)

    def cycles(self, config: ArrayConfig) -> int:
        """Cycles of the job alone, as golden states them."""
        return golden.job_cycles(self.x.shape[1], self.mode, config)

    def columns(self, config: ArrayConfig) -> NDArray[np.int64]:
        """The results that golden states in the order of ``y``, int64 [cols, rows]."""
        return golden.gemm(
            self.x,
            self.w,
            self.mode,
            config,
            codebook=self.codebook,
            x_exponents=self.x_exponents,
            w_exponents=self.w_exponents,
        ).y.T

    def payloads(self, config: ArrayConfig, side: str, rng: np.random.Generator) -> NDArray[np.uint32]:
        """Payloads of the ``x`` or ``w`` stream, uint32 [beats, words]."""
        if side == "x":
            return beats(self.x, "x", config, self.mode, rng, self.x_exponents)
        exponents = None if self.w_exponents is None else self.w_exponents.T
        return beats(self.w.T, "w", config, self.mode, rng, exponents)


@dataclass(frozen=True)
class Sequence:
    """Jobs one after the other as payloads and results.

    Parameters
    ----------
    jobs : ndarray of uint64 [n]
    x, w : ndarray of uint32 [beats + 2, words]
        Of which the last two beats must never be taken.
    y : ndarray of int64 [n cols, rows]
    beats : int
        Of all jobs.
    lengths : list of int
        Cycles of each job alone.
    starts : ndarray of int64 [n]
        The beat at which each job begins.
    """

    jobs: NDArray[np.uint64]
    x: NDArray[np.uint32]
    w: NDArray[np.uint32]
    y: NDArray[np.int64]
    beats: int
    lengths: list[int]
    starts: NDArray[np.int64]


def random_job(
    config: ArrayConfig, rng: np.random.Generator, mode: Mode, k: int, books: NDArray[np.integer] | None = None
) -> Job:
    """A job of reduction length ``k`` with operands over the whole range of the mode.

    Parameters
    ----------
    books : ndarray of int [2, entries] or None
        Words of both codebooks.
    """
    x = stored(rng, (config.rows, k), mode, "x")
    w = stored(rng, (weight_rows(k, config, mode), config.cols), mode, "w")
    codebook = None if books is None else integers_of(books, mode)
    return Job(mode, x, w, *random_exponents(config, rng, mode, k), codebook=codebook)


def random_exponents(
    config: ArrayConfig, rng: np.random.Generator, mode: Mode, k: int
) -> tuple[NDArray[np.int64] | None, NDArray[np.int64] | None]:
    """Exponents over their whole range for x [rows, chunks] and w [chunks, cols]; None where a side has none."""
    chunks = -(-k // config.values_per_beat(mode))
    shapes = {"x": (config.rows, chunks), "w": (chunks, config.cols)}
    x, w = (
        rng.integers(1 << config.exponent_bits, size=shapes[side]) if mode.has_exponents(side) else None
        for side in "xw"
    )
    return x, w


def integers_of(books: NDArray[np.integer], mode: Mode) -> NDArray[np.integer] | None:
    """The integers that a mode decodes its codes with: the lowest ``w_bits`` of each word of its book."""
    if not (entries := mode.storage("w").entries):
        return None
    words = np.asarray(books[mode.codebook])[:entries] & (1 << mode.w_bits) - 1
    return words - (words >> mode.w_bits - 1 << mode.w_bits if mode.w_signed else 0)


def sequence(config: ArrayConfig, jobs: list[Job], rng: np.random.Generator) -> Sequence:
    """The jobs as payloads; whatever the engine must ignore is random."""
    xs, ws = ([job.payloads(config, side, rng) for job in jobs] for side in "xw")
    counts = [len(part) for part in xs]
    beyond = [rng.integers(1 << 32, size=(2, parts[0].shape[1]), dtype=np.uint32) for parts in (xs, ws)]
    return Sequence(
        jobs=np.array([job.word(config) for job in jobs], np.uint64),
        x=np.concatenate([*xs, beyond[0]]),
        w=np.concatenate([*ws, beyond[1]]),
        y=np.concatenate([job.columns(config) for job in jobs]),
        beats=sum(counts),
        lengths=[job.cycles(config) for job in jobs],
        starts=np.cumsum([0, *counts[:-1]]),
    )
