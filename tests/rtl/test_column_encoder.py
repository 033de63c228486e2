"""Term encoders and term selector of a column."""

import pytest

from hw import ArrayConfig
from sim.cocotb_run import run_bench


@pytest.mark.parametrize("group, width, lanes", [(2, 4, 1), (2, 4, 3), (2, 4, 8), (3, 3, 2), (1, 8, 1)])
def test_terms_come_in_the_order_of_the_definition(group, width, lanes):
    config = ArrayConfig(name=f"test_encoder_g{group}_w{width}_l{lanes}", kind="term", rows=1, cols=1, lanes=lanes,
                         group=group, w_width=width)
    run_bench(config.operations.north_encoder(config), "bench_column_encoder", seed=0, config=config.parameters())
