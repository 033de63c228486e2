"""The checks that every engine must pass, of any kind and size: values, cycles, refusals, stalls, reset, codebooks.

Everything is stated by golden and by the definitions of the mode word; nothing is compared with what hardware did. The
list is in order of what finds most in the shortest time, so that a defect is found early.
"""

import functools

from lowtide.hw import ArrayConfig

from .codebooks import codebook_checks
from .losses import loss_checks
from .products import corners, lengths, longest, modes_in_turn, short_jobs, stalled
from .refused import refusals
from .resets import resets, resets_on_the_way
from .step import Check

__all__ = ["engine_checks"]


@functools.cache
def engine_checks(config: ArrayConfig, seed: int = 1, *, thorough: bool = True) -> list[Check]:
    """The checks of a configuration.

    Parameters
    ----------
    config : ArrayConfig
    seed : int
        Of all that is random.
    thorough : bool
        More jobs, and one of 65,535 chunks.
    """
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
