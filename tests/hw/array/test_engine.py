"""Engines of every shape under cocotb: stalls, mode switches, reset, wrap, refused jobs."""

import pytest

from lowtide.hw import Engine
from lowtide.hw.config.named import representative
from lowtide.hw.pe import KINDS
from lowtide.sim.cocotb.run import run_bench

from named_arrays import sized, small


def config(kind, rows, cols, **fields):
    """A small array of a kind with every number type."""
    suffix = "".join(f"_{name}_{value}" for name, value in fields.items())
    return small(kind, rows, cols, name=f"test_{kind}_{rows}x{cols}{suffix}", **fields)


def run(array, module="bench_engine", **settings):
    run_bench(Engine(array), module, config=array.parameters(), **{"seed": 1, "jobs": 12, "most_chunks": 9} | settings)


@pytest.mark.parametrize("kind", KINDS)
def test_engine_whose_accumulators_wrap(kind):
    """With the narrowest accumulator a few products overflow it; golden wraps, and so must the hardware."""
    widths = config(kind, 2, 3)
    array = config(kind, 2, 3, acc_width=widths.x_width + widths.w_width)
    assert array.largest_k(array.modes()[0]) < 9 * array.chunk, "the bench's longer jobs must be able to overflow"
    run(array, seed=23)


@pytest.mark.parametrize("kind", KINDS)
def test_one_row_without_result_buffer_and_with_a_register_stage(kind):
    """The stage where a kind can have it; tests_long has each of both alone, and more shapes."""
    stages = {"pipeline": 1} if "pipeline" in KINDS[kind].fields else {}
    run(config(kind, 1, 2, result_buffer=False, **stages), seed=12)


@pytest.mark.parametrize("kind", ["term", "bit_plane", "fused"])  # engine checks and tests_long have every kind
def test_every_mode_of_a_flexible_engine_follows_any_other(kind):
    run(sized(representative(kind).name, 2, 3), "bench_flex", jobs=100)


def test_term_engine_refuses_what_it_would_lose():
    run(config("term", 2, 2, lanes=2), "bench_term_engine")
