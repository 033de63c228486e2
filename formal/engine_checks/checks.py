"""The checks that every engine must pass, of any kind and size: values, cycles, refusals, stalls, reset, codebooks.

Everything is stated by golden and by the definitions of the mode word; nothing is compared with what hardware did. The
list is in order of what finds most in the shortest time, so that a defect is found early.
"""

import functools

import numpy as np

from lowtide import golden
from lowtide.golden.checks import value_range
from lowtide.hw.array.decoder import book_size, table_bits
from lowtide.hw.mode.reasons import Reason
from lowtide.hw.mode.word import Mode
from lowtide.hw.storage_formats import PLAIN
from lowtide.sim.player import Script, Stalls

from .codebooks import codebook_checks, load
from .jobs import Job, random_job, sequence
from .losses import loss_checks
from .modes import illegal_words, needs_narrow_book, random_mode, random_modes, reason_of
from .operand_pairs import operand
from .step import Check, Step
from .words import job_word

__all__ = ["engine_checks"]

STALLS = (
    Stalls(),
    Stalls(0.3, 0.3, 0.3, 0.3, 0.3),
    Stalls(x=0.8),
    Stalls(w=0.8),
    Stalls(y=0.9),
    Stalls(job=0.9, y=0.3),
    Stalls(job=0.6, x=0.5, w=0.2, y=0.5),
    Stalls(y=0.97),
)


@functools.cache
def engine_checks(config, seed: int = 1, *, thorough: bool = True) -> list[Check]:
    """The checks of a configuration. thorough: more jobs, and one of 65,535 chunks."""
    amount = 4 if thorough else 1
    checks = [
        modes_in_turn("modes one after the other", config, seed, count=24),
        refusals(config, seed, count=4 * amount),
        resets(config, seed),
        resets_on_the_way(config, seed),
        *loss_checks(config, seed, count=12 * amount),
        lengths(config, seed),
        short_jobs(config, seed, count=20 * amount),
        stalled(config, seed, count=4 * amount),
        corners(config, seed, count=3 * amount),
        *codebook_checks(config, seed),
        modes_in_turn("many modes one after the other", config, seed + 1, count=75 * amount, rounds=2),
    ]
    return checks + ([longest(config, seed)] if thorough else [])


def books_of(config, rng):
    """Two random codebooks, words of ``w_width`` bits, None where the configuration has none."""
    return rng.integers(1 << config.w_width, size=(2, book_size(config))) if table_bits(config) else None


