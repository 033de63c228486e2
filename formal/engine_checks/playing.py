"""Steps out of jobs: what is played, at which stalls, with which codebooks."""

import numpy as np
from numpy.typing import NDArray

from lowtide import golden
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.array.decoder import book_size, table_bits
from lowtide.sim.engine.player import Script, Stalls

from .jobs import Job, sequence
from .step import Step

__all__ = ["STALLS", "books_of", "played", "some_chunks"]


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


def books_of(config: ArrayConfig, rng: np.random.Generator) -> NDArray[np.int64] | None:
    """Two random codebooks, words of ``w_width`` bits, None where the configuration has none."""
    return rng.integers(1 << config.w_width, size=(2, book_size(config))) if table_bits(config) else None


def played(
    config: ArrayConfig,
    jobs: list[Job],
    rng: np.random.Generator,
    *,
    begin: str = "clear",
    stalls: Stalls = STALLS[0],
    seed: int = 1,
    spacing: bool | None = False,
) -> Step:
    """A step of jobs one after the other. Without stalls, cycles are compared.

    Parameters
    ----------
    begin : str
        See :class:`lowtide.formal.engine_checks.step.Step`.
    stalls, seed
        See :class:`lowtide.sim.engine.player.Script`.
    spacing : bool
        Compare the cycles between one beat and the next as well.
    """
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
        Script(found.jobs, found.x, found.w, columns=len(found.y), stalls=stalls, seed=seed),
        begin=begin,
        y=found.y,
        cols=config.cols,
        beats=found.beats,
        gaps=gaps,
        cycles=golden.sequence_cycles(found.lengths, config) if still else None,
    )


def some_chunks(config: ArrayConfig, rng: np.random.Generator, mode: Mode, most: int = 3) -> int:
    """A reduction length of 1 to ``most`` chunks, the last one whole or not."""
    values = config.values_per_beat(mode)
    return int(rng.integers(1, most + 1)) * values - int(rng.integers(values))
