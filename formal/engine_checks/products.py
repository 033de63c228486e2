"""Checks of values and cycles: modes in turn, lengths, short jobs, stalls, operands at their limits, long jobs."""

import numpy as np

from lowtide.golden.checks import value_range
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.storage_formats import PLAIN
from lowtide.sim.engine.packing import weight_rows
from lowtide.sim.engine.player import Stalls

from .codebooks import load
from .jobs import Job, random_exponents, random_job
from .modes import random_modes
from .operand_pairs import operand
from .playing import STALLS, books_of, played, some_chunks
from .step import Check

__all__ = ["corners", "lengths", "longest", "modes_in_turn", "short_jobs", "stalled"]


def modes_in_turn(name: str, config: ArrayConfig, seed: int, *, count: int, rounds: int = 1) -> Check:
    """Random modes one after the other, with codebooks of random contents and then their complements; values, cycles
    and the spacing of beats; in the second round with stalls."""
    rng, steps = np.random.default_rng(seed), []
    books = books_of(config, rng)
    for stalls in STALLS[:rounds]:
        for flipped in (0, (1 << config.w_width) - 1) if books is not None else (0,):
            now = books ^ flipped if books is not None else None
            steps += load(config, now, rng)
            jobs = []
            for mode in random_modes(config, rng, count):
                least = -(-max(config.rows, config.cols) // config.cycles_per_beat(mode)) - 1
                k = some_chunks(config, rng, mode) + least * config.values_per_beat(mode)
                jobs.append(random_job(config, rng, mode, k, now))
            steps.append(played(config, jobs, rng, stalls=stalls, seed=seed, spacing=config.result_buffer))
    return Check(name, steps)


def lengths(config: ArrayConfig, seed: int) -> Check:
    """Every length up to a little more than two chunks, in a mode of the largest chunk and in others."""
    rng, steps = np.random.default_rng(seed), []
    books = books_of(config, rng)
    steps += load(config, books, rng)
    for mode in [max(config.modes(), key=config.values_per_beat), *random_modes(config, rng, 2)]:
        ks = range(1, 2 * config.values_per_beat(mode) + 3)
        steps.append(played(config, [random_job(config, rng, mode, k, books) for k in ks], rng))
    return Check("every length", steps)


def short_jobs(config: ArrayConfig, seed: int, *, count: int) -> Check:
    """Jobs of one chunk, which wait for the columns of the job before, and jobs of equal modes."""
    rng = np.random.default_rng(seed)
    books = books_of(config, rng)
    jobs = [
        random_job(config, rng, mode, some_chunks(config, rng, mode, 1 + number % 2), books)
        for number, mode in enumerate(sorted(random_modes(config, rng, count), key=config.cycles_per_beat))
    ]
    steps = load(config, books, rng)
    return Check(
        "short jobs",
        [*steps, played(config, jobs, rng), played(config, jobs[::-1], rng, stalls=Stalls(y=0.5), seed=seed)],
    )


def stalled(config: ArrayConfig, seed: int, *, count: int) -> Check:
    """Every stream stalled at several rates, alone and together."""
    rng, steps = np.random.default_rng(seed), []
    books = books_of(config, rng)
    steps += load(config, books, rng)
    for number, stalls in enumerate(STALLS[1:]):
        jobs = [
            random_job(config, rng, mode, some_chunks(config, rng, mode, 4), books)
            for mode in random_modes(config, rng, count)
        ]
        steps.append(played(config, jobs, rng, stalls=stalls, seed=seed + number))
    return Check("stalls", steps)


def corners(config: ArrayConfig, seed: int, *, count: int) -> Check:
    """Operands at the corners of their range: all the least, the largest, 0, 1, and those with most terms."""
    rng, jobs = np.random.default_rng(seed), []
    for mode in random_modes(config, rng, 8 * count):
        if not is_plain(mode):
            continue
        k, sides = some_chunks(config, rng, mode), []
        for side, shape in (("x", (config.rows, k)), ("w", (config.cols, weight_rows(k, config, mode)))):
            bits, is_signed = getattr(mode, f"{side}_bits"), getattr(mode, f"{side}_signed")
            least, most = value_range(bits, is_signed)
            values = np.array([least, most, most // 3, most - most // 3, max(least, -1), 0, min(1, most)])
            chosen = rng.choice(values, shape) if rng.random() < 0.5 else np.full(shape, rng.choice(values))
            sides.append(np.where(rng.random(shape) < 0.1, operand(rng, shape, bits, is_signed), chosen))
        jobs.append(Job(mode, sides[0], sides[1].T, *random_exponents(config, rng, mode, k)))
    return Check("corners", [played(config, jobs, rng)])


def longest(config: ArrayConfig, seed: int) -> Check:
    """Jobs of 65,535 chunks, the most that a job can have, and of half of them, in the fastest modes; sums go through
    the whole accumulator and wrap."""
    rng, steps = np.random.default_rng(seed), []
    fast = min(config.modes(), key=lambda mode: (config.cycles_per_beat(mode), -config.values_per_beat(mode)))
    several = [mode for mode in config.modes() if len(config.pe.passes(config, mode)) > 1]
    modes = [fast] + ([min(several, key=config.cycles_per_beat)] if several else [])
    for mode, chunks in [*((mode, (1 << 16) - 1) for mode in modes), (fast, 1 << 15)]:
        k = chunks * config.values_per_beat(mode)
        job = random_job(config, rng, mode, k)
        if is_plain(mode):
            job = Job(mode, np.abs(job.x), np.maximum(job.w, 0), job.x_exponents, job.w_exponents)
            job = Job(
                mode,
                np.minimum(job.x, value_range(mode.x_bits, mode.x_signed)[1]),
                job.w,
                job.x_exponents,
                job.w_exponents,
            )
        steps.append(played(config, [job], rng))
    return Check("65,535 chunks", steps)


def is_plain(mode: Mode) -> bool:
    """Whether both operands are stored as the integers that they are."""
    return mode.storage("x") == mode.storage("w") == PLAIN
