"""Term encoders and term selector of a column, free and under every lane rule."""

import pytest

from lowtide.hw import ArrayConfig
from lowtide.sim.cocotb.run import run_bench

from long_cases import long

FREE = [long(2, 4, 1), (2, 4, 3), long(2, 4, 8), (3, 3, 2), (1, 8, 1)]
RANKED = [long(2, 4, 1, 2, 2), (2, 4, 3, 2, 1), (2, 4, 6, 1, 2), long(4, 3, 2, 2, 2)]
RULED = [
    long(2, 4, 2, True, 2),
    (2, 4, 3, True, 2),
    long(2, 4, 5, True, 2),
    (2, 4, 4, True, 1),
    (2, 4, 2, False, 1),
    long(2, 4, 6, False, 1),
    (4, 3, 6, True, 4),
    long(4, 3, 6, True, 2),
    (4, 3, 2, False, 2),
]


def check_column(**fields):
    name = "test_encoder_" + "_".join(f"{key[0]}{int(value)}" for key, value in fields.items())
    config = ArrayConfig(name=name, kind="term", rows=1, cols=1, **fields)
    run_bench(config.pe.north_encoder(config), "bench_column_encoder", seed=0, config=config.parameters())


@pytest.mark.parametrize("group, width, lanes", FREE)
def test_terms_come_in_the_order_of_the_definition(group, width, lanes):
    check_column(group=group, w_width=width, lanes=lanes)


@pytest.mark.parametrize("group, width, lanes, window, pipeline", RANKED)
def test_terms_by_rank_are_the_same(group, width, lanes, window, pipeline):
    check_column(group=group, w_width=width, lanes=lanes, window=window, pipeline=pipeline)


@pytest.mark.parametrize("group, width, lanes, dedicated, window", RULED)
def test_lanes_take_the_largest_term_that_they_see(group, width, lanes, dedicated, window):
    check_column(group=group, w_width=width, lanes=lanes, dedicated=dedicated, window=window)
