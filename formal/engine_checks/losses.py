"""Checks of what an engine reports about weights: terms or digits that were lost, codes without meaning.

One weight of one column of one chunk is at fault, all others are not: the flag must see it wherever it is, and see
nothing else. Columns without it have the right results all the same.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.checks import value_range
from lowtide.golden.lane_rules import reveal_by_lanes, ruled
from lowtide.golden.terms import count_terms
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.array.decoder import decoded_formats
from lowtide.hw.mode.reasons import Explained, Reason
from lowtide.hw.storage_formats import PLAIN
from lowtide.sim.engine.player import Script, Stalls

from .jobs import Job, random_job, sequence
from .step import Check, Step

__all__ = ["loss_checks"]


def loss_checks(config: ArrayConfig, seed: int, *, count: int) -> list[Check]:
    """The checks that this kind and these formats have."""
    rng, found = np.random.default_rng(seed), []
    if any(stored.meaningless for stored in decoded_formats(config)):
        found.append(Check("codes without meaning", _codes(config, rng, count)))
    if config.pe.reports_losses:
        found.append(Check("weights beyond their width", _weights(config, rng, 3 * count)))
    if config.pe.reports_losses and "budget" not in config.pe.fields:
        found.append(Check("one bit beyond the width, in every place of every lane", _places(config, rng)))
    return found


def _step(
    config: ArrayConfig,
    rng: np.random.Generator,
    job: Job,
    column: int | None,
    reason: Explained,
    wrong: NDArray[np.integer],
) -> Step:
    """The job, of which weights ``wrong`` [K, cols] stand in the place of its own; all columns but one are compared."""
    found = sequence(config, [job], rng)
    beats = replace(job, w=wrong).payloads(config, "w", rng)
    stalls = Stalls(x=0.3, w=0.3, y=0.3) if rng.random() < 0.5 else Stalls()
    script = Script(
        found.jobs,
        found.x,
        np.concatenate([beats, found.w[-2:]]),
        columns=len(found.y),
        stalls=stalls,
        seed=int(rng.integers(1, 1000)),
    )
    compared = np.arange(config.cols) != column if reason else None
    return Step(script, y=found.y, compared=compared, cols=config.cols, beats=found.beats, reason=reason)


def _codes(config: ArrayConfig, rng: np.random.Generator, count: int) -> list[Step]:
    """A code without meaning, ternary 2, at every place of a chunk, in every column, and none at all."""
    steps = []
    mode = next(mode for mode in config.modes() if mode.storage("w").meaningless)
    values = config.values_per_beat(mode)
    for number in range(max(count, values + 4)):
        job = random_job(config, rng, mode, 3 * values - int(rng.integers(values)))
        k, column = job.x.shape[1], int(rng.integers(config.cols))
        wrong = job.w.copy()
        if number % 4:
            place = (number + values * int(rng.integers(3))) % k
            wrong[place, column] = rng.choice(mode.storage("w").meaningless)
        steps.append(_step(config, rng, job, column, Reason["WEIGHT_CODE" if number % 4 else "NONE"], wrong))
    return steps


def _weights(config: ArrayConfig, rng: np.random.Generator, count: int) -> list[Step]:
    """A weight of more bits than the mode states, just beyond and far beyond, and the last that fits."""
    steps = []
    plain = [mode for mode in config.modes() if mode.storage("w") == PLAIN and not (mode.select or mode.diagonal)]
    for number in range(count):
        mode = plain[number % len(plain)]
        bits = int(rng.integers(max(2, config.w_width // 4), config.w_width))
        narrow = config.pe.narrowed(config, mode, mode.x_bits, bits)
        if narrow is None:
            continue
        mode = narrow
        job = random_job(config, rng, mode, int(rng.integers(1, 3 * config.values_per_beat(mode))))
        column, place = int(rng.integers(config.cols)), int(rng.integers(job.w.shape[0]))
        least, most = value_range(bits, mode.w_signed)
        low, high = value_range(config.w_width, mode.w_signed)
        outside = [
            value
            for value in (
                most + 1,
                least - 1,
                low,
                high,
                int(rng.integers(low, high + 1)),
                int(rng.integers(low, high + 1)),
            )
            if low <= value <= high
        ]
        wrong = job.w.copy()
        wrong[place, column] = int(rng.choice([least, most, *outside]))
        lost = _is_lost(config, mode, wrong[:, column])
        steps.append(
            _step(
                config,
                rng,
                job,
                column if (wrong != job.w).any() else None,
                Reason["TERMS_LOST"],
                wrong,
            )
            if lost
            else _kept(config, rng, job, wrong, column)
        )
    return steps


def _places(config: ArrayConfig, rng: np.random.Generator) -> list[Step]:
    """One weight of a chunk with one bit too many, of a mode one bit narrower: every lane, width and number type."""
    steps = []
    for base in {
        mode.w_signed: mode for mode in config.modes() if mode.w_format == "plain" and not mode.diagonal
    }.values():
        for bits in range(1, config.w_width):
            if (mode := config.pe.narrowed(config, base, base.x_bits, bits)) is None:
                continue
            values = config.values_per_beat(mode)
            kept = config.pe.kept_bits(config, mode)
            for place in range(values if kept < config.w_width else 0):
                job = random_job(config, rng, mode, values)
                column, wrong = int(rng.integers(config.cols)), job.w.copy()
                least, most = value_range(kept, mode.w_signed)
                wrong[place, column] = int(rng.choice([least - 1, most + 1])) if mode.w_signed else most + 1
                steps.append(_step(config, rng, job, column, Reason["TERMS_LOST"], wrong))
    return steps


def _kept(config: ArrayConfig, rng: np.random.Generator, job: Job, wrong: NDArray[np.integer], column: int) -> Step:
    """A weight outside of the mode's range whose terms all had room: every column is right but its own is not known."""
    step = _step(config, rng, job, column, Reason["NONE"], wrong)
    return replace(step, compared=np.arange(config.cols) != column)


def _is_lost(config: ArrayConfig, mode: Mode, weights: NDArray[np.integer]) -> bool:
    """Whether some chunk of a column, integers [K], has more than the mode keeps: digits, terms of a group, or terms
    where the lanes have room for them."""
    if "budget" not in config.pe.fields:
        least, most = value_range(config.pe.kept_bits(config, mode), mode.w_signed)
        return bool(((weights < least) | (weights > most)).any())
    encoding = "hese" if mode.hese else "binary"
    if ruled(config):
        taken = reveal_by_lanes(
            weights,
            config,
            group=mode.group,
            budget=mode.budget,
            encoding=encoding,
            bits=config.w_width,
            signed=mode.w_signed,
        )
        return bool((taken != weights).any())
    terms = count_terms(weights, encoding, config.w_width, mode.w_signed)
    padded = np.pad(np.asarray(terms, np.int64), (0, -len(terms) % mode.group))
    return bool((padded.reshape(-1, mode.group).sum(axis=1) > mode.budget).any())
