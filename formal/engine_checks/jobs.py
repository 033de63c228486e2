"""Jobs for the engine checks: random operands in a mode, and what golden says of them."""

from dataclasses import dataclass

import numpy as np

from lowtide import golden
from lowtide.hw.mode.word import Mode
from lowtide.sim.packing import weight_rows

from .operand_pairs import stored
from .words import beats, job_word

__all__ = ["Job", "Sequence", "random_job", "sequence"]


@dataclass(frozen=True)
class Job:
    """One tile of the array's size: x [rows, K], w [K, cols] (in a diagonal mode [chunks, cols]), integers or codes;
    exponents of chunks [rows, chunks], [chunks, cols]; codebook: the integers that codes stand for."""

    mode: Mode
    x: np.ndarray
    w: np.ndarray
    x_exponents: np.ndarray | None = None
    w_exponents: np.ndarray | None = None
    codebook: np.ndarray | None = None

    def word(self, config) -> int:
        """Payload of the ``job`` stream."""
        k, values = self.x.shape[1], config.values_per_beat(self.mode)
        return job_word(self.mode.word(), -(-k // values), (k - 1) % values + 1)

    def cycles(self, config) -> int:
        """Cycles of the job alone, as golden states them."""
        return golden.job_cycles(self.x.shape[1], self.mode, config)

    def columns(self, config) -> np.ndarray:
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

    def payloads(self, config, side: str, rng) -> np.ndarray:
        """Payloads of the ``x`` or ``w`` stream, uint32 [beats, words]."""
        if side == "x":
            return beats(self.x, "x", config, self.mode, rng, self.x_exponents)
        exponents = None if self.w_exponents is None else self.w_exponents.T
        return beats(self.w.T, "w", config, self.mode, rng, exponents)


@dataclass(frozen=True)
class Sequence:
    """Jobs one after the other as payloads and results: jobs uint64 [n], x, w uint32 [beats + 2, words], of which the
    last two must never be taken; y int64 [n cols, rows]; beats: of all jobs; lengths: cycles of each alone; starts:
    the beat at which each job begins."""

    jobs: np.ndarray
    x: np.ndarray
    w: np.ndarray
    y: np.ndarray
    beats: int
    lengths: list
    starts: np.ndarray


def random_job(config, rng, mode: Mode, k: int, books=None) -> Job:
    """A job with operands over the whole range of the mode. books: uint [2, entries], words of both codebooks."""
    x = stored(rng, (config.rows, k), mode, "x")
    w = stored(rng, (weight_rows(k, config, mode), config.cols), mode, "w")
    codebook = None if books is None else integers_of(books, mode)
    return Job(mode, x, w, *random_exponents(config, rng, mode, k), codebook=codebook)


def random_exponents(config, rng, mode: Mode, k: int) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Exponents over their whole range for x [rows, chunks] and w [chunks, cols]; None where a side has none."""
    chunks = -(-k // config.values_per_beat(mode))
    shapes = {"x": (config.rows, chunks), "w": (chunks, config.cols)}
    x, w = (
        rng.integers(1 << config.exponent_bits, size=shapes[side]) if mode.has_exponents(side) else None
        for side in "xw"
    )
    return x, w


def integers_of(books, mode: Mode) -> np.ndarray | None:
    """The integers that a mode decodes its codes with: the lowest ``w_bits`` of each word of its book."""
    if not (entries := mode.storage("w").entries):
        return None
    words = np.asarray(books[mode.codebook])[:entries] & (1 << mode.w_bits) - 1
    return words - (words >> mode.w_bits - 1 << mode.w_bits if mode.w_signed else 0)


def sequence(config, jobs: list[Job], rng) -> Sequence:
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
