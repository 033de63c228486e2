"""The cocotb benches of tests/support on engines of 4x4 and 8x8, and of flexible configurations at their own size."""

import pytest

from lowtide.hw import CONFIGURATIONS, Engine
from lowtide.hw.config.named import representative
from lowtide.hw.pe import KINDS
from lowtide.sim.cocotb.run import run_bench

from named_arrays import small


def run(array, module, **settings):
    run_bench(Engine(array), module, config=array.parameters(), **settings)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [4, 8])
def test_engine(kind, size):
    run(small(kind, size, size, name=f"test_{kind}_{size}x{size}"), "bench_engine", seed=size, jobs=12, most_chunks=9)


@pytest.mark.parametrize("name", [representative(kind).name for kind in KINDS])
def test_every_mode_of_a_flexible_engine_follows_any_other(name):
    run(CONFIGURATIONS[name], "bench_flex", seed=1, jobs=200)
