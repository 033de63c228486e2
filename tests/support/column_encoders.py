"""The term encoders and the term selector of one column, alone under their cocotb bench."""

from lowtide.hw import ArrayConfig
from lowtide.sim.cocotb.run import run_bench

__all__ = ["check_column"]


def check_column(**fields):
    """Run the bench on the north edge of a column of kind `term` with these fields."""
    name = "test_encoder_" + "_".join(f"{key[0]}{int(value)}" for key, value in fields.items())
    config = ArrayConfig(name=name, kind="term", rows=1, cols=1, **fields)
    run_bench(config.pe.north_encoder(config), "bench_column_encoder", seed=0, config=config.parameters())
