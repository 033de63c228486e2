"""Checks of the codebooks: every place of both books, and that a book waits while a job uses it and only then."""

import numpy as np
from numpy.typing import NDArray

from lowtide.common.ranges import operand_range
from lowtide.hw import ArrayConfig
from lowtide.hw.array.decoder import book_size, table_bits
from lowtide.sim.engine.player import Script, Stalls

from .jobs import Job, random_job, sequence
from .modes import needs_narrow_book, random_mode
from .step import Check, Step
from .words import entry_words

__all__ = ["codebook_checks", "load"]


def load(config: ArrayConfig, books: NDArray[np.integer] | None, rng: np.random.Generator) -> list[Step]:
    """The step that loads both books (words, [2, entries]), in any order of places; none where there are no books."""
    if books is None:
        return []
    words = rng.permutation(np.concatenate([entry_words(config, book, number) for number, book in enumerate(books)]))
    return [Step(_script(config, words), begin="", y=np.empty((0, config.rows), np.int64), beats=0, reason=None)]


def _script(config: ArrayConfig, entries: NDArray[np.uint64]) -> Script:
    x, w = (
        np.empty((0, -(-bits // 32)), np.uint32)
        for bits in (config.rows * config.payload_bits("x"), config.cols * config.payload_bits("w"))
    )
    return Script(np.empty(0, np.uint64), x, w, columns=0, entries=entries, drain=2)


def codebook_checks(config: ArrayConfig, seed: int) -> list[Check]:
    """Books are read as they were loaded; the one that jobs use waits, the other one does not."""
    if not table_bits(config):
        return []
    rng, size = np.random.default_rng(seed), book_size(config)
    plain = next(mode for mode in config.modes() if mode.storage("w").entries == size)
    books = rng.integers(1 << config.w_width, size=(2, size))
    steps = load(config, books, rng)
    for used in (0, 1, 0, 1):
        mode = plain.change(codebook=used)
        jobs = [random_job(config, rng, mode, 40 * config.values_per_beat(mode), books) for _ in range(2)]
        found = sequence(config, jobs, rng)
        for book in (used, 1 - used):  # the one in use waits for both jobs; the other is loaded at once
            books = books.copy()
            books[book] ^= (1 << config.w_width) - 1
            entries = entry_words(config, books[book], book)
            steps.append(
                Step(
                    Script(found.jobs, found.x, found.w, columns=len(found.y), entries=entries, entries_from=4),
                    y=found.y,
                    cols=config.cols,
                    beats=found.beats,
                    entries_after=found.beats if book == used else None,
                    entries_before=None if book == used else found.beats // 2,
                )
            )
            if book == used:  # what was just loaded is read now, with stalls
                jobs = [random_job(config, rng, mode, 40 * config.values_per_beat(mode), books) for _ in range(2)]
                found = sequence(config, jobs, rng)
    modes = [mode.change(codebook=book) for mode in config.modes() if mode.storage("w").entries for book in (0, 1)]
    jobs = [random_job(config, rng, mode, 3 * config.values_per_beat(mode), books) for mode in modes]
    steps.append(_stalled(config, jobs, rng, seed))
    for number in range(12):
        mode = random_mode(config, rng, narrow_books=True)
        if needs_narrow_book(config, mode):
            least, most = operand_range(mode.w_bits, mode.w_signed)
            books = rng.integers(least, most + 1, size=(2, size)) & (1 << config.w_width) - 1
            steps += load(config, books, rng)
            job = random_job(config, rng, mode, 3 * config.values_per_beat(mode), books)
            steps.append(_stalled(config, [job], rng, seed + number))
    return [Check("codebooks", steps)]


def _stalled(config: ArrayConfig, jobs: list[Job], rng: np.random.Generator, seed: int) -> Step:
    """The jobs, every stream stalled."""
    found = sequence(config, jobs, rng)
    return Step(
        Script(found.jobs, found.x, found.w, columns=len(found.y), stalls=Stalls(0.3, 0.3, 0.3, 0.3), seed=seed),
        y=found.y,
        cols=config.cols,
        beats=found.beats,
    )
