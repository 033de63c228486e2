"""The times that docs/interface.md and each configuration's JSON state, on compiled engines of every kind."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide import golden
from lowtide.formal.engine_checks.jobs import random_job, sequence
from lowtide.formal.mutation.mutants import mutated_config
from lowtide.hw.pe import KINDS
from lowtide.sim.engine.player import Player, Script

from long_cases import long

STAGES = (("parallel", 1), long("digit", 2), ("term", 2), long("term_pair", 1))
TILES = (("parallel", 0, True), long("term", 2, True), ("bit_serial", 1, False), long("fused", 0, False))


@pytest.mark.parametrize("kind, stages", [*((kind, 0) for kind in KINDS), *STAGES])
def test_a_job_alone_takes_the_stated_times(kind, stages):
    compare(mutated_config(kind, stages))


@pytest.mark.parametrize("kind, stages, result_buffer", TILES)
def test_a_job_alone_takes_the_stated_times_in_tiles(kind, stages, result_buffer):
    """Columns of a tile are complete together, and still leave one a cycle."""
    tiles = {"tile_rows": 2, "tile_cols": 2, "result_buffer": result_buffer}
    compare(replace(mutated_config(kind, stages), name=f"test_tiles_{kind}", rows=4, cols=4, **tiles))


def compare(config):
    """The times of a job in each mode, as stated and as they are."""
    player, rng = Player(config, quick=True), np.random.default_rng(1)
    for mode in [mode for mode in config.modes() if not mode.storage("w").entries]:
        job = random_job(config, rng, mode, 3 * config.values_per_beat(mode))
        found = sequence(config, [job], rng)
        player.start()
        outcome = player.play(Script(found.jobs, found.x, found.w, columns=len(found.y)))
        assert outcome.x[0] - outcome.jobs[0] == config.job_latency
        assert outcome.y_cycles[0] - outcome.x[-1] == config.latency(mode)
        assert (np.diff(outcome.y_cycles) == 1).all()


FOLLOWING = [
    ("parallel", 0, 1, True),
    ("parallel", 0, 2, False),
    ("parallel", 1, 5, True),
    ("digit", 2, 2, True),
    ("term", 2, 2, False),
]
ENGINES = [("parallel", 0), ("parallel", 1), ("digit", 2), ("term", 2)]
OTHERS = [(*engine, *size) for engine in ENGINES for size in ((1, True), (2, True), (2, False), (5, True))]
FOLLOWING += [long(*case) for case in OTHERS if case not in FOLLOWING]


@pytest.mark.parametrize("kind, stages, cols, result_buffer", FOLLOWING)
def test_jobs_follow_each_other_without_an_idle_cycle(kind, stages, cols, result_buffer):
    """Each job ends in the cycle that golden states, however short the jobs before it are."""
    array = {"name": f"test_follow_{kind}_{cols}", "rows": 2, "cols": cols, "result_buffer": result_buffer}
    config = replace(mutated_config(kind, stages), **array)
    rng = np.random.default_rng(cols)
    modes = [mode for mode in config.modes() if not mode.storage("w").entries]
    drawn = [(modes[rng.integers(len(modes))], int(rng.integers(1, 4))) for _ in range(60)]
    jobs = [random_job(config, rng, mode, chunks * config.values_per_beat(mode)) for mode, chunks in drawn]
    found = sequence(config, jobs, rng)
    player = Player(config, quick=True)
    player.start()
    outcome = player.play(Script(found.jobs, found.x, found.w, columns=len(found.y)))
    ends = [golden.sequence_cycles(found.lengths[:number], config) for number in range(1, len(drawn) + 1)]
    assert (np.diff(outcome.y_cycles[::cols]) == np.diff(ends)).all()


def test_latency_grows_with_the_rows():
    config = mutated_config("parallel")
    assert replace(config, rows=9).latency(config.modes()[0]) == config.latency(config.modes()[0]) + 9 - config.rows


def test_latency_grows_with_the_rows_of_tiles():
    config = replace(mutated_config("parallel"), rows=8, cols=8)
    alone, tiled = (replace(config, tile_rows=rows, tile_cols=8).latency(config.modes()[0]) for rows in (1, 4))
    assert alone - tiled == 8 - 2
