"""Generation: the seconds from a configuration to the text of its Verilog, Yosys included."""

import statistics
import time
from dataclasses import replace

from lowtide import hw

from .plan import EngineUnderTest, Number, Plan

__all__ = ["number"]

MOST_SECONDS = {64: 20}  # rows and columns of an array: what it may take


def number(engine: EngineUnderTest, size: int, plan: Plan) -> Number:
    """The seconds of a size x size array like the engine's."""
    config = replace(
        engine.config, name=f"{engine.config.kind}_{size}x{size}_l{engine.config.lanes}", rows=size, cols=size
    )
    seconds = []
    for _ in range(plan.repeats):
        start = time.perf_counter()
        hw.verilog(hw.Engine(config), title=config.header())
        seconds.append(time.perf_counter() - start)
    return Number(
        f"verilog_{config.name}_seconds",
        statistics.median(seconds),
        f"from the configuration to Verilog, {size}x{size} PEs",
        most=MOST_SECONDS.get(size),
    )
