"""Checks of resets, in the middle of jobs and in every cycle of short ones."""

import numpy as np

from lowtide import golden
from lowtide.hw import ArrayConfig
from lowtide.sim.engine.player import Script

from .codebooks import load
from .jobs import Job, random_job, sequence
from .modes import illegal_words, random_mode, random_modes, reason_of
from .playing import STALLS, books_of, played, some_chunks
from .step import Check, Step
from .words import job_word

__all__ = ["resets", "resets_on_the_way"]


def resets(config: ArrayConfig, seed: int) -> Check:
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


def resets_on_the_way(config: ArrayConfig, seed: int) -> Check:
    """One cycle of reset in every cycle of two short jobs, from the first until their last result has gone, with them
    taken at once and late: what was on its way through edges, array and readout is gone."""
    rng, steps = np.random.default_rng(seed), []
    books = books_of(config, rng)
    steps += load(config, books, rng)
    quickest = min(config.modes(), key=config.cycles_per_beat)

    def short_jobs() -> list[Job]:
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
