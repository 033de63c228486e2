"""Checks of refusals: every way in which a job can be illegal, between legal jobs."""

import numpy as np

from lowtide.hw import ArrayConfig
from lowtide.hw.mode.reasons import Explained, Reason
from lowtide.hw.mode.word import Mode
from lowtide.sim.engine.player import Script

from .codebooks import load
from .jobs import Job, random_job, sequence
from .modes import illegal_words, needs_narrow_book, random_mode, reason_of
from .playing import books_of
from .step import Check, Step
from .words import job_word

__all__ = ["refusals"]


def refusals(config: ArrayConfig, seed: int, *, count: int) -> Check:
    """Illegal words between legal ones: each is refused with the first reason, takes nothing and gives nothing; the
    flag stays until it is cleared, and keeps its first reason."""
    rng = np.random.default_rng(seed)
    books = books_of(config, rng)
    jobs: list[Job] = []
    words: list[int] = []
    reasons: list[Explained] = []
    for word, chunks, tail in illegal_words(config, rng, count):
        reason = reason_of(config, word, chunks, tail)
        if reason == Reason["NONE"]:
            mode = Mode.of_word(word)
            if needs_narrow_book(config, mode):
                continue
            k = (chunks - 1) * config.values_per_beat(mode) + tail
            jobs.append(random_job(config, rng, mode, k, books))
        elif rng.random() < 0.2:
            jobs.append(random_job(config, rng, random_mode(config, rng), 1, books))
            words, reasons = [*words, jobs[-1].word(config)], [*reasons, Reason["NONE"]]
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
