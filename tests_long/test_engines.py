"""Engines under the cocotb benches of tests/support, of 3x2, 4x4, 8x8 and of flexible configurations at their own size;
and under the thorough engine checks."""

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
@pytest.mark.parametrize("rows, cols", [(3, 2), (4, 4), (8, 8)])
def test_engine(kind, rows, cols):
    array = small(kind, rows, cols, name=f"test_{kind}_{rows}x{cols}")
    run(array, "bench_engine", seed=10 * rows + cols, jobs=12, most_chunks=9, every_length=True)


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