def played(config, jobs, rng, *, begin="clear", stalls=STALLS[0], seed=1, spacing=False, loads=(), **options):
    """A step of jobs one after the other. Without stalls, cycles are compared, and where ``spacing``, those between one
    beat and the next."""
    found = sequence(config, jobs, rng)
    still = stalls == STALLS[0]
    gaps = None
    if spacing and still:
        each = np.concatenate(
            [
                np.full(beats, length // beats)
                for beats, length in zip(np.diff([*found.starts, found.beats]), found.lengths, strict=True)
            ]
        )
        gaps = each[:-1]
    return Step(
        Script(found.jobs, found.x, found.w, columns=len(found.y), stalls=stalls, seed=seed, **options),
        begin=begin,
        y=found.y,
        cols=config.cols,
        beats=found.beats,
        gaps=gaps,
        cycles=golden.sequence_cycles(found.lengths, config) if still else None,
    )


def some_chunks(config, rng, mode, most=3):
    """A reduction length of 1 to ``most`` chunks, the last one whole or not."""
    values = config.values_per_beat(mode)
    return int(rng.integers(1, most + 1)) * values - int(rng.integers(values))


def modes_in_turn(name, config, seed, *, count, rounds=1):
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


def refusals(config, seed, *, count):
    """Illegal words between legal ones: each is refused with the first reason, takes nothing and gives nothing; the
    flag stays until it is cleared, and keeps its first reason."""
    rng = np.random.default_rng(seed)
    books = books_of(config, rng)
    candidates, jobs, words, reasons = illegal_words(config, rng, count), [], [], []
    for word, chunks, tail in candidates:
        reason = reason_of(config, word, chunks, tail)
        if reason == Reason.NONE:
            mode = Mode.of_word(word)
            if needs_narrow_book(config, mode):
                continue
            k = (chunks - 1) * config.values_per_beat(mode) + tail
            jobs.append(random_job(config, rng, mode, k, books))
        elif rng.random() < 0.2:
            jobs.append(random_job(config, rng, random_mode(config, rng), 1, books))
            words, reasons = [*words, jobs[-1].word(config)], [*reasons, Reason.NONE]
        words, reasons = [*words, job_word(word, chunks, tail)], [*reasons, reason]
    found = sequence(config, jobs, rng)
    steps = load(config, books, rng)
    steps.append(
        Step(
            Script(np.array(words, np.uint64), found.x, found.w, columns=len(found.y), clear_after_job=True),
            y=found.y,
            cols=config.cols,
            beats=found.beats,
            reasons=np.array(reasons, np.uint8),
        )
    )
    refused = [(word, reason) for word, reason in zip(words, reasons, strict=True) if reason]
    for number in rng.permutation(len(refused))[:6]:
        first, reason = refused[number]
        good = random_job(config, rng, random_mode(config, rng), 3, books)
        found = sequence(config, [good, good], rng)
        order = [found.jobs[0], first, refused[number - 1][0], found.jobs[1], first]
        steps.append(
            Step(
                Script(np.array(order, np.uint64), found.x, found.w, columns=len(found.y)),
                y=found.y,
                cols=config.cols,
                beats=found.beats,
                reason=reason,
            )
        )
    return Check("refused jobs", steps)


def resets(config, seed):
    """A reset in the middle of jobs, and after an error, leaves no trace: the jobs that follow take the cycles that
    golden states, and no result of those before appears."""
    rng, steps = np.random.default_rng(seed), []
    books = books_of(config, rng)
    steps += load(config, books, rng)
    illegal = next(job_word(*each) for each in illegal_words(config, rng, 1) if reason_of(config, *each))
    for cycles in (1, 2, 3, 4, 5, 6, 8, 11, 16, 23, 34, 60):
        jobs = [random_job(config, rng, random_mode(config, rng), 40, books) for _ in range(3)]
        found = sequence(config, jobs, rng)
        broken = np.concatenate([found.jobs[:1], np.array([illegal], np.uint64), found.jobs[1:]])
        steps.append(
            Step(
                Script(
                    broken if cycles % 2 else found.jobs,
                    found.x,
                    found.w,
                    columns=len(found.y),
                    cycles=cycles,
                    stalls=STALLS[1] if cycles % 3 else STALLS[0],
                    seed=seed + cycles,
                )
            )
        )
        jobs = [
            random_job(config, rng, mode, some_chunks(config, rng, mode), books)
            for mode in random_modes(config, rng, 2)
        ]
        steps.append(played(config, jobs, rng, begin="reset"))
    return Check("reset", steps)


def resets_on_the_way(config, seed):
    """One cycle of reset in every cycle of two short jobs, from the first until their last result has gone, with them
    taken at once and late: what was on its way through edges, array and readout is gone."""
    rng, steps = np.random.default_rng(seed), []
    books = books_of(config, rng)
    steps += load(config, books, rng)
    quickest = min(config.modes(), key=config.cycles_per_beat)

    def short_jobs():
        return [random_job(config, rng, quickest, config.values_per_beat(quickest), books) for _ in range(2)]

    whole = sequence(config, short_jobs(), rng).lengths
    for stalls in (STALLS[0], STALLS[4]):
        for cycles in range(1, golden.sequence_cycles(whole, config) + 2 * (config.rows + config.cols) + 4):
            found = sequence(config, short_jobs(), rng)
            steps.append(
                Step(
                    Script(
                        found.jobs,
                        found.x,
                        found.w,
                        columns=len(found.y),
                        cycles=cycles,
                        stalls=stalls,
                        seed=seed + cycles,
                    )
                )
            )
            steps.append(played(config, short_jobs(), rng, begin="reset"))
    return Check("reset on the way", steps)


def lengths(config, seed):
    """Every length up to a little more than two chunks, in a mode of the largest chunk and in others."""
    rng, steps = np.random.default_rng(seed), []
    books = books_of(config, rng)
    steps += load(config, books, rng)
    for mode in [max(config.modes(), key=config.values_per_beat), *random_modes(config, rng, 2)]:
        ks = range(1, 2 * config.values_per_beat(mode) + 3)
        steps.append(played(config, [random_job(config, rng, mode, k, books) for k in ks], rng))
    return Check("every length", steps)


def short_jobs(config, seed, *, count):
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


def stalled(config, seed, *, count):
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


def corners(config, seed, *, count):
    """Operands at the corners of their range: all the least, the largest, 0, 1, and those with most terms."""
    rng, jobs = np.random.default_rng(seed), []
    for mode in random_modes(config, rng, 8 * count):
        if not _is_plain(mode) or mode.block_floating:
            continue
        k, sides = some_chunks(config, rng, mode), []
        for side, lines in (("x", config.rows), ("w", config.cols)):
            bits, is_signed = getattr(mode, f"{side}_bits"), getattr(mode, f"{side}_signed")
            least, most = value_range(bits, is_signed)
            values = np.array([least, most, most // 3, most - most // 3, max(least, -1), 0, min(1, most)])
            chosen = rng.choice(values, (lines, k)) if rng.random() < 0.5 else np.full((lines, k), rng.choice(values))
            sides.append(np.where(rng.random((lines, k)) < 0.1, operand(rng, (lines, k), bits, is_signed), chosen))
        jobs.append(Job(mode, sides[0], sides[1].T))
    return Check("corners", [played(config, jobs, rng)])


def longest(config, seed):
    """Jobs of 65,535 chunks, the most that a job can have, and of half of them, in the fastest modes; sums go through
    the whole accumulator and wrap."""
    rng, steps = np.random.default_rng(seed), []
    fast = min(config.modes(), key=lambda mode: (config.cycles_per_beat(mode), -config.values_per_beat(mode)))
    several = [mode for mode in config.modes() if len(config.pe.passes(config, mode)) > 1]
    modes = [fast] + ([min(several, key=config.cycles_per_beat)] if several else [])
    for mode, chunks in [*((mode, (1 << 16) - 1) for mode in modes), (fast, 1 << 15)]:
        k = chunks * config.values_per_beat(mode)
        job = random_job(config, rng, mode, k)
        if _is_plain(mode):
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


def _is_plain(mode):
    """Whether both operands are stored as the integers that they are."""
    return mode.storage("x") == mode.storage("w") == PLAIN
