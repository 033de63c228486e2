"""Engines under the cocotb benches of tests/support, to 8x8 and of flexible configurations at their own size; and under
the thorough engine checks."""

from dataclasses import replace

import pytest

from lowtide.formal.engine_checks import difference, engine_checks
from lowtide.formal.mutation.mutants import mutated_config
from lowtide.hw import CONFIGURATIONS, Engine
from lowtide.hw.config.named import representative
from lowtide.hw.pe import KINDS
from lowtide.sim.cocotb.run import run_bench
from lowtide.sim.engine.player import Player

from named_arrays import small


def run(array, module, **settings):
    run_bench(Engine(array), module, config=array.parameters(), **settings)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows, cols", [(1, 1), (3, 2), (4, 4), (8, 8)])
def test_engine(kind, rows, cols):
    every_length(small(kind, rows, cols, name=f"test_{kind}_{rows}x{cols}"))


@pytest.mark.parametrize("kind", KINDS)
def test_engine_without_result_buffer(kind):
    every_length(small(kind, 3, 2, name=f"test_{kind}_unbuffered", result_buffer=False))


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if "pipeline" in kind.fields])
def test_engine_with_a_register_stage(kind):
    every_length(small(kind, 1, 2, name=f"test_{kind}_stage", pipeline=1))


@pytest.mark.parametrize("kind", KINDS)
def test_accumulator_wraps(kind):
    widths = small(kind, 2, 2, name=f"test_{kind}_wide")
    array = replace(widths, name=f"test_{kind}_narrow", acc_width=widths.x_width + widths.w_width)
    run(array, "bench_engine", seed=16, jobs=30, most_chunks=9)


def every_length(array):
    seed = 10 * array.rows + array.cols
    run(array, "bench_engine", seed=seed, jobs=12, most_chunks=9, every_length=True)


@pytest.mark.parametrize("name", [representative(kind).name for kind in KINDS])
def test_every_mode_of_a_flexible_engine_follows_any_other(name):
    run(CONFIGURATIONS[name], "bench_flex", seed=1, jobs=200)


@pytest.mark.parametrize("kind", KINDS)
def test_a_flexible_engine_passes_every_thorough_check(kind):
    """The engine that `make mutate` puts its mutants into, and a job of 65,535 chunks."""
    config = mutated_config(kind)
    player = Player(config)
    for check in engine_checks(config):
        player.start()
        assert difference(player, check) == ""
