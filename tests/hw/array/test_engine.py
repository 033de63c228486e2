"""Engines of every shape under cocotb: stalls, mode switches, reset, wrap, refused jobs."""

import pytest

from lowtide.hw import Engine
from lowtide.hw.config.named import representative
from lowtide.hw.pe import KINDS
from lowtide.sim.cocotb.run import run_bench

from named_arrays import sized, small

SHAPES = [(1, 1), (2, 3)]  # tests_long has more


def config(kind, rows, cols, **fields):
    """A small array of a kind with every number type."""
    suffix = "".join(f"_{name}_{value}" for name, value in fields.items())
    return small(kind, rows, cols, name=f"test_{kind}_{rows}x{cols}{suffix}", **fields)


def run(array, module="bench_engine", **settings):
    run_bench(Engine(array), module, config=array.parameters(), **{"seed": 1, "jobs": 12, "most_chunks": 9} | settings)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows, cols", SHAPES)
def test_engine(kind, rows, cols):
    run(config(kind, rows, cols), seed=rows * 10 + cols)


@pytest.mark.parametrize("kind", KINDS)
def test_engine_without_result_buffer(kind):
    run(config(kind, 3, 2, result_buffer=False), seed=32)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if "pipeline" in kind.fields])
def test_engine_with_a_register_stage(kind):
    run(config(kind, 1, 2, pipeline=1), seed=12)


@pytest.mark.parametrize("kind", KINDS)
def test_accumulator_wraps(kind):
    """With the narrowest accumulator a few products overflow it; golden wraps, and so must the hardware."""
    widths = config(kind, 2, 2)
    array = config(kind, 2, 2, acc_width=widths.x_width + widths.w_width)
    assert array.largest_k(array.modes()[0]) < 9 * array.chunk, "the bench's longer jobs must be able to overflow"
    run(array, seed=16, jobs=30)


@pytest.mark.parametrize("name", [representative(kind).name for kind in KINDS])
def test_every_mode_of_a_flexible_engine_follows_any_other(name):
    run(sized(name, 2, 3), "bench_flex", jobs=100)


def test_term_engine_refuses_what_it_would_lose():
    run(config("term", 2, 2, lanes=2), "bench_term_engine")
